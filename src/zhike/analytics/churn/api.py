from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from zhike.accounts.public import needs
from zhike.analytics.answers import PageOfRun, run_answer
from zhike.analytics.errors import NothingInUse
from zhike.analytics.models import CustomerChurn, ModelRun
from zhike.analytics.permissions import VIEW
from zhike.api.public import Paging
from zhike.kit.paging import Page

from . import queries
from .queries import Wanted
from .rules import quadrant_of
from .words import say_reason

SILENT: dict[str, Any] = {
    "feature": "days_since_last",
    "value": 94,
    "usual": 20,
    "raises": True,
    "text": "last purchase 94 days ago, usually every 20",
}
EXAMPLE: dict[str, Any] = {
    "customer_id": 10_008,
    "chance": 0.72,
    "value": 3_660_000,
    "expected_loss": 2_635_200,
    "currency": "CNY",
    "quadrant": "save",
    "version": "1",
    "as_of": "2026-11-22",
    "horizon": 90,
    "reasons": [SILENT],
}


class ReasonOut(Schema):
    """`value` is the customer's, `usual` the median of those the model was learnt from; null where unknown."""

    feature: str
    value: float | None
    usual: float | None
    raises: bool
    text: str


class ChurnOut(Schema):
    """The chance to buy nothing in `horizon` days from `as_of`; `value` of the 365 days before, in minor units."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    customer_id: int
    chance: float
    value: int
    expected_loss: int
    currency: str
    quadrant: Literal["save", "keep", "remind", "rest"]
    version: str = Field(description="Of the model")
    as_of: date
    horizon: int
    reasons: list[ReasonOut]


class ChurnFilter(Schema):
    quadrant: Literal["", "save", "keep", "remind", "rest"] = Field("", description="Empty: all four")


def add_operations(router: Router) -> None:
    """Put the operations of churn risk on the room's router."""
    router.get("/churn-risk", response=PageOfRun[ChurnOut], summary="List who may leave, by expected loss")(
        list_at_risk
    )
    router.get("/customers/{int:customer_id}/churn", response=ChurnOut, summary="Read a customer's chance to leave")(
        get_chance
    )


@needs(VIEW)
def list_at_risk(request: HttpRequest, paging: Query[Paging], wanted: Query[ChurnFilter]) -> Any:
    run = queries.get_run_in_use()
    if run is None:
        return run_answer(None, Page([]))
    narrowed = Wanted(quadrant=wanted.quadrant)
    page = queries.list_at_risk(run, wanted=narrowed, actor=request.actor, after=paging.after, limit=paging.limit)
    return run_answer(run, page, [_out(one, run) for one in page.rows])


@needs(VIEW, customer="customer_id")
def get_chance(request: HttpRequest, customer_id: int) -> Any:
    found = queries.get_chance(customer_id=customer_id)
    if found is None:
        raise NothingInUse
    return _out(found, found.run)


def _out(one: CustomerChurn, run: ModelRun) -> dict[str, Any]:
    card = run.card
    return {
        "customer_id": one.customer_id,
        "chance": round(one.chance, 4),
        "value": one.value,
        "expected_loss": one.at_stake,
        "currency": card["currency"],
        "quadrant": quadrant_of(chance=one.chance, value=one.value, value_cut=card["value_cut"]),
        "version": run.version,
        "as_of": run.as_of,
        "horizon": card["horizon"],
        "reasons": [{**reason, "text": say_reason(reason, card["currency"])} for reason in one.reasons],
    }
