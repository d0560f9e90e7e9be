"""Orders as a file: a row for each line, under headings that the import knows."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from zhike.accounts.public import Actor
from zhike.audit.public import record
from zhike.commerce.errors import TooManyLines
from zhike.commerce.events import OrdersExported
from zhike.commerce.models import Order, OrderLine
from zhike.commerce.orders.importing import order_lines
from zhike.commerce.orders.queries import OrderFilters, find_orders
from zhike.commerce.orders.rules import plain_number
from zhike.customers.public import BOM, SHEET_ROWS, external_ids_of, file_cell, write_workbook

BATCH = 500  # orders whose lines are in memory at once
FIELDS = (
    "order_no", "at", "customer", "customer_name", "sku", "product", "category", "quantity", "unit_price", "currency",
    "status",
)  # fmt: skip


def export_workbook(*, filters: OrderFilters, address: str, by: Actor) -> Iterator[bytes]:
    """Return the lines of orders as a workbook piece by piece; `address` says in the trail how they were chosen.

    :raises TooManyLines: if they are more than a sheet holds, before anything is written down.
    """
    orders = _taken(filters, address, by, most=SHEET_ROWS)
    return write_workbook(_heading(), _batches(orders), name=_("Orders"))


def export_csv(*, filters: OrderFilters, address: str, by: Actor) -> Iterator[bytes]:
    """Return the same as a CSV, however long."""
    return _write_csv(_taken(filters, address, by))


def _taken(filters: OrderFilters, address: str, by: Actor, *, most: int | None = None) -> QuerySet[Order]:
    """Return the orders whose lines are taken, written down as such, if there are no more than `most` lines."""
    orders = find_orders(actor=by, filters=filters)
    sums = orders.aggregate(orders=Count("id"), lines=Sum("lines_count", default=0))
    if most is not None and sums["lines"] > most:
        raise TooManyLines(count=sums["lines"], limit=most)
    record(event=OrdersExported(sums["orders"], sums["lines"], address), by=by)
    return orders


def _write_csv(orders: QuerySet[Order]) -> Iterator[bytes]:
    buffer = StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow(_heading())
    for rows in _batches(orders):
        writer.writerows([file_cell(value) for value in row] for row in rows)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _heading() -> list[str]:
    return [str(order_lines.field(key).label) for key in FIELDS]


def _batches(orders: QuerySet[Order]) -> Iterator[list[list[Any]]]:
    """Give the lines of some hundred orders at a time, read by key: no cursor is held while the taker is slow."""
    last = 0
    while found := list(orders.filter(id__gt=last).select_related("customer").order_by("id")[:BATCH]):
        yield _rows(found)
        last = found[-1].id


def _rows(orders: Sequence[Order]) -> list[list[Any]]:
    by_id = {order.id: order for order in orders}
    numbers = external_ids_of([order.customer_id for order in orders if order.customer_id])
    lines = OrderLine.objects.filter(order__in=by_id).select_related("product").order_by("order_id", "position")
    return [_row(line, by_id[line.order_id], numbers) for line in lines]


def _row(line: OrderLine, order: Order, numbers: Mapping[int, Any]) -> list[Any]:
    customer, product = order.customer, line.product
    values = {
        "order_no": order.number,
        "at": order.at,
        "customer": numbers.get(order.customer_id) if order.customer_id else None,
        "customer_name": customer.name if customer else None,
        "sku": product.sku,
        "product": product.name,
        "category": product.category,
        "quantity": Decimal(plain_number(line.quantity)),
        "unit_price": Decimal(plain_number(line.unit_price)),
        "currency": order.currency,
        "status": order.get_status_display(),
    }
    return [values[key] for key in FIELDS]
