"""Pages of the customer list, by key, and how many there are."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from zhike.api.public import Count, count_rows
from zhike.customers.listing.filters import Filters
from zhike.customers.listing.rows import Row, read_rows
from zhike.customers.models import Listing
from zhike.customers.registries import Column, Order, find_order
from zhike.kit.actor import Actor
from zhike.kit.paging import BadCursor, Page, decode_cursor, encode_cursor

PAGE = 50
OWN = "ordered"  # by what a source of orders gives
NEVER = date(1, 1, 1)  # sorts with customers that never bought; the index holds the same expression


def list_customers(
    *, actor: Actor, filters: Filters, after: str = "", before: str = "", limit: int = PAGE, currency: str = ""
) -> Page[Row]:
    """Return a page of the customers that the actor may know of. :raises BadCursor: if a cursor is damaged."""
    rows = filters.rows_for(actor)
    backwards = bool(before)
    key, descending = _order(filters.sort)
    own = find_order(filters.sort.removeprefix("-")) if key == OWN else None
    if key == "bought":
        rows = rows.annotate(bought=Coalesce("last_purchase", Value(NEVER)))
    elif own:
        rows = rows.annotate(**{OWN: own.expression})
    forwards = descending == backwards  # walking up the index
    if cursor := before or after:
        rows = rows.filter(_beyond(key, _typed(key, cursor, own), "gt" if forwards else "lt"))
    order = [F(key).asc(), F("customer_id").asc()] if forwards else [F(key).desc(), F("customer_id").desc()]
    found = read_rows(rows.order_by(*order)[: limit + 1], currency=currency)
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    has_next, has_previous = (True, more) if backwards else (more, bool(after))
    return Page(
        found,
        next=_cursor(key, found[-1], own) if has_next else "",
        previous=_cursor(key, found[0], own) if has_previous else "",
    )


def count_customers(*, actor: Actor, filters: Filters) -> Count:
    """Return how many customers a list holds: exact up to 1,000, else the planner's estimate, never below 1,001.

    Counting even that far reads every match from the index of tags or classes, 30,000 of a million customers.
    """
    return count_rows(filters.rows_for(actor), is_estimable=filters.is_estimable)


def load_cells(columns: Sequence[Column], rows: Sequence[Row]) -> list[list[Any]]:
    """Return the cells of a page, row by row: at most one query a column."""
    ids = [row.customer_id for row in rows]
    loaded: dict[str, Mapping[int, Any]] = {column.key: column.load(ids) for column in columns if column.load}
    return [
        [column.cell(row) if column.cell else loaded[column.key].get(row.customer_id, "") for column in columns]
        for row in rows
    ]


def _order(sort: str) -> tuple[str, bool]:
    keys = {"value": "value", "name": "name_pinyin", "created": "created_at", "last_purchase": "bought"}
    return keys.get(sort.removeprefix("-"), OWN), sort.startswith("-")


def _beyond(key: str, values: tuple[Any, int], side: str) -> Q:
    """Rows after a key: `a <= :a AND (a < :a OR id < :id)`, spelled so that the index is walked from there."""
    value, customer_id = values
    return Q(**{f"{key}__{side}e": value}) & (
        Q(**{f"{key}__{side}": value}) | Q(**{f"customer_id__{side}": customer_id})
    )


def _cursor(key: str, row: Row, own: Order | None = None) -> str:
    if own:
        return encode_cursor(own.value_of(row.customer_id), row.customer_id)
    value = (row.last_purchase or NEVER) if key == "bought" else getattr(row, key)
    return encode_cursor(value, row.customer_id)


def _typed(key: str, cursor: str, own: Order | None = None) -> tuple[Any, int]:
    value, customer_id = decode_cursor(cursor, length=2)
    column: Any = Listing._meta.get_field("last_purchase" if key == "bought" else key) if key != OWN else None
    try:
        typed = own.read(value) if own else column.to_python(value)
    except (ValidationError, TypeError, ValueError) as error:
        raise BadCursor from error
    if typed is None or type(customer_id) is not int or (isinstance(typed, str) and "\x00" in typed):
        raise BadCursor
    return typed, customer_id
