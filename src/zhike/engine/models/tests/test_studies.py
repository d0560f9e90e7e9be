"""Studies of everybody equal what SQL written by hand gives on a small set of purchases, and hold on poor ones."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pytest

from zhike.engine.models.concentration import gini, report_concentration
from zhike.engine.models.from_store import StoredPurchases
from zhike.engine.models.hindsight import hindsight_day, report_hindsight
from zhike.engine.models.orders import LeftOut
from zhike.engine.models.retention_report import report_retention, size_groups
from zhike.engine.stages.monthly import month_points
from zhike.engine.testing import lifecycle_scheme, value_tier_scheme

AS_OF = date(2026, 3, 10)
type Day = tuple[int, date, int]


def make_days() -> list[Day]:
    chance = random.Random(37)
    found: dict[tuple[int, date], int] = {}
    for _ in range(700):
        day = date(2025, 1, 15) + timedelta(days=int(chance.random() ** 1.3 * 425))
        found[chance.randrange(90) + 1, day] = chance.choice([-300, 100, 250, 900, 2600])
    return [(customer, day, amount) for (customer, day), amount in sorted(found.items())]


def make_lively_days() -> list[Day]:
    """150 customers, each with a pace of their own; half of them stop some day."""
    chance = random.Random(5)
    found = set()
    for customer in range(150):
        pace, end = chance.gammavariate(0.8, 0.03), chance.choice([99, 250, 425, 425])
        at = chance.randrange(200)
        while at < end:
            found.add((customer, date(2025, 1, 1) + timedelta(days=int(at)), 100))
            at += chance.expovariate(pace) + 0.01
    return sorted(found)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        yield made


def fill(connection: duckdb.DuckDBPyConnection, days: Sequence[Day], as_of: date = AS_OF) -> StoredPurchases:
    connection.execute("CREATE TABLE netted (customer_id BIGINT, day DATE, amount BIGINT, bought BOOLEAN)")
    if days:
        connection.executemany("INSERT INTO netted VALUES (?, ?, ?, ?)", [(*one, one[2] > 0) for one in days])
    connection.execute("CREATE TABLE person AS SELECT DISTINCT customer_id FROM netted")
    connection.execute(
        "CREATE TABLE bought AS SELECT customer_id AS customer, day, amount FROM netted WHERE bought AND day < ?",
        [as_of],
    )
    count, first, last = connection.execute("SELECT COUNT(*), MIN(day), MAX(day) FROM bought").fetchall()[0]
    return StoredPurchases(connection, count, LeftOut(0, 0, 0, 0), first, last, True, as_of, len(days), {})


@pytest.fixture(scope="module")
def golden() -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any]]]:
    """The small set of purchases in DuckDB, and what the study says of it."""
    with duckdb.connect() as made:
        yield made, study(made, make_days())


def study(connection: duckdb.DuckDBPyConnection, days: Sequence[Day], as_of: date = AS_OF) -> dict[str, Any]:
    lifecycle, tier = lifecycle_scheme(), value_tier_scheme()
    bought = fill(connection, days, as_of)
    return report_retention(bought, lifecycle=lifecycle, tier=tier, groups=list(size_groups().items()))


COHORTS = """
WITH f AS (SELECT customer_id, min(day) AS first FROM netted WHERE amount > 0 AND day < DATE '2026-03-10' GROUP BY 1)
SELECT strftime(first, '%Y-%m'), datediff('month', first, day), count(DISTINCT customer_id) FILTER (WHERE amount > 0),
  sum(amount)::BIGINT
FROM netted JOIN f USING (customer_id) WHERE day < DATE '2026-03-10' AND day >= first GROUP BY 1, 2"""


def test_cohorts_are_those_of_hand_written_sql(golden: tuple[duckdb.DuckDBPyConnection, dict[str, Any]]) -> None:
    connection, studied = golden
    found = studied["cohorts"]
    by_hand = {(month, age): (buyers, money) for month, age, buyers, money in connection.execute(COHORTS).fetchall()}
    shown = {}
    for start, size, buyers, money in zip(
        *(found[key] for key in ("starts", "sizes", "buyers", "revenue")), strict=True
    ):
        month = f"{start // 12}-{start % 12 + 1:02}"
        assert size == buyers[0] == by_hand[month, 0][0]
        assert len(buyers) == len(money) == 2026 * 12 + 2 - start + 1
        shown |= {
            (month, age): (one, two) for age, (one, two) in enumerate(zip(buyers, money, strict=True)) if one or two
        }
    assert shown == {key: value for key, value in by_hand.items() if value != (0, 0)}
    assert found["partial"]


# Who first bought after 11 September 2025 is silent for too short a time to be known of.
LIVES = """
SELECT datediff('day', min(day), max(day)) AS lasted, max(day) < DATE '2025-09-11' AS lost,
  datediff('day', min(day), DATE '2025-09-11') - 1 AS seen
FROM netted WHERE amount > 0 AND day < DATE '2026-03-10' GROUP BY customer_id HAVING min(day) < DATE '2025-09-11'"""


def test_survival_is_that_of_counting_by_hand(connection: duckdb.DuckDBPyConnection) -> None:
    days = [one for one in make_days() if (one[0] * 7 + one[1].toordinal() // 100) % 3]  # some are silent for long
    found = study(connection, days)["survival"]
    lives = connection.execute(LIVES).fetchall()
    everybody = found["curves"][0]
    assert (found["lost_after"], everybody["key"], everybody["customers"]) == (180, "all", len(lives))
    assert everybody["lost"] == sum(lost for _, lost, _ in lives) > 10
    lengths = [(lasted if lost else seen, lost) for lasted, lost, seen in lives]
    for day, at_risk, share, low, high in everybody["points"]:
        by_hand = 1.0
        for end in sorted({length for length, lost in lengths if lost and length <= day}):
            here = sum(length >= end for length, _ in lengths)
            by_hand *= 1 - sum(lost and length == end for length, lost in lengths) / here
        assert share == pytest.approx(by_hand, abs=1e-6)
        assert at_risk == sum(length >= day for length, _ in lengths) >= 10
        assert 0 <= low <= share <= high <= 1
    groups = {one["key"]: one["customers"] for one in found["curves"]}
    assert sum(groups.get(one, 0) for one in ("large", "middle", "small")) == groups["all"]


STAGES = """
WITH s AS (SELECT customer_id, max(day) FILTER (WHERE amount > 0) AS last, count(*) FILTER (WHERE amount > 0) AS days,
    max(day, 2) FILTER (WHERE amount > 0) AS two,
    count(*) FILTER (WHERE amount > 0 AND day >= $day::DATE - 365) AS year FROM netted WHERE day < $day GROUP BY 1)
SELECT customer_id, CASE WHEN last IS NULL THEN 100 WHEN last < $day::DATE - 180 THEN 105
  WHEN last < $day::DATE - 90 THEN 104 WHEN two[1] - two[2] > 180 THEN 106 WHEN days = 1 THEN 101
  WHEN year >= 4 THEN 103 ELSE 102 END FROM s"""


def test_moves_are_those_of_hand_written_sql(golden: tuple[duckdb.DuckDBPyConnection, dict[str, Any]]) -> None:
    connection, studied = golden
    found = studied["moves"]
    assert found["classes"] == [100, 101, 102, 103, 104, 105, 106]
    assert (found["days"][0], found["days"][-1], len(found["days"])) == ("2025-03-01", "2026-03-01", 13)
    order = [*found["classes"], None]
    counts = np.zeros((8, 8), dtype=int)
    for before, after in pairwise(found["days"]):
        old, new = (dict(connection.execute(STAGES, {"day": one}).fetchall()) for one in (before, after))
        here = np.zeros((8, 8), dtype=int)
        for customer in {*old, *new}:
            here[order.index(old.get(customer)), order.index(new.get(customer))] += 1
        counts += here
    assert found["all"] == counts.tolist()
    assert found["last"] == here.tolist()
    assert sum(map(sum, found["last"])) == len(new)


def test_trend_of_a_class_follows_those_who_were_in_it_when_the_month_began(
    golden: tuple[duckdb.DuckDBPyConnection, dict[str, Any]],
) -> None:
    connection, studied = golden
    found = studied["trend"]
    assert [one["kind"] for one in found] == ["lifecycle", "value_tier"]
    (january,) = [one for one in found[0]["months"] if one["month"] == 2026 * 12]
    held = dict(connection.execute(STAGES, {"day": "2026-01-01"}).fetchall())
    bought = dict[int, list[int]]()
    sums = dict[int, int]()
    for customer, day, amount in make_days():
        if date(2026, 1, 1) <= day < date(2026, 2, 1):
            bought.setdefault(customer, []).extend([amount] if amount > 0 else [])
            sums[customer] = sums.get(customer, 0) + amount
    for key, members, buyers, repeaters, times, money in january["rows"]:
        those = [one for one in {*held, *bought} if held.get(one) == key]
        assert members == len([one for one in those if one in held])
        counts = [len(bought.get(one, ())) for one in those]
        assert (buyers, repeaters, times) == (sum(c > 0 for c in counts), sum(c > 1 for c in counts), sum(counts))
        assert money == sum(sums.get(one, 0) for one in those)


def test_one_customer_and_one_day(connection: duckdb.DuckDBPyConnection) -> None:
    found = study(connection, [(1, date(2026, 3, 1), 500)])
    assert found["cohorts"] == {
        "starts": [24314], "sizes": [1], "buyers": [[1]], "revenue": [[500]], "partial": True,
    }  # fmt: skip
    assert (found["survival"]["curves"], found["moves"]) == ([], None)
    assert [one["months"] for one in found["trend"]] == [[], []]


def test_months_begin_after_the_first_purchase() -> None:
    assert month_points(date(2026, 1, 1), date(2026, 3, 10), 12) == [date(2026, 2, 1), date(2026, 3, 1)]
    assert month_points(date(2026, 3, 1), date(2026, 3, 10), 12) == []
    assert len(month_points(date(2020, 1, 1), date(2026, 3, 10), 12)) == 13


def test_the_gini_coefficient_is_the_mean_difference() -> None:
    amounts = [120, 450, 3000, 80, 80, 9100]
    pairs = sum(abs(one - two) for one in amounts for two in amounts)
    assert gini(amounts) == pytest.approx(pairs / (2 * len(amounts) * sum(amounts)), abs=1e-12)
    assert (gini([5, 5, 5]), gini([7])) == (pytest.approx(0), pytest.approx(0))


def test_concentration_counts_the_largest_and_leaves_out_who_is_below_nothing() -> None:
    found = report_concentration([-500, 0, *range(1, 100), 50_000])
    assert (found["customers"], found["amount"], found["median"]) == (100, 54_950, 50)
    assert found["without"] == {"customers": 2, "amount": -500}
    assert found["top"][0] == [1, 1, round(50_000 / 54_950, 6)]
    assert found["top"][3] == [20, 20, round((50_000 + sum(range(81, 100))) / 54_950, 6)]
    assert (found["curve"][0], found["curve"][1], found["curve"][100]) == (0, round(50_000 / 54_950, 6), 1)
    assert sum(one[2] for one in found["bins"]) == 100
    assert found["bins"][0] == [1, 2, 1, 1]
    assert found["bins"][-1] == [50_000, 100_000, 1, 50_000]


def test_too_many_bins_become_one_at_the_low_end() -> None:
    found = report_concentration([1, 3, 10**9])["bins"]
    assert (len(found), found[0][0], found[0][2], found[0][3]) == (15, None, 2, 4)


@pytest.mark.parametrize("amounts", [[], [0, -5]])
def test_nobody_above_nothing_has_no_concentration(amounts: list[int]) -> None:
    found = report_concentration(amounts)
    assert (found["customers"], found["gini"], found["top"], found["curve"], found["bins"]) == (0, None, [], [], [])
    assert found["without"]["customers"] == len(amounts)


def test_hindsight_knows_nothing_of_what_came_later(connection: duckdb.DuckDBPyConnection) -> None:
    days = make_lively_days()
    since = hindsight_day(max(one[1] for one in days if one[2] > 0))
    found = report_hindsight(fill(connection, days))
    assert (found["day"], found["last"], found["identified"]) == ("2025-12-01", "2026-02-28", True)
    happened = [one for one in days if one[2] > 0 and since <= one[1] < since + timedelta(days=90)]
    before = {one[0] for one in days if one[2] > 0 and one[1] < since}
    assert found["customers"] == len(before)
    assert found["happened"] == sum(one[0] in before for one in happened) == sum(one[3] for one in found["bands"])
    gain, low, high = found["gain"]
    assert gain == pytest.approx(found["naive_test"]["mae"] - found["model_test"]["mae"], abs=2e-4)
    assert low < gain < high
    with duckdb.connect() as other:
        earlier = report_hindsight(fill(other, [one for one in days if one[1] < since]), day=since)
    assert [one[:3] for one in earlier["bands"]] == [one[:3] for one in found["bands"]]
    assert earlier["happened"] == 0


def test_hindsight_says_why_it_says_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    once = [(one, date(2025, 1, 1) + timedelta(days=one), 100) for one in range(1, 300)]
    found = report_hindsight(fill(connection, once))
    assert (found["identified"], found["reason"]) == (False, "no_repeat_buyers")
    with duckdb.connect() as other:
        found = report_hindsight(fill(other, [(1, date(2026, 1, 1), 5), (2, date(2026, 1, 1), 5)]))
    assert (found["identified"], found["reason"]) == (False, "no_time")
