"""Statements of fixed text that the database keeps parsed and planned: for a small one that is half the work."""

import sys
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Connection, Cursor

NEVER_BY_ITSELF = sys.maxsize


def preparing() -> Connection[Any]:
    """Return Django's connection as psycopg has it, able to keep statements prepared that ask for it, and no others.

    Such a connection prepares nothing, even when asked, until it has a threshold; this one is never reached.
    """
    connection.ensure_connection()
    plain: Connection[Any] = connection.connection
    plain.prepare_threshold = NEVER_BY_ITSELF
    return plain


def prepared_cursor() -> CursorWrapper:
    """Return a cursor of Django's connection whose statements are kept prepared, counted and logged like its others.

    Statements are of a fixed few, never put together of what somebody typed.
    """
    cursor: Any = _Prepared(preparing())
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


class _Prepared(Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Prepared":
        super().execute(query, params, prepare=True)
        return self
