from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet

from zhike.kit.paging import BadCursor, Page, decode_cursor, encode_cursor


def key_page[Row: Model](rows: QuerySet[Row], *, order: Sequence[str], limit: int, after: str = "") -> Page[Row]:
    """Return a page of `rows` by key: no offset, so that the last page costs what the first does.

    `order` names non-null columns of the model, "-" for descending, the last of them unique: ("-at", "-id").
    The condition is `a <= :a AND NOT (a = :a AND …)`, spelled so that an index on the order is walked.

    :raises BadCursor: if `after` is not a `next` of a list in this order.
    """
    names = [name.lstrip("-") for name in order]
    if after:
        values = _typed(rows.model, names, decode_cursor(after, length=len(names)))
        rows = rows.filter(_beyond(order, values))
    found = list(rows.order_by(*order)[: limit + 1])
    if len(found) <= limit:
        return Page(found)
    last = found[limit - 1]
    return Page(found[:limit], next=encode_cursor(*(getattr(last, name) for name in names)))


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return the condition for rows that come after `values`."""
    name, value = order[0].lstrip("-"), values[0]
    side = "lt" if order[0].startswith("-") else "gt"
    if len(order) == 1:
        return Q(**{f"{name}__{side}": value})
    return Q(**{f"{name}__{side}e": value}) & (Q(**{f"{name}__{side}": value}) | _beyond(order[1:], values[1:]))


def _typed(model: type[Model], names: Sequence[str], values: Sequence[object]) -> list[Any]:
    """Return cursor values as their columns want them: a damaged or foreign cursor ends here."""
    try:
        fields: list[Any] = [model._meta.get_field(name) for name in names]
        typed = [field.to_python(value) for field, value in zip(fields, values, strict=True)]
    except (ValidationError, FieldDoesNotExist, TypeError, ValueError) as error:
        raise BadCursor from error
    if None in typed:
        raise BadCursor
    return typed
