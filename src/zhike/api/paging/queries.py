from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet

from zhike.kit.paging import BadCursor, Page, decode_cursor, encode_cursor


def key_page[Row: Model](
    rows: QuerySet[Row], *, order: Sequence[str], limit: int, after: str = "", before: str = ""
) -> Page[Row]:
    """Return a page of `rows` by key: no offset, so that the last page costs what the first does.

    `order` names non-null columns of the model, "-" for descending, the last of them unique: ("-at", "-id").
    The condition is `a <= :a AND NOT (a = :a AND …)`, spelled so that an index on the order is walked.
    With `before` the page is the one that ends there.

    :raises BadCursor: if `after` or `before` is not a cursor of a list in this order.
    """
    names = [name.lstrip("-") for name in order]
    walked = [_turned(name) for name in order] if before else list(order)
    if cursor := before or after:
        rows = rows.filter(_beyond(walked, _typed(rows.model, names, decode_cursor(cursor, length=len(names)))))
    found = list(rows.order_by(*walked)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if not found:
        return Page([])
    if before:
        found.reverse()
    has_next, has_previous = (True, more) if before else (more, bool(after))
    return Page(
        found,
        next=_cursor(found[-1], names) if has_next else "",
        previous=_cursor(found[0], names) if has_previous else "",
    )


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _cursor(row: Model, names: Sequence[str]) -> str:
    return encode_cursor(*(getattr(row, name) for name in names))


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
