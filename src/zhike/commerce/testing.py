"""For other rooms' tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from zhike.accounts.public import SYSTEM
from zhike.commerce.models import Order
from zhike.commerce.orders.actions import NewLine, create_order
from zhike.customers.public import Customer

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def make_order(
    number: str = "DD-1",
    *,
    customer: Customer | None = None,
    lines: Sequence[tuple[str, str, str]] = (("SKU-1", "2", "9.95"),),
    ordered_at: datetime = NOON,
    currency: str = "CNY",
    status: str = "completed",
) -> Order:
    """Return a new order of `customer` (None: an anonymous sale); `lines` are (sku, quantity, unit price)."""
    return create_order(
        source="test",
        number=number,
        customer_id=customer.pk if customer else None,
        ordered_at=ordered_at,
        currency=currency,
        status=status,
        lines=[NewLine(sku, Decimal(quantity), Decimal(price)) for sku, quantity, price in lines],
        by=SYSTEM,
        at=NOON,
    )
