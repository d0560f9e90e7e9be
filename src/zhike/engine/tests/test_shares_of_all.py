"""The share of everybody's revenue: exact in every way to ask, with the total that a run found."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import psycopg
import pytest

from zhike.engine.at_once import judgeable, judging_statement
from zhike.engine.population import find_members
from zhike.engine.preview import preview, preview_sets
from zhike.engine.public import classify, list_counted
from zhike.engine.rules.ast import Condition, Op, Value
from zhike.engine.rules.explain import explain
from zhike.engine.rules.parsing import parse_rule
from zhike.engine.rules.traits import traits
from zhike.engine.rules.windows import Moment
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.simulating import simulate
from zhike.engine.stages.bands import passed_classes
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import make_setting
from zhike.engine.store.store import Store

DAY = date(2026, 5, 31)
AMOUNTS = {1: 500_000, 2: 10_000, 3: 9_999, 4: 480_001, 5: 0, 6: None, 7: -20_000, 8: 20_000}  # 1,000,000 in all
SCHEME = SchemeSpec(
    1,
    "rule",
    (ClassSpec(11, "half", Condition("revenue_share", Op.GE, 50)), ClassSpec(12, "rest")),
    {"default": "rest"},
)


def add(postgres: psycopg.Connection, who: int, amount: int) -> None:
    postgres.execute(
        "INSERT INTO customers_fact (customer_id, kind, occurred_at, channel, amount, currency)"
        " VALUES (%s, 'purchase', %s, '', %s, 'CNY')",
        (who, datetime(2026, 5, 1, 12, tzinfo=UTC), amount),
    )


@pytest.fixture
def shop(postgres: psycopg.Connection, engine_database: str, tmp_path: Path) -> Store:
    for number, amount in AMOUNTS.items():
        postgres.execute(
            "INSERT INTO customers_customer (id, name, tags, created_at) VALUES (%s, 'c', '{}', '2024-01-01')",
            (number,),
        )
        if amount is not None:
            add(postgres, number, amount)
    store = Store(tmp_path / "engine", engine_database)
    classify(store, as_of=DAY, zone="UTC", currency="CNY", schemes=[SCHEME]).close()
    return store


MEMBERS = {
    "revenue_share >= 50": [1],
    "revenue_share > 50": [],
    "revenue_share >= 1": [1, 2, 4, 8],
    "revenue_share > 1": [1, 4, 8],
    "revenue_share = 1": [2],
    "revenue_share = 0.99991": [],
    "revenue_share != 1": [1, 3, 4, 5, 6, 7, 8],
    "revenue_share in (1, 2, 0.9999)": [2, 3, 8],
    "revenue_share not in (1, 2)": [1, 3, 4, 5, 6, 7],
    "revenue_share < 0.99991": [3, 5, 6, 7],
    "revenue_share <= 0": [5, 6, 7],
    "revenue_share between 0.9999 and 1.9999": [2, 3],
    "revenue_share is empty": [],
    "revenue_share is set": [1, 2, 3, 4, 5, 6, 7, 8],
    "revenue_share >= 999999999999999": [],
}


def test_members_are_exact_in_every_way_to_ask(shop: Store) -> None:
    moment = Moment(DAY, "UTC", "CNY", revenue=1_000_000)
    for text, who in MEMBERS.items():
        rule = parse_rule(text, traits)
        told = [
            one for one, held in AMOUNTS.items() if explain(rule, {"monetary": held or 0}, traits, moment=moment).met
        ]
        assert told == who, text
        assert list_counted(shop, rule) == who, text
        assert find_members(shop, rule, engine="duckdb") == who, text
        assert find_members(shop, rule, engine="postgres") == who, text


def test_where_nobody_brings_anything_nobody_has_a_share(shop: Store, postgres: psycopg.Connection) -> None:
    add(postgres, 7, -1_000_000)
    with classify(shop, as_of=DAY, zone="UTC", currency="CNY", schemes=[SCHEME]) as found:
        assert (found.points.revenue, found.counts[1]) == (0, {11: 0, 12: 8})
    everybody = list(AMOUNTS)
    for text, who in (
        ("revenue_share >= 0", []),
        ("revenue_share != 1", everybody),
        ("revenue_share is empty", everybody),
    ):
        for engine in ("duckdb", "postgres"):
            assert find_members(shop, parse_rule(text, traits), engine=engine) == who, text


def test_one_purchase_turns_everybody_in_the_next_run_and_only_the_customer_at_once(
    shop: Store, postgres: psycopg.Connection
) -> None:
    with classify(shop, as_of=DAY, zone="UTC", currency="CNY", schemes=[SCHEME]) as found:
        points = found.points
        assert (found.how, points.revenue, found.counts[1]) == ("unchanged", 1_000_000, {11: 1, 12: 7})
        found.published()
    add(postgres, 4, 30_000)
    setting = make_setting(as_of=DAY, zone="UTC", currency="CNY", schemes=[SCHEME])
    text = judging_statement(setting, points)
    rows = postgres.execute(text.encode(), {"ids": [1, 4]}).fetchall()
    judged = {row[0]: (row[-2], row[-1]["revenue_share"], row[-1]["revenue"]) for row in rows}
    assert judged == {1: (11, 500_000, 1_000_000), 4: (11, 510_001, 1_000_000)}  # by the total of the last run
    with classify(shop, as_of=DAY, zone="UTC", currency="CNY", schemes=[SCHEME]) as found:
        turned = {row[:3] for row in found.classes().fetchall()}
        assert (found.how, found.points.revenue, turned) == ("refreshed", 1_030_000, {(1, 1, 12)})
    assert [one.id for one in judgeable([SCHEME], replace(points, revenue=None))] == []
    assert CutPoints.from_json(points.to_json()) == points


def test_previews_and_back_tests_take_the_total_of_their_day(shop: Store) -> None:
    assert preview(shop, scheme=SCHEME).counts == {11: 1, 12: 7}
    own = SchemeSpec(-21, "rule", (ClassSpec(21, "some", Condition("revenue_share", Op.GE, 1)),))
    assert preview_sets(shop, schemes=[own]).counts == {21: 4}
    found = simulate(shop, before=None, after=SCHEME, schemes=[SCHEME], months=2)
    assert [one.after.customers.get(11, 0) for one in found.months] == [0, 0, 1]


def random_leaves(chance: random.Random) -> Iterator[tuple[Condition, Callable[[Fraction], bool]]]:
    for _ in range(60):
        low, high = sorted(Fraction(chance.choice([-5, 0, 1, 33, 50, 2500, 9999]), 100) for _ in range(2))
        asked: dict[Op, Callable[[Fraction], bool]] = {
            Op.GE: lambda one, low=low: one >= low, Op.GT: lambda one, low=low: one > low,
            Op.LE: lambda one, low=low: one <= low, Op.LT: lambda one, low=low: one < low,
            Op.EQ: lambda one, low=low: one == low, Op.NE: lambda one, low=low: one != low,
            Op.BETWEEN: lambda one, low=low, high=high: low <= one <= high,
        }  # fmt: skip
        op = chance.choice(list(asked))
        value: Value = f"{float(low):.2f}" if op is not Op.BETWEEN else (f"{float(low):.2f}", f"{float(high):.2f}")
        yield Condition("revenue_share", op, value), asked[op]


def test_amounts_that_stand_for_percents_say_what_fractions_say() -> None:
    chance = random.Random(4)
    for rule, wanted in random_leaves(chance):
        for total in (1, 3, 100, 9_999, 10_000, 10**18 + 7):
            moment = Moment(DAY, revenue=total)
            for held in (-1, 0, 1, total // 3, total // 4, total // 2, total // 10_000, total):
                met = explain(rule, {"monetary": held}, traits, moment=moment).met
                assert met == wanted(Fraction(held * 100, total)), (rule, total, held)


def test_another_total_is_looked_up_near_the_amounts_that_a_percent_stood_for_and_stands_for() -> None:
    def whom(text: str, before: int | None, after: int | None) -> str | None:
        scheme = SchemeSpec(1, "rule", (ClassSpec(11, "yes", parse_rule(text, traits)),))
        setting = make_setting(as_of=DAY, zone="UTC", currency="CNY", schemes=[scheme])
        found = passed_classes(setting, CutPoints(DAY, revenue=before), CutPoints(DAY, revenue=after))
        return None if found is None else found.sql()

    assert whom("revenue_share >= 1", 1_000_000, 1_030_000) == '"monetary" BETWEEN 10000 AND 10300'
    assert whom("revenue_share = 1", 1_000_000, 1_030_050) == '"monetary" BETWEEN 10000 AND 10000'
    assert whom("revenue_share >= 1", 1_000_000, 1_000_000) == "FALSE"
    assert whom("revenue_share >= 1", 1_000_000, 1_000_001) == '"monetary" BETWEEN 10000 AND 10001'
    assert whom("revenue_share > 1", 1_000_000, 1_000_001) == "FALSE"
    assert whom("monetary >= 1", 1_000_000, None) is None
    assert whom("revenue_share >= 1", 0, 1_000_000) is None


ASKED: dict[str, Callable[[Fraction], bool]] = {
    "revenue_share >= 1": lambda one: one >= 1,
    "not revenue_share < 1.5": lambda one: one >= Fraction(3, 2),
    "revenue_share between 0.5 and 2.5": lambda one: Fraction(1, 2) <= one <= Fraction(5, 2),
    "revenue_share in (1, 0.5)": lambda one: one in (1, Fraction(1, 2)),
    "revenue_share != 2": lambda one: one != 2,
}


def test_a_refresh_turns_exactly_those_whom_another_total_turns(shop: Store, postgres: psycopg.Connection) -> None:
    brought = {number: number * 100 for number in range(1, 61)}
    for number in brought:
        if number > len(AMOUNTS):
            postgres.execute(
                "INSERT INTO customers_customer (id, name, tags, created_at) VALUES (%s, 'c', '{}', '2024-01-01')",
                (number,),
            )
        add(postgres, number, brought[number] - (AMOUNTS.get(number) or 0))
    own = [
        SchemeSpec(30 + place, "rule", (ClassSpec(130 + place, "yes", parse_rule(text, traits)),))
        for place, text in enumerate(ASKED)
    ]
    judged = ", ".join(f"class_{one.id} IS NOT NULL" for one in own)
    ways = []
    for more in (0, 17_000, -210_000, 201_000):  # of one customer: others turn by the total alone
        if more:
            add(postgres, 60, more)
            brought[60] += more
        total = sum(brought.values())
        with classify(shop, as_of=DAY, zone="UTC", currency="CNY", schemes=own) as found:
            ways.append(found.how)
            rows = found.work.connection.execute(f"SELECT customer_id, {judged} FROM customer").fetchall()
            told = {number: held for number, *held in rows}
        share = {number: Fraction(held * 100, max(total, 1)) for number, held in brought.items()}
        nobody = [text.startswith(("not", "revenue_share !")) for text in ASKED]
        wanted = {one: [met(share[one]) for met in ASKED.values()] if total > 0 else nobody for one in brought}
        assert told == wanted, more
    assert ways[1:] == ["refreshed"] * 3
