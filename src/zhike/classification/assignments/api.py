from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router

from zhike.accounts.public import get_organisation, needs
from zhike.api.public import PageOf, Paging, key_page, page_answer
from zhike.classification import permissions
from zhike.classification.classes.queries import list_members
from zhike.classification.models import Assignment
from zhike.classification.schemas import AssignIn, CustomerClassesOut, MemberOut
from zhike.classification.schemes.queries import get_class
from zhike.customers.public import Customer, get_customer
from zhike.kit.paging import Page

from . import actions, queries
from .panels import figures_of
from .why import list_reasons

SOURCES = {Assignment.Source.RULE: "rule", Assignment.Source.MODEL: "computed", Assignment.Source.HAND: "hand"}


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


def _classes_of(customer: Customer) -> dict[str, Any]:
    figures = figures_of(customer, get_organisation())
    held = queries.list_held_classes(customer_id=customer.id)
    run = queries.get_last_run()
    return {
        "as_of": run.as_of if run else None,
        "current": [
            {
                **_interval(one.assignment),
                "name": one.held.name,
                "hue": one.held.hue,
                "reasons": [
                    {"label": each.label, "value": each.value, "note": each.note}
                    for each in list_reasons(one, customer, figures)
                ],
            }
            for one in held
        ],
        "history": [_interval(one) for one in queries.list_history(customer_id=customer.id)],
    }


def _interval(row: Assignment) -> dict[str, Any]:
    return {
        "scheme": row.scheme.key,
        "class_id": row.to_class_id,
        "key": row.to_class.key,
        "since": row.valid_from,
        "until": row.valid_to,
        "rule_version": row.rule_version,
        "source": SOURCES[Assignment.Source(row.source)],
        "evidence": row.evidence,
    }


def _member(row: Assignment) -> dict[str, Any]:
    return {
        "customer_id": row.customer_id,
        "name": row.customer.name,
        "since": row.valid_from,
        "rule_version": row.rule_version,
    }
