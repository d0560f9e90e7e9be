"""How long a list is: counted while it is short, else as the planner of the database expects."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

EXACT = 1000  # up to here rows are counted, beyond the planner's estimate is told
FAR = 2  # times as many: an estimate that can be believed is not that far out
COUNT = "SELECT count(*) FROM ({rows} LIMIT {most}) AS listed"


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a list holds; `exact` is False for an estimate."""

    number: int
    exact: bool


def count_rows(rows: QuerySet[Model], *, exact: int = EXACT, is_estimable: bool = False) -> Count:
    """Return how many rows there are: counted up to `exact`, else the planner's estimate, never below that.

    Counting even that far may read a large index: where the estimate can be believed (`is_estimable`: what is asked
    for are columns whose common values the database keeps count of) and lies far above, it is told at once.
    """
    try:
        sql, params = rows.values("pk").query.sql_with_params()
    except EmptyResultSet:  # a filter that nothing can fit
        return Count(0, True)
    estimate = _estimate(sql, params) if is_estimable else None
    if estimate is not None and estimate > FAR * exact:
        return Count(estimate, False)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(rows=sql, most=exact + 1), params)
        counted = cursor.fetchone()[0]
    if counted <= exact:
        return Count(counted, True)
    return Count(max(_estimate(sql, params) if estimate is None else estimate, exact + 1), False)


def round_estimate(number: int) -> int:
    """Return the two digits of an estimate that are told: more would lie."""
    size = 10 ** max(len(str(number)) - 2, 0)
    return number // size * size


def _estimate(sql: str, params: Sequence[Any]) -> int:
    """Return how many rows the planner expects of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    return int(plan[0]["Plan"]["Plan Rows"])
