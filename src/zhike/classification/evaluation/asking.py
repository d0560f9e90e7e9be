"""Statements of fixed text that the database keeps prepared, several asked in one round trip."""

from collections.abc import Mapping
from typing import Any

from psycopg import Cursor

from zhike.audit.public import preparing


def ask(facts: Mapping[str, Any], *statements: str) -> list[list[tuple[Any, ...]]]:
    """Run statements in their order with the same named values, and return the rows of each.

    To parse these statements anew takes long beside running them, and to wait for each answer before the next question
    takes as long again. When one fails, the next are not run.

    :raises psycopg.Error: of the first that fails.
    """
    plain = preparing()
    with plain.pipeline():
        asked = [Cursor(plain).execute(one, facts, prepare=True) for one in statements]
    return [cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else [] for cursor in asked]
