from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from zhike.accounts.public import Actor
from zhike.audit.public import record
from zhike.commerce.errors import BadOrder, CurrencyUnknown, LineTooLarge, NoLines, OrderExists, PriceNegative
from zhike.commerce.events import OrderCreated
from zhike.commerce.models import Order, OrderLine
from zhike.commerce.orders.rules import LARGEST, LINES_LIMIT
from zhike.commerce.products.actions import ensure_products
from zhike.customers.public import add_facts_from, get_customer, react_to_change
from zhike.kit.money import currencies, line_amount

FACTS = """
SELECT o.customer_id, CASE WHEN l.quantity < 0 THEN 'return' ELSE 'purchase' END, o.at, '', l.amount, o.currency,
  l.quantity, 'order', o.id, jsonb_build_object('product', l.product_id),
  o.source || ':' || o.number || ':' || l.position
FROM commerce_order o JOIN commerce_orderline l ON l.order_id = o.id
WHERE o.id = %s AND o.customer_id IS NOT NULL AND o.status <> 'cancelled' ORDER BY l.position
"""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of a new order. A negative quantity is a return; price and quantity have up to 6 decimal places."""

    sku: str
    quantity: Decimal
    unit_price: Decimal
    product: str = ""  # name, for a product that is not known yet
    category: str = ""


@transaction.atomic
def create_order(
    *,
    source: str,
    number: str,
    customer_id: int | None,
    ordered_at: datetime,
    currency: str,
    lines: Sequence[NewLine],
    by: Actor,
    at: datetime,
    status: str = Order.Status.COMPLETED,
    sample: bool = False,
) -> Order:
    """Write an order down with its lines, and a fact per line with its customer (None: an anonymous sale).

    :raises OrderExists: if the source has an order of that number. :raises NoSuchCustomer: if not the actor's to see.
    :raises Invalid: a subclass that names what does not fit.
    """
    _check(source=source, number=number, currency=currency, lines=lines)
    if customer_id is not None:
        get_customer(customer_id=customer_id, actor=by)
    amounts = [line_amount(line.quantity, line.unit_price, currency) for line in lines]
    try:
        with transaction.atomic():
            order = Order.objects.create(
                source=source,
                number=number,
                customer_id=customer_id,
                at=ordered_at,
                currency=currency,
                status=status,
                net=sum(amounts),
                lines_count=len(lines),
                sample=sample,
            )
    except IntegrityError as error:
        raise OrderExists(source=source, number=number) from error
    _write_lines(order, lines, amounts)
    add_facts_from(select=FACTS, params=[order.id])
    record(event=OrderCreated(order.id, customer_id, source, number, order.net, currency), by=by)
    if customer_id is not None:
        react_to_change(customer_id=customer_id)
    return order


def _write_lines(order: Order, lines: Sequence[NewLine], amounts: Sequence[int]) -> None:
    wanted = {line.sku: (line.product, line.category) for line in lines}
    products = ensure_products(wanted, sample=order.sample)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            product_id=products[line.sku],
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=amount,
        )
        for position, (line, amount) in enumerate(zip(lines, amounts, strict=True), start=1)
    )


def _check(*, source: str, number: str, currency: str, lines: Sequence[NewLine]) -> None:
    if not 1 <= len(source.strip()) <= 100 or ":" in source:
        raise BadOrder(field="source")
    if not 1 <= len(number.strip()) <= 100:
        raise BadOrder(field="number")
    if currency not in currencies():
        raise CurrencyUnknown(currency=currency)
    if not 1 <= len(lines) <= LINES_LIMIT:
        raise NoLines(limit=LINES_LIMIT, count=len(lines))
    for position, line in enumerate(lines, start=1):
        if not 1 <= len(line.sku.strip()) <= 100:
            raise BadOrder(field="sku")
        if line.unit_price < 0:
            raise PriceNegative(position=position, price=line.unit_price)
        if max(abs(line.quantity), line.unit_price, abs(line.quantity * line.unit_price) / 100) > LARGEST:
            raise LineTooLarge(position=position, limit=f"{LARGEST:,}")
