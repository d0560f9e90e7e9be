from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Status

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.classification.models import Policy
from zhike.classification.schemes.queries import get_class
from zhike.customers.public import get_customer

from . import actions, queries
from .applying import list_applied
from .conflicts import list_conflicts
from .kinds import Names, PolicyKind, policy_kinds
from .queries import Applied
from .schemas import (
    AppliedOut,
    ConflictOut,
    KindOut,
    OrderIn,
    OrderOut,
    PolicyIn,
    PolicyOut,
)
from .words import say_value


def add_operations(router: Router) -> None:
    _add_reading(router)
    _add_of_class(router)
    _add_applying(router)


def _add_reading(router: Router) -> None:
    @router.get("/policies/kinds", response=list[KindOut], summary="Kinds of policy")
    @needs(permissions.VIEW)
    def list_kinds(request: HttpRequest) -> Any:
        return [_kind(one) for one in policy_kinds]

    @router.get("/policies", response=list[PolicyOut], summary="Policies in force")
    @needs(permissions.VIEW)
    def list_policies(request: HttpRequest) -> Any:
        rows = queries.policies_in_force().select_related("to_class__scheme", "by")
        return _answers(rows.order_by("to_class__scheme__position", "to_class__position", "kind"))

    @router.get("/policies/order", response=OrderOut, summary="Which management type decides first")
    @needs(permissions.VIEW)
    def get_order(request: HttpRequest) -> Any:
        return {"schemes": [one.key for one in queries.list_ordered_schemes()]}

    @router.put("/policies/order", response=OrderOut, summary="Change which management type decides first")
    @needs(permissions.CHANGE_POLICY)
    def put_order(request: HttpRequest, body: OrderIn) -> Any:
        found = actions.order_schemes(scheme_keys=body.schemes, seen=body.seen, by=request.actor, at=now())
        return {"schemes": [one.key for one in found]}


def _add_of_class(router: Router) -> None:
    @router.get("/classes/{class_id}/policies", response=list[PolicyOut], summary="Policies of a class")
    @needs(permissions.VIEW)
    def class_policies(request: HttpRequest, class_id: int) -> Any:
        one = get_class(class_id=class_id)
        return _answers(queries.policies_in_force().filter(to_class=one).select_related("to_class__scheme", "by"))

    @router.get(
        "/classes/{class_id}/policies/{kind}/versions", response=list[PolicyOut], summary="Values that a policy had"
    )
    @needs(permissions.VIEW)
    def policy_versions(request: HttpRequest, class_id: int, kind: str) -> Any:
        queries.find_policy(class_id=class_id, kind=kind)
        return _answers(queries.list_versions(class_id=class_id, kind=kind))

    @router.put("/classes/{class_id}/policies/{kind}", response=PolicyOut, summary="Give a class a policy")
    @needs(permissions.CHANGE_POLICY)
    def put_policy(request: HttpRequest, class_id: int, kind: str, body: PolicyIn) -> Any:
        """The earlier value is kept. Kinds on prices are refused for classes that personal traits decide."""
        made = actions.set_policy(
            class_id=class_id, kind=kind, value=body.value, number=body.number, by=request.actor, at=now()
        )
        return _answer(made, queries.read_names())

    @router.delete("/classes/{class_id}/policies/{kind}", response={204: None}, summary="End a policy of a class")
    @needs(permissions.CHANGE_POLICY)
    def delete_policy(request: HttpRequest, class_id: int, kind: str) -> Any:
        actions.end_policy(class_id=class_id, kind=kind, by=request.actor, at=now())
        return Status(204, None)


def _add_applying(router: Router) -> None:
    @router.get("/policies/conflicts", response=list[ConflictOut], summary="Classes that ask for different things")
    @needs(permissions.VIEW)
    def policy_conflicts(request: HttpRequest) -> Any:
        """Counts cover the customers that you may see."""
        book = queries.read_book()
        return [
            {
                "kind": one.kind.key,
                "applies": _answer(one.winner, book.names),
                "gives_way": _answer(one.loser, book.names),
                "customers": one.customers,
            }
            for one in list_conflicts(actor=request.actor, book=book)
        ]

    @router.get("/customers/{customer_id}/policies", response=list[AppliedOut], summary="What applies to a customer")
    @needs(permissions.VIEW, customer="customer_id")
    def customer_policies(request: HttpRequest, customer_id: int) -> Any:
        customer = get_customer(customer_id=customer_id, actor=request.actor)
        book = queries.read_book()
        return [_applied(one, book.names) for one in list_applied(customer_id=customer.id, book=book)]


def _kind(one: PolicyKind) -> dict[str, Any]:
    return {
        "key": one.key,
        "label": str(one.label),
        "meaning": str(one.meaning),
        "is_price": one.is_price,
        "fields": [
            {
                "key": each.key,
                "label": str(each.label),
                "type": each.type.value,
                "required": each.required,
                "least": each.least,
                "most": each.most,
                "choices": [key for key, _label in each.choices if key],
            }
            for each in one.fields
        ],
    }


def _answers(policies: Iterable[Policy]) -> list[dict[str, Any]]:
    names = queries.read_names()
    return [_answer(one, names) for one in policies]


def _answer(one: Policy, names: Names) -> dict[str, Any]:
    return {
        "id": one.id,
        "scheme": one.to_class.scheme.key,
        "class_id": one.to_class_id,
        "class_key": one.to_class.key,
        "kind": one.kind,
        "number": one.number,
        "value": one.value,
        "words": say_value(policy_kinds[one.kind], one.value, names) if one.kind in policy_kinds else "",
        "since": one.valid_from,
        "until": one.valid_to,
        "by": one.by.name if one.by else "",
    }


def _applied(one: Applied, names: Names) -> dict[str, Any]:
    return {
        "kind": one.kind.key,
        "policy": _answer(one.policy, names),
        "gives_way": [
            {
                "scheme": loser.to_class.scheme.key,
                "class_id": loser.to_class_id,
                "class_key": loser.to_class.key,
                "value": loser.value,
                "words": words,
            }
            for loser, words in one.losing_words
        ],
    }
