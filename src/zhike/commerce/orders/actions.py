from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from zhike.accounts.public import Actor
from zhike.audit.public import record
from zhike.commerce.errors import (
    BadOrder,
    CurrencyUnknown,
    LineTooLarge,
    NoLines,
    NoSuchOrder,
    OrderCorrectedMeanwhile,
    OrderExists,
    PriceNegative,
)
from zhike.commerce.events import OrderCorrected, OrderCreated
from zhike.commerce.models import Order, OrderLine
from zhike.commerce.orders.queries import visible_orders
from zhike.commerce.orders.rules import LARGEST, LINES_LIMIT, order_digest, plain_number
from zhike.commerce.products.actions import ensure_products
from zhike.customers.public import Customer, add_facts_from, get_customer, keep_imports_out, react_to_change
from zhike.kit.money import currencies, line_amount

# Those of `merging.py`, for one order; keys as `rules.fact_key` has them.
FACTS = """
SELECT o.customer_id, CASE WHEN l.quantity < 0 THEN 'return' ELSE 'purchase' END, o.at, '', l.amount, o.currency,
  l.quantity, 'order', o.id, jsonb_build_object('product', l.product_id),
  o.source || ':' || o.number || ':' || l.position || CASE WHEN o.revision > 1 THEN '#r' || o.revision ELSE '' END
FROM commerce_order o JOIN commerce_orderline l ON l.order_id = o.id
WHERE o.id = %s AND o.customer_id IS NOT NULL AND o.status <> 'cancelled' ORDER BY l.position
"""
REVERSE = """
SELECT f.customer_id, f.kind, f.occurred_at, f.channel, -f.amount, f.currency, -f.quantity, f.refers_kind, f.refers_id,
  f.attrs, o.source || ':' || o.number || ':' || l.position || '#r' || o.revision + 1 || '-'
FROM commerce_order o JOIN commerce_orderline l ON l.order_id = o.id
JOIN customers_fact f ON f.source_key = o.source || ':' || o.number || ':' || l.position
  || CASE WHEN o.revision > 1 THEN '#r' || o.revision ELSE '' END
WHERE o.id = %s ORDER BY l.position
"""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of an order. A negative quantity is a return; price and quantity have up to 6 decimal places."""

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
    _check_name(source=source, number=number)
    _check(currency=currency, lines=lines)
    if customer_id is not None:
        get_customer(customer_id=customer_id, actor=by)
    order = Order(source=source, number=number, sample=sample)
    amounts = _fill(order, lines, customer_id=customer_id, at=ordered_at, currency=currency, status=status)
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        raise OrderExists(source=source, number=number) from error
    _write_lines(order, lines, amounts)
    record(event=OrderCreated(order.id, customer_id, source, number, order.net, currency), by=by)
    if customer_id is not None:
        react_to_change(customer_id=customer_id)
    return order


@transaction.atomic
def correct_order(
    *,
    order_id: int,
    revision: int,
    customer_id: int | None,
    ordered_at: datetime,
    currency: str,
    status: str,
    lines: Sequence[NewLine],
    by: Actor,
    at: datetime,
) -> Order:
    """Give a known order another content: the facts of the revision before are reversed, and new ones written.

    Where it says all this already, nothing is written. Customers before and after are judged at once.

    :param revision: the one that the caller has seen. :raises NoSuchOrder: if it is not the actor's to see.
    :raises OrderCorrectedMeanwhile: if the order has another revision by now.
    :raises NoSuchCustomer: if the customer after is not the actor's to see.
    :raises Invalid: a subclass that names what does not fit.
    """
    _check(currency=currency, lines=lines)
    order = _locked(order_id, by)
    if customer_id not in (None, order.customer_id):
        get_customer(customer_id=customer_id or 0, actor=by)
    content = {"customer_id": customer_id, "at": ordered_at, "currency": currency, "status": status}
    return _rewrite(order, revision, content, lines, by)


@transaction.atomic
def change_order_status(*, order_id: int, revision: int, status: str, by: Actor, at: datetime) -> Order:
    """Cancel an order, or bring it back: a correction of its state alone.

    :raises NoSuchOrder, OrderCorrectedMeanwhile: as `correct_order`.
    """
    order = _locked(order_id, by)
    content = {name: getattr(order, name) for name in ("customer_id", "at", "currency")}
    return _rewrite(order, revision, {**content, "status": status}, _held_lines(order), by)


def _locked(order_id: int, by: Actor) -> Order:
    keep_imports_out()
    order = visible_orders(by).select_for_update(of=("self",)).filter(id=order_id).first()
    if order is None:
        raise NoSuchOrder
    return order


def _rewrite(order: Order, revision: int, content: Mapping[str, Any], lines: Sequence[NewLine], by: Actor) -> Order:
    before, customer_before = _content(order), order.customer_id
    amounts = _fill(order, lines, **content)
    if before == _content(order, lines):
        return order
    if order.revision != revision:
        raise OrderCorrectedMeanwhile(number=order.number, revision=order.revision)
    add_facts_from(select=REVERSE, params=[order.id])
    order.lines.all().delete()
    order.revision += 1
    order.save()
    _write_lines(order, lines, amounts)
    _tell_correction(order, before, _content(order, lines), by)
    for one in dict.fromkeys((customer_before, order.customer_id)):
        if one is not None:
            react_to_change(customer_id=one)
    return order


def _fill(order: Order, lines: Sequence[NewLine], **content: Any) -> list[int]:
    """Put content and what follows from it into an order, not saved yet; return the amounts of the lines."""
    for name, value in content.items():
        setattr(order, name, value)
    amounts = [line_amount(line.quantity, line.unit_price, order.currency) for line in lines]
    order.net, order.lines_count, order.digest = sum(amounts), len(lines), _digest(order, lines)
    return amounts


def _content(order: Order, lines: Sequence[NewLine] | None = None) -> dict[str, object]:
    """Return what an order says, as it can be compared: all but what names it; `lines` or those that it has."""
    lines = _held_lines(order) if lines is None else lines
    said = {name: getattr(order, name) for name in ("customer_id", "at", "currency", "status", "net")}
    return {**said, "lines": [_say(one) for one in lines]}


def _held_lines(order: Order) -> list[NewLine]:
    held = order.lines.order_by("position").values_list("product__sku", "quantity", "unit_price")
    return [NewLine(*one) for one in held]


def _say(line: NewLine) -> str:
    return f"{line.sku} {plain_number(line.quantity)} × {plain_number(line.unit_price)}"


def _digest(order: Order, lines: Sequence[NewLine]) -> str:
    """Return what an import of the same content would find: it knows the customer by the number of the source."""
    ref = ""
    if order.customer_id is not None:
        known = Customer.objects.filter(id=order.customer_id, external_ids__source=order.source)
        told = known.order_by("external_ids__id").values_list("external_ids__value", flat=True).first()
        ref = told or f"\n{order.customer_id}"  # a number that no file holds
    return order_digest(
        customer=ref,
        at=order.at,
        currency=order.currency,
        status=order.status,
        lines=[(line.sku, line.quantity, line.unit_price) for line in lines],
    )


def _tell_correction(order: Order, before: dict[str, object], after: dict[str, object], by: Actor) -> None:
    changed = [name for name in after if before[name] != after[name]]
    who = (order.id, order.customer_id, order.source, order.number, order.revision, order.net, order.currency)
    old, new = ({name: said[name] for name in changed} for said in (before, after))
    record(event=OrderCorrected(*who, old, new), by=by)


def _write_lines(order: Order, lines: Sequence[NewLine], amounts: Sequence[int]) -> None:
    """Write the lines of an order and the fact of each."""
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
    add_facts_from(select=FACTS, params=[order.id])


def _check_name(*, source: str, number: str) -> None:
    if not 1 <= len(source.strip()) <= 100 or ":" in source:
        raise BadOrder(field="source")
    if not 1 <= len(number.strip()) <= 100:
        raise BadOrder(field="number")


def _check(*, currency: str, lines: Sequence[NewLine]) -> None:
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
