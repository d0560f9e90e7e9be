"""What an exported file holds: columns by their keys, and values that a spreadsheet cannot take for formulas."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db.models import QuerySet

from zhike.customers.errors import NoSuchColumn
from zhike.customers.models import Listing
from zhike.customers.registries import Column, all_columns

BATCH = 2_000  # customers whose values are in memory at once
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
DEFAULT = ("external_id", "name", "kind", "country", "province", "city", "owner", "tags", "created")


def export_columns(keys: Sequence[str]) -> list[Column]:
    """Return columns by their keys, in that order. :raises NoSuchColumn: if there is no such column to export."""
    known = {column.key: column for column in all_columns() if column.export}
    for key in keys:
        if key not in known:
            raise NoSuchColumn(column=key, columns=", ".join(sorted(known)))
    return [known[key] for key in keys]


def write_csv(rows: QuerySet[Listing], columns: Sequence[Column]) -> Iterator[str]:
    """Give a file piece by piece: a heading of column keys, then a line per customer, by id."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.key for column in columns])
    for batch in value_batches(rows, columns):
        writer.writerows([cell(value) for value in row] for row in batch)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def value_batches(rows: QuerySet[Listing], columns: Sequence[Column]) -> Iterator[list[list[Any]]]:
    """Give the values of customers, some thousand at a time, by id."""
    for ids in _batches(rows):
        values = [column.export(ids) if column.export else {} for column in columns]
        yield [[one.get(customer_id) for one in values] for customer_id in ids]


def cell(value: Any) -> str:
    """Return a value as a file holds it; text that a spreadsheet would run as a formula gets a ' before it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
    text = str(value)
    return f"'{text}" if text.lstrip(" \"'\u00a0\u3000").startswith(STARTS_FORMULA) else text


def _batches(rows: QuerySet[Listing]) -> Iterable[list[int]]:
    """Give ids in order, read by key: no cursor is held open while the receiver is slow."""
    last = 0
    while ids := list(
        rows.filter(customer_id__gt=last).order_by("customer_id").values_list("customer_id", flat=True)[:BATCH]
    ):
        yield ids
        last = ids[-1]
