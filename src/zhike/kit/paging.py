"""Paging by key: a page starts after the last row of the page before, however many rows lie ahead."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import orjson

from zhike.kit.errors import Invalid


class BadCursor(Invalid):
    code = "paging.bad_cursor"
    sentence = "This page link is damaged. Start again from the first page."
    field = "after"


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Rows of one page; `next` and `previous` are cursors, empty where there is no such page."""

    rows: Sequence[T]
    next: str = ""
    previous: str = ""


def encode_cursor(*values: object) -> str:
    """Return the sort values of a row as an opaque text that is safe in a URL."""
    return base64.urlsafe_b64encode(orjson.dumps(values, default=_plain)).decode().rstrip("=")


def decode_cursor(cursor: str, *, length: int) -> list[object]:
    """Return the sort values that `encode_cursor` put in.

    :raises BadCursor: if the text was not made by `encode_cursor`, or holds another number of values.
    """
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise BadCursor from error
    if not isinstance(values, list) or len(values) != length or any(isinstance(one, list | dict) for one in values):
        raise BadCursor
    return values


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no cursor for {type(value).__name__}")
