from datetime import UTC
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router

from zhike.accounts.public import get_organisation, needs
from zhike.api.public import Instant, PageOf, Paging, key_page, page_answer
from zhike.classification import permissions
from zhike.classification.classes.queries import list_members
from zhike.classification.models import Assignment, ClassOverride
from zhike.classification.schemas import (
    AssignIn,
    ClassesThenOut,
    CustomerClassesOut,
    IntervalOut,
    MemberOut,
    OverrideIn,
)
from zhike.classification.schemes.queries import get_class
from zhike.customers.public import Customer, get_customer
from zhike.kit.paging import Page

from . import actions, overrides, queries
from .kept_out import KeptOut, list_kept_out
from .panels import figures_of
from .why import list_reasons

SOURCES = {
    Assignment.Source.RULE: "rule",
    Assignment.Source.MODEL: "computed",
    Assignment.Source.HAND: "hand",
    Assignment.Source.OVERRIDE: "override",
}


def add_operations(router: Router) -> None:
    @router.get("/classes/{class_id}/customers", response=PageOf[MemberOut], summary="Customers in a class")
    @needs(permissions.VIEW)
    def class_customers(request: HttpRequest, class_id: int, paging: Query[Paging]) -> Any:
        get_class(class_id=class_id)
        rows = list_members(class_id=class_id, actor=request.actor)
        page = key_page(rows, order=("customer_id",), limit=paging.limit, after=paging.after)
        return page_answer(Page([_member(one) for one in page.rows], page.next))

    @router.get(
        "/customers/{customer_id}/classes", response=CustomerClassesOut, summary="A customer's classes, and why"
    )
    @needs(permissions.VIEW, customer="customer_id")
    def customer_classes(request: HttpRequest, customer_id: int) -> Any:
        customer = get_customer(customer_id=customer_id, actor=request.actor)
        return _classes_of(customer)

    @router.post("/customers/{customer_id}/classes", response=CustomerClassesOut, summary="Put a customer into a class")
    @needs(permissions.ASSIGN, customer="customer_id")
    def assign(request: HttpRequest, customer_id: int, body: AssignIn) -> Any:
        """Only in schemes that are kept by hand."""
        customer = get_customer(customer_id=customer_id, actor=request.actor)
        actions.assign_class(
            customer_ids=[customer.id],
            scheme_key=body.scheme,
            class_id=body.class_id,
            reason=body.reason,
            by=request.actor,
            at=now(),
        )
        return _classes_of(customer)

    _add_history(router)
    _add_overrides(router)


def _add_history(router: Router) -> None:
    @router.get(
        "/customers/{customer_id}/classes/at", response=ClassesThenOut, summary="A customer's classes at an instant"
    )
    @needs(permissions.VIEW, customer="customer_id")
    def customer_classes_at(request: HttpRequest, customer_id: int, at: Instant) -> Any:
        """An instant without a zone is UTC."""
        get_customer(customer_id=customer_id, actor=request.actor)
        moment = at if at.tzinfo else at.replace(tzinfo=UTC)
        rows = queries.list_classes_at(customer_id=customer_id, at=moment)
        kept_out = list_kept_out(customer_id=customer_id, at=moment)
        return {"at": moment, "classes": [_interval(one) for one in rows], "kept_out": [_kept(one) for one in kept_out]}

    @router.get(
        "/customers/{customer_id}/classes/history", response=PageOf[IntervalOut], summary="All classes a customer had"
    )
    @needs(permissions.VIEW, customer="customer_id")
    def customer_history(request: HttpRequest, customer_id: int, paging: Query[Paging]) -> Any:
        """Newest first."""
        get_customer(customer_id=customer_id, actor=request.actor)
        rows = Assignment.objects.filter(customer_id=customer_id).select_related("scheme", "to_class")
        page = key_page(rows, order=("-valid_from", "-track"), limit=paging.limit, after=paging.after)
        return page_answer(Page([_interval(one) for one in page.rows], page.next))


def _add_overrides(router: Router) -> None:
    @router.post(
        "/customers/{customer_id}/classes/{scheme}/override",
        response=CustomerClassesOut,
        summary="Set a class above the rule",
    )
    @needs(permissions.ASSIGN, customer="customer_id")
    def set_override(request: HttpRequest, customer_id: int, scheme: str, body: OverrideIn) -> Any:
        """The rule goes on being judged beside it and comes back when this ends.

        Where classes overlap, each has its own: into a class, or kept out of it.
        """
        customer = get_customer(customer_id=customer_id, actor=request.actor)
        ends_at = body.ends_at
        overrides.set_override(
            customer_id=customer_id,
            scheme_key=scheme,
            class_id=body.class_id,
            reason=body.reason,
            ends_at=ends_at.replace(tzinfo=UTC) if ends_at and not ends_at.tzinfo else ends_at,
            kept_out=body.kept_out,
            by=request.actor,
            at=now(),
        )
        return _classes_of(customer)

    @router.delete(
        "/customers/{customer_id}/classes/{scheme}/override",
        response=CustomerClassesOut,
        summary="Take off a class that was set above the rule",
    )
    @needs(permissions.ASSIGN, customer="customer_id")
    def remove_override(request: HttpRequest, customer_id: int, scheme: str, class_id: int | None = None) -> Any:
        """`class_id` is needed where classes overlap."""
        customer = get_customer(customer_id=customer_id, actor=request.actor)
        overrides.remove_override(
            customer_id=customer_id, scheme_key=scheme, class_id=class_id, by=request.actor, at=now()
        )
        return _classes_of(customer)


def _classes_of(customer: Customer) -> dict[str, Any]:
    figures = figures_of(customer, get_organisation())
    history = queries.read_history(customer_id=customer.id)
    held = queries.explain_held(history)
    run = queries.get_last_run()
    return {
        "as_of": run.as_of if run else None,
        "current": [
            {
                **_interval(one.assignment),
                "name": one.held.name,
                "hue": one.held.hue,
                "rule_says": _says(one.says),
                "reasons": [
                    {"label": each.label, "value": each.value, "note": each.note}
                    for each in list_reasons(one, customer, figures)
                ],
            }
            for one in held
        ],
        "history": [_interval(one) for one in history.rows],
        "kept_out": [_kept(one) for one in list_kept_out(customer_id=customer.id)],
        "waiting": [_waiting(one) for one in queries.list_waiting_of(history)],
    }


def _waiting(one: queries.Waiting) -> dict[str, Any]:
    return {
        "scheme": one.scheme.key,
        "held_class_id": one.held.id if one.held else None,
        "class_id": one.to_class.id if one.to_class else None,
    }


def _interval(row: Assignment) -> dict[str, Any]:
    return {
        "scheme": row.scheme.key,
        "class_id": row.to_class_id,
        "key": row.to_class.key,
        "since": row.valid_from,
        "until": row.valid_to,
        "left": Assignment.Left(row.left).name.lower() if row.left else None,
        "rule_version": row.rule_version,
        "source": SOURCES[Assignment.Source(row.source)],
        "evidence": row.evidence,
    }


def _kept(one: KeptOut) -> dict[str, Any]:
    row = one.override
    return {
        "scheme": row.scheme.key,
        "class_id": row.to_class_id,
        "key": row.to_class.key,
        "name": row.to_class.name,
        "reason": row.reason,
        "by": row.set_by.name if row.set_by else None,
        "since": row.set_at,
        "ends_at": row.ends_at,
        "until": row.ended_at,
        "ended": ClassOverride.Ended(row.ended_cause).name.lower() if row.ended_cause else None,
        "rule_met": one.rule_met,
    }


def _says(says: queries.Says | None) -> dict[str, Any] | None:
    if says is None:
        return None
    to = says.to_class
    return {
        "class_id": to.id if to else None,
        "key": to.key if to else None,
        "cause": says.cause.name.lower(),
        "due_at": says.due_at,
    }


def _member(row: Assignment) -> dict[str, Any]:
    return {
        "customer_id": row.customer_id,
        "name": row.customer.name,
        "since": row.valid_from,
        "rule_version": row.rule_version,
    }
