"""Rows of a written statement as models: what `objects.raw` gives, for half of what it costs.

Pages that everybody opens all day ask this way. How a row becomes a model is worked out once for each statement.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import NotSupportedError, connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from zhike.audit.public import prepared_cursor

type Convert = Callable[[Any], Any]
type Shape = tuple[list[str], list[int], list[tuple[int, Convert]], list[tuple[str, int]]]

_shapes: dict[tuple[type[Model], str, int], Shape] = {}


def read_models[M: Model](model: type[M], statement: str, params: Sequence[Any] | dict[str, Any]) -> list[M]:
    """Return one model for each row; columns that are no field of it become attributes, as they are.

    `statement` is one of a fixed few, never put together of what somebody typed: its shape is kept for ever.
    """
    cursor = _ask(statement, params)
    if not cursor.rowcount:
        return []
    names, places, converts, others = _shape_of(model, statement, cursor)
    found = []
    for row in cursor.fetchall():
        values = list(row)
        for place, convert in converts:
            values[place] = convert(values[place])
        one = model.from_db(connection.alias, names, [values[place] for place in places])
        one.__dict__.update((name, values[place]) for name, place in others)
        found.append(one)
    return found


def _ask(statement: str, params: Sequence[Any] | dict[str, Any]) -> Any:
    """Return a cursor with the rows; outside a transaction asked once more where a kept plan is outdated."""
    try:
        return _ask_once(statement, params)
    except NotSupportedError:  # an upgrade changed the table below the plan
        if connection.in_atomic_block:
            raise
        connection.close()
        return _ask_once(statement, params)


def _ask_once(statement: str, params: Sequence[Any] | dict[str, Any]) -> CursorWrapper:
    cursor = prepared_cursor()
    cursor.execute(statement, params)
    return cursor


def _shape_of(model: type[Model], statement: str, cursor: Any) -> Shape:
    """Return how a row becomes a model: found out once for each statement and width, which an upgrade may change."""
    kept = model, statement, cursor.pgresult.nfields
    if kept not in _shapes:
        _shapes[kept] = _find_shape(model, [column.name for column in cursor.description])
    return _shapes[kept]


def _find_shape(model: type[Model], columns: Sequence[str]) -> Shape:
    """Return the fields that a row holds, in the model's order, where each stands, and how it is read."""
    known: dict[str | None, int] = {column: place for place, column in enumerate(columns)}
    held = [(field, known[field.column]) for field in model._meta.concrete_fields if field.column in known]
    others = set(columns) - {field.column for field, _place in held}
    return (
        [field.attname for field, _place in held],
        [place for _field, place in held],
        [(place, _reading(field, convert)) for field, place in held for convert in field.get_db_converters(connection)],
        [(name, known[name]) for name in sorted(others)],
    )


def _reading(field: Any, convert: Any) -> Convert:
    expression = field.cached_col
    return lambda value: convert(value, expression, connection)
