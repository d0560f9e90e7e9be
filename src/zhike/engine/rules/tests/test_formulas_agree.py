"""One formula, three answers that never differ: DuckDB, PostgreSQL and Python, to the last of six decimal places."""

import json
from decimal import Decimal
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.compile import is_plain
from zhike.engine.rules.formula_sql import formula_value
from zhike.engine.rules.formulas import (
    BEYOND,
    ONE,
    SIGNS,
    Fixed,
    Formula,
    Held,
    Joined,
    Steps,
    as_millionths,
    count_steps,
    find_result,
)

TYPES = {"customer_id": "BIGINT", "custom": "TEXT", "monetary": "BIGINT", "frequency": "INTEGER"}
NUMBERS = ["0", "1", "-1", "3", "-7", "0.000001", "-0.000001", "0.5", "2.5", "-2.5", "0.333333", "12345.678901",
           "999999.999999", "999999999999.999999", "-999999999999.999999", "1000000000000", "123456789012345.5",
           "0.00000049", "0.0000005", "-0.0000005", "0.000000499999", "1.000000500000", "999999999999.9999995",
           "-999999999999.999999499999", "00012.5", None]  # fmt: skip
AMOUNTS = [0, 1, -1, 333, 10_000_00, 999_999_999_999, 10**12, -(10**12), 10**17, None]


def rows() -> list[tuple[Any, ...]]:
    found = []
    for place in range(len(NUMBERS) * 4):
        one, other = NUMBERS[place % len(NUMBERS)], NUMBERS[(place * 7 + place // 19) % len(NUMBERS)]
        custom = {key: value for key, value in (("a", one), ("b", other)) if value is not None}
        found.append((place, json.dumps(custom) if custom else None, AMOUNTS[place % len(AMOUNTS)], place % 5 or None))
    return found


ROWS = rows()
LEAVES = st.sampled_from([Held("custom", "a"), Held("custom", "b"), Held("monetary"), Held("frequency")])
FIXED = st.sampled_from([0, 1, -1, 5 * ONE, ONE // 2, -3 * ONE, 7, BEYOND * ONE - 1, BEYOND * ONE, 1 - BEYOND * ONE])
STEPS: st.SearchStrategy[Steps] = st.recursive(
    LEAVES | FIXED.map(Fixed) | st.integers(-(10**13), 10**13).map(Fixed),
    lambda inner: st.builds(Joined, st.sampled_from(SIGNS), inner, inner),
    max_leaves=8,
)
FORMULAS = st.builds(Formula, STEPS, st.integers(0, 6))


def wanted(formulas: list[Formula]) -> list[tuple[Any, ...]]:
    values = [dict(zip(TYPES, row, strict=True)) for row in ROWS]
    return [(one["customer_id"], *(find_result(formula, one) for formula in formulas)) for one in values]


def query(formulas: list[Formula]) -> exp.Select:
    shown = [formula_value(one).as_(f"f{place}") for place, one in enumerate(formulas)]
    assert all(is_plain(one.this) for one in shown)
    return sql.query("SELECT customer_id FROM customer").select(*shown).order_by("customer_id")


@pytest.fixture
def engines(postgres: psycopg.Connection) -> Any:
    names = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    with duckdb.connect() as here, postgres.cursor() as there:
        here.execute(f"CREATE TABLE customer ({names})")
        here.executemany(f"INSERT INTO customer VALUES ({', '.join('?' * len(TYPES))})", ROWS)
        there.execute(f"CREATE TEMP TABLE customer ({names})")
        there.executemany(f"INSERT INTO customer VALUES ({', '.join(['%s'] * len(TYPES))})", ROWS)
        yield here, there


@settings(max_examples=60)
@given(found=st.lists(FORMULAS, min_size=3, max_size=4))
def test_a_formula_comes_to_the_same_everywhere(engines: Any, found: list[Formula]) -> None:
    here, there = engines
    expected = wanted(found)
    assert here.execute(sql.emit(query(found))).fetchall() == expected
    assert there.execute(sql.emit(query(found), sql.POSTGRES)).fetchall() == expected


@pytest.mark.parametrize(
    ("steps", "decimals", "result"),
    [
        (Joined("/", Fixed(1 * ONE), Fixed(3 * ONE)), 6, "0.333333"),
        (Joined("/", Fixed(2 * ONE), Fixed(3 * ONE)), 6, "0.666667"),
        (Joined("/", Fixed(-1), Fixed(2 * ONE)), 6, "-0.000001"),  # half goes away from zero
        (Joined("/", Fixed(1), Fixed(-2 * ONE)), 6, "-0.000001"),
        (Joined("*", Fixed(ONE // 2), Fixed(-1)), 6, "-0.000001"),
        (Joined("*", Fixed(499_999), Fixed(1)), 6, "0.000000"),
        (Fixed(2_500_000), 0, "3"),
        (Fixed(-2_500_000), 0, "-3"),
        (Fixed(1_234_999), 2, "1.23"),
        (Joined("/", Fixed(ONE), Fixed(0)), 6, None),
        (Joined("/", Fixed(BEYOND * ONE - 1), Fixed(1)), 6, None),  # beyond what is held
        (Joined("+", Fixed(BEYOND * ONE - 1), Fixed(1)), 6, None),
        (Joined("*", Fixed(ONE * 10**6), Fixed(ONE * 10**6)), 6, None),
        (Joined("*", Fixed(ONE * 10**6), Fixed(ONE * 10**6 - ONE)), 6, "999999000000.000000"),
        (Joined("/", Fixed(123_456_789_012_345_678), Fixed(999_999_999_999_999_999)), 6, "0.123457"),
        (Joined("empty", Joined("/", Fixed(1), Fixed(0)), Fixed(ONE)), 0, "1"),
        (Joined("least", Joined("/", Fixed(1), Fixed(0)), Fixed(ONE)), 0, None),
    ],
)
def test_halves_go_away_from_zero_and_too_much_is_nothing(
    engines: Any, steps: Steps, decimals: int, result: Any
) -> None:
    here, there = engines
    found = [Formula(steps, decimals)]
    one = None if result is None else Decimal(result)
    assert find_result(found[0], {}) == one
    for cursor, dialect in ((here, sql.DUCKDB), (there, sql.POSTGRES)):
        assert cursor.execute(sql.emit(query(found), dialect)).fetchone()[1] == one


def test_a_long_formula_stays_small_as_sql() -> None:
    steps: Steps = Held("frequency")
    for sign in ("+", "*", "-", "/") * 12:
        steps = Joined(sign, steps, Fixed(ONE))
    assert count_steps(steps) == 109
    for dialect in (sql.DUCKDB, sql.POSTGRES, "spark"):
        text = sql.emit(formula_value(Formula(steps, 2)), dialect)
        assert (text.count("frequency"), len(text) < 20_000) == (1, True)


def test_what_is_read_is_held_to_six_places() -> None:
    assert [as_millionths(Decimal(one)) for one in ("0.0000005", "-0.0000005", "0.00000049", "1e12", "-1e300")] == [
        1, -1, 0, None, None,
    ]  # fmt: skip
