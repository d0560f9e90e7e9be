from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict, JsonValue

from zhike.accounts.public import needs
from zhike.api.public import Input
from zhike.classification import permissions
from zhike.classification.models import Review

from . import actions, queries
from .evidence import load_evidence

EXAMPLE: dict[str, JsonValue] = {"outcome": "postponed", "reason": "Abroad until August", "next_on": "2026-08-10"}


class DueOut(Schema):
    """A customer whose class is due for review. `suggested` is the key of the class that the figures speak for."""

    customer_id: int
    name: str
    scheme: str
    class_id: int
    class_key: str
    due: date
    seen: int
    suggested: str
    reasons: list[str]


class DueListOut(Schema):
    """The longest overdue first; `count` of all that are due."""

    count: int
    rows: list[DueOut]


class CoveredOut(Schema):
    """How far the reviews of a class and an owner have come; `share` in percent of those that came due."""

    class_id: int
    owner_id: int | None
    due: int
    reviewed: int
    postponed: int
    customers: int
    share: int


class ReviewIn(Input):
    """A decision: `class_id` for changed, `next_on` for postponed, a reason for both.

    `seen` and `seen_class`: as the list gave them (`seen`, `class_id`). `ends_on`: last day of what is set above the
    rules; without it that of the next review. `kept_out`: where classes overlap, out of the class and not into it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    outcome: Literal["confirmed", "changed", "postponed"]
    reason: str = Field("", max_length=1000)
    class_id: int | None = Field(None, ge=1, le=2**31 - 1)
    kept_out: bool = False
    ends_on: date | None = None
    next_on: date | None = None
    seen: int | None = Field(None, ge=0, le=2**62)
    seen_class: int | None = Field(None, ge=1, le=2**31 - 1)


class ReviewOut(Schema):
    """A review of a customer's class. `new_class_id` where it was changed; `kept_out`: by keeping out of that class."""

    id: int
    scheme: str
    class_id: int
    new_class_id: int | None
    kept_out: bool
    outcome: str
    reason: str
    due_on: date
    next_on: date
    at: datetime
    by: str


class Span(Schema):
    limit: int = Field(50, ge=1, le=200)


def add_operations(router: Router) -> None:
    @router.get("/reviews", response=DueListOut, summary="Customers due for review")
    @needs(permissions.VIEW)
    def list_due(request: HttpRequest, span: Query[Span]) -> Any:
        work = queries.list_due(actor=request.actor, at=now(), limit=span.limit)
        rows = [
            {
                "customer_id": one.row.customer_id,
                "name": one.row.name,
                "scheme": one.row.policy.to_class.scheme.key,
                "class_id": one.row.policy.to_class_id,
                "class_key": one.row.policy.to_class.key,
                "due": one.row.due,
                "seen": one.row.review_id,
                "suggested": one.suggested.key,
                "reasons": list(one.suggestion.reasons),
            }
            for one in load_evidence(work.rows)
        ]
        return {"count": work.count, "rows": rows}

    @router.get("/reviews/coverage", response=list[CoveredOut], summary="How far the reviews have come")
    @needs(permissions.VIEW)
    def list_coverage(request: HttpRequest) -> Any:
        return queries.list_coverage(actor=request.actor, at=now())

    @router.get("/customers/{customer_id}/reviews", response=list[ReviewOut], summary="Reviews of a customer")
    @needs(permissions.VIEW, customer="customer_id")
    def list_reviews(request: HttpRequest, customer_id: int) -> Any:
        return [_answer(one) for one in queries.list_reviews(customer_id=customer_id)]

    @router.post("/customers/{customer_id}/reviews", response={201: ReviewOut}, summary="Review a customer’s class")
    @needs(permissions.REVIEW, customer="customer_id")
    def add_review(request: HttpRequest, customer_id: int, body: ReviewIn) -> Any:
        done = actions.decide(customer_id=customer_id, **body.dict(), by=request.actor, at=now())
        return Status(201, _answer(done))


def _answer(one: Review) -> dict[str, Any]:
    return {
        "id": one.id,
        "scheme": one.scheme.key,
        "class_id": one.to_class_id,
        "new_class_id": one.new_class_id,
        "kept_out": one.kept_out,
        "outcome": one.outcome,
        "reason": one.reason,
        "due_on": one.due_on,
        "next_on": one.next_on,
        "at": one.at,
        "by": one.by.name if one.by else "",
    }
