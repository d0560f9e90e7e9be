from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from zhike.accounts.public import needs
from zhike.analytics.answers import PageOfRun, run_answer
from zhike.analytics.errors import NothingInUse
from zhike.analytics.models import CustomerValue, ModelRun
from zhike.analytics.permissions import VIEW
from zhike.api.public import Paging
from zhike.kit.paging import Page

from .queries import find_run, find_value, list_values

EXAMPLE: dict[str, Any] = {
    "customer_id": 10_008,
    "version": "1",
    "as_of": "2026-11-22",
    "horizon_days": 365,
    "currency": "CNY",
    "purchase_days": 14,
    "last_day": "2026-10-30",
    "p_alive": 0.9312,
    "expected": 6.4107,
    "expected_low": 2.0,
    "expected_high": 11.0,
    "clv": 2_841_500,
    "clv_low": 905_200,
    "clv_high": 5_120_900,
    "past": 7_204_000,
    "past_year": 3_660_000,
    "potential": 5_918_000,
    "alike": 20,
}


class ValueOut(Schema):
    """What the run in use says of a customer; amounts in minor units, null where it cannot be told."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    customer_id: int
    version: str = Field(description="Of the model")
    as_of: date
    horizon_days: int
    currency: str
    purchase_days: int
    last_day: date
    p_alive: float | None = Field(description="Chance that the customer has not left; null after one purchase")
    expected: float = Field(description="Purchase days within the horizon")
    expected_low: float | None = Field(description="Lower end of the middle 80 %")
    expected_high: float | None
    clv: int | None = Field(description="Value within the horizon, discounted")
    clv_low: int | None
    clv_high: int | None
    past: int = Field(description="Net amount so far")
    past_year: int = Field(description="Net amount of the 365 days before `as_of`")
    potential: int | None = Field(description="What the best quarter of those who buy alike brought in 365 days")
    alike: int = Field(description="Customers behind the potential")


def add_operations(router: Router) -> None:
    """Put the operations of customer value on the room's router."""
    router.get("/value/customers", response=PageOfRun[ValueOut], summary="List customers by what they will bring")(
        list_by_value
    )
    router.get("/customers/{int:customer_id}/value", response=ValueOut, summary="Read a customer's value to come")(
        get_value
    )


@needs(VIEW)
def list_by_value(request: HttpRequest, paging: Query[Paging]) -> Any:
    run = find_run()
    if run is None:
        return run_answer(None, Page([]))
    page = list_values(run, actor=request.actor, after=paging.after, limit=paging.limit)
    return run_answer(run, page, [_out(one, run) for one in page.rows])


@needs(VIEW, customer="customer_id")
def get_value(request: HttpRequest, customer_id: int) -> Any:
    found = find_value(customer_id=customer_id)
    if found is None:
        raise NothingInUse
    return found


def _out(one: CustomerValue, run: ModelRun) -> dict[str, Any]:
    said = {name: getattr(one, name) for name in ValueOut.model_fields if hasattr(one, name)}
    card = run.card
    said |= {"version": run.version, "as_of": run.as_of}
    return said | {"horizon_days": card["horizon_days"], "currency": card["currency"]}
