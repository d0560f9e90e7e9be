"""Cohorts, lasting, moves and trends equal what counting one customer after the other gives, on every engine's SQL."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.models.retention import make_cohorts, make_transitions, survival
from zhike.engine.stages.cohorts import class_trend, cohort_months, cohort_start, lasting, month_number, transitions

AS_OF = date(2026, 3, 10)
type Day = tuple[int, date, int, bool]


@pytest.fixture
def days() -> list[Day]:
    chance = random.Random(6)
    found: dict[tuple[int, date], int] = {}
    for _ in range(900):
        day = date(2025, 1, 15) + timedelta(days=chance.randrange(430))
        found[chance.randrange(120), day] = chance.choice([-300, 100, 250, 900])
    return [(customer, day, amount, amount > 0) for (customer, day), amount in sorted(found.items())]


@pytest.fixture
def table(days: list[Day]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE d (customer_id BIGINT, day DATE, amount BIGINT, bought BOOLEAN)")
        connection.executemany("INSERT INTO d VALUES (?, ?, ?, ?)", days)
        connection.execute(sql.emit(sql.create_table("starts", cohort_start(DAYS, AS_OF))))
        yield connection


DAYS = sql.query("SELECT customer_id, day, amount, bought FROM d")


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_days(days: list[Day]) -> dict[int, date]:
    first: dict[int, date] = {}
    for customer, day, _, bought in days:
        if bought and day < AS_OF:
            first[customer] = min(day, first.get(customer, day))
    return first


def test_cohorts_are_those_of_counting(table: duckdb.DuckDBPyConnection, days: list[Day]) -> None:
    first = _first_days(days)
    buyers, money = defaultdict(set), Counter()
    for customer, day, amount, bought in days:
        if customer in first and first[customer] <= day < AS_OF:
            key = _month(first[customer]), _month(day) - _month(first[customer])
            money[key] += amount
            if bought:
                buyers[key].add(customer)
    rows = table.execute(sql.emit(cohort_months(DAYS, AS_OF, "starts"))).fetchall()
    assert {(start, age): customers for start, age, customers, _, _ in rows if customers} == {
        key: len(one) for key, one in buyers.items()
    }
    assert {(start, age): amount for start, age, _, _, amount in rows} == dict(money)

    found = make_cohorts(rows, AS_OF)
    assert (found.starts[0], found.partial) == (date(2025, 1, 1), True)
    assert found.customers.sum() == len(first)
    assert (found.retention[:, 0] == 1).all()
    last = found.starts.index(date(2026, 1, 1)) if date(2026, 1, 1) in found.starts else len(found.starts) - 1
    begun = _month(AS_OF) - _month(found.starts[last]) + 1
    assert np.isnan(found.retention[last]).sum() == found.retention.shape[1] - begun


def test_survival_is_kaplan_meiers(table: duckdb.DuckDBPyConnection, days: list[Day]) -> None:
    rows = table.execute(sql.emit(lasting(AS_OF, "starts", lost_after=90))).fetchall()
    assert sum(one[2] for one in rows) == len(_first_days(days))
    found = survival(*zip(*rows, strict=True))
    share, people = 1.0, sum(one[2] for one in rows)
    for place, (lasted, lost, customers) in enumerate(rows):
        share *= 1 - lost / people
        assert found.share[place] == pytest.approx(share)
        assert found.at(lasted) == pytest.approx(share)
        people -= customers
    assert found.at(-1) == 1.0


def test_survival_of_a_published_trial() -> None:
    """6-mercaptopurine in acute leukaemia (Freireich 1963): 21 patients, the textbook's curve and Greenwood errors."""
    weeks = [6, 7, 9, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 34, 35]
    ended = [3, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    patients = [4, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1]
    found = survival(weeks, ended, patients)
    expected = {6: (0.8571, 0.0764), 7: (0.8067, 0.0869), 10: (0.7529, 0.0963), 13: (0.6902, 0.1068)}
    expected |= {16: (0.6275, 0.1141), 22: (0.5378, 0.1282), 23: (0.4482, 0.1346)}
    for week, (share, error) in expected.items():
        place = weeks.index(week)
        assert (round(float(found.share[place]), 4), round(float(found.error[place]), 4)) == (share, error)


def test_moves_between_classes_keep_everybody(table: duckdb.DuckDBPyConnection) -> None:
    before = sql.query(
        "SELECT customer_id, CASE WHEN MIN(amount) < 0 THEN 'A' ELSE 'B' END AS class FROM d"
        " WHERE customer_id > 10 GROUP BY customer_id"
    )
    after = sql.query(
        "SELECT customer_id, CASE WHEN MAX(amount) > 500 THEN 'A' ELSE 'B' END AS class FROM d"
        " WHERE customer_id < 100 GROUP BY customer_id"
    )
    rows = table.execute(sql.emit(transitions(before, after))).fetchall()
    found = make_transitions(rows, ["A", "B"])
    assert found.counts.sum() == 120
    assert (found.counts[2].sum(), found.counts[:, 2].sum(), found.counts[2, 2]) == (11, 20, 0)
    assert found.shares.sum(axis=1) == pytest.approx([1, 1, 1])


def test_trend_of_a_class_adds_up(table: duckdb.DuckDBPyConnection, days: list[Day]) -> None:
    members = sql.query("SELECT DISTINCT customer_id, 'odd' AS class FROM d WHERE customer_id % 2 = 1")
    rows = table.execute(sql.emit(class_trend(DAYS, members, AS_OF))).fetchall()
    bought = [one for one in days if one[3] and one[1] < AS_OF]
    month = _month(date(2025, 6, 1))
    odd = Counter(one[0] for one in bought if one[0] % 2 and _month(one[1]) == month)
    (row,) = [one for one in rows if one[:2] == (month, "odd")]
    assert row[2:5] == (len(odd), sum(count > 1 for count in odd.values()), odd.total())
    assert sum(one[4] for one in rows) == len(bought)
    assert sum(one[5] for one in rows) == sum(one[2] for one in days if one[1] < AS_OF)
    assert {one[1] for one in rows} == {"odd", None}


def test_no_stage_does_arithmetic_on_dates() -> None:
    """An engine that makes an interval of day minus day would differ silently."""
    stages = [
        cohort_start(DAYS, AS_OF),
        cohort_months(DAYS, AS_OF, "starts"),
        lasting(AS_OF, "starts", lost_after=90),
        class_trend(DAYS, DAYS, AS_OF),
    ]
    for stage in stages:
        for one in stage.find_all(exp.Sub, exp.Add):
            assert not any(part.name.endswith("day") for part in (one.left, one.right) if isinstance(part, exp.Column))
        assert "DATEDIFF" in stage.sql(dialect="spark").upper() or not stage.find(exp.DateDiff)
    assert month_number(sql.day(date(2026, 1, 31))).sql(dialect="spark")
