"""Scores and tiers by cut points equal their definitions: ceil(k × cume_dist), and the share that lies above."""

import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import duckdb
import numpy as np
import pytest
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.stages.cut_points import amount_cuts, count_cuts, day_cuts, share_cuts


@pytest.fixture
def table() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def _fill(table: duckdb.DuckDBPyConnection, values: list[Any], kind: str) -> Any:
    table.execute(f"CREATE OR REPLACE TABLE t (v {kind})")
    if values:
        table.executemany("INSERT INTO t VALUES (?)", [[one] for one in values])

    def fetch(statement: exp.Expr) -> dict[str, Any]:
        found = table.execute(sql.emit(statement)).fetchnumpy()
        return {name: np.asarray(column, dtype=np.int64) for name, column in found.items()}

    return fetch


def _score(value: Any, cuts: list[Any]) -> int:
    return 1 + sum(value >= cut for cut in cuts)


def _defined(value: Any, values: list[Any], parts: int) -> int:
    return math.ceil(Fraction(parts * sum(one <= value for one in values), len(values)))


def _samples() -> list[list[int]]:
    chance = random.Random(7)
    shapes = [
        lambda: chance.randrange(3),
        lambda: chance.randrange(10_000) - 5000,
        lambda: int(chance.paretovariate(0.5) * 100),
        lambda: 1,
    ]
    return [[shape() for _ in range(size)] for shape in shapes for size in (1, 2, 5, 37, 400)]


@pytest.mark.parametrize("parts", [3, 5])
def test_scores_are_the_ceiling_of_the_cumulative_share(table: duckdb.DuckDBPyConnection, parts: int) -> None:
    for values in _samples():
        fetch = _fill(table, values, "BIGINT")
        for find in (count_cuts, amount_cuts):
            cuts = find(fetch, "v", "t", exp.true(), parts)
            assert [_score(one, cuts) for one in values] == [_defined(one, values, parts) for one in values]


def test_later_days_score_higher(table: duckdb.DuckDBPyConnection) -> None:
    days = [date(2026, 1, 1) + timedelta(days=back % 40) for back in range(0, 700, 7)]
    cuts = day_cuts(_fill(table, days, "DATE"), "v", "t", exp.true(), 5)
    assert [_score(one, cuts) for one in days] == [_defined(one, days, 5) for one in days]


def test_a_tier_begins_where_the_share_above_is_small_enough(table: duckdb.DuckDBPyConnection) -> None:
    limits = [Fraction(80, 100), Fraction(95, 100)]
    for values in _samples():
        earning = [one for one in values if one > 0]
        if not earning:
            continue
        cuts = share_cuts(_fill(table, values, "BIGINT"), "v", "t", sql.tree("v > 0"), limits)
        for value in earning:
            above = Fraction(sum(one for one in earning if one > value), sum(earning))
            assert [value >= cut for cut in cuts] == [above < limit for limit in limits]


def test_nobody_means_no_cuts(table: duckdb.DuckDBPyConnection) -> None:
    fetch = _fill(table, [], "BIGINT")
    assert count_cuts(fetch, "v", "t", exp.true(), 5) == amount_cuts(fetch, "v", "t", exp.true(), 5) == []
    assert share_cuts(fetch, "v", "t", exp.true(), [Fraction(4, 5)]) == []
