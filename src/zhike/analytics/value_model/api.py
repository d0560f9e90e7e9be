from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from zhike.accounts.public import needs
from zhike.analytics.errors import NothingInUse
from zhike.analytics.permissions import VIEW

from .queries import find_value


class ValueOut(Schema):
    """What the run in use says of a customer; amounts in minor units, null where it cannot be told."""

    customer_id: int
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
    router.get("/customers/{int:customer_id}/value", response=ValueOut, summary="Read a customer's value to come")(
        get_value
    )


@needs(VIEW, customer="customer_id")
def get_value(request: HttpRequest, customer_id: int) -> Any:
    found = find_value(customer_id=customer_id)
    if found is None:
        raise NothingInUse
    return found
