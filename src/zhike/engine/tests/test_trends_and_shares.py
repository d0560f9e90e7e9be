"""Trends and shares: which stretches of time are compared, who meets them exactly, and what one customer is told."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from zhike.engine import sql
from zhike.engine.population import find_members
from zhike.engine.public import classify, list_counted
from zhike.engine.rules.ast import Against, Did, Happening, Measured, Op, PropertyTest, Unit, Window
from zhike.engine.rules.check import check_rule
from zhike.engine.rules.document import rule_from_json, rule_to_json
from zhike.engine.rules.explain import explain
from zhike.engine.rules.needs import find_needs, measure_columns
from zhike.engine.rules.parsing import parse_rule
from zhike.engine.rules.sources import postgres_parts
from zhike.engine.rules.traits import traits
from zhike.engine.rules.windows import Moment, bounds, bounds_before
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.simulating import simulate
from zhike.engine.store.store import Store

DAY = date(2026, 5, 31)
MOMENT = Moment(DAY, "UTC", "CNY")
TODAY = Moment(DAY, "UTC", "CNY", today_counts=True)


def stretch(window: Window, moment: Moment = MOMENT, against: Against = Against.BEFORE) -> tuple[str, str]:
    start, end = bounds_before(window, moment, against)
    assert end <= (bounds(window, moment)[0] or end)
    return f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("window", "before", "a_year_before"),
    [
        (Window(last=90), ("2025-12-02", "2026-03-02"), ("2025-03-02", "2025-05-31")),
        (Window(last=2, unit=Unit.WEEK), ("2026-05-03", "2026-05-17"), ("2025-05-17", "2025-05-31")),
        (Window(last=3, unit=Unit.MONTH), ("2025-11-30", "2026-02-28"), ("2025-02-28", "2025-05-31")),
        (Window(calendar=Unit.MONTH, back=1), ("2026-03-01", "2026-04-01"), ("2025-04-01", "2025-05-01")),
        (Window(calendar=Unit.QUARTER), ("2026-01-01", "2026-03-02"), ("2025-04-01", "2025-05-31")),
        (Window(calendar=Unit.YEAR), ("2025-01-01", "2025-05-31"), ("2025-01-01", "2025-05-31")),
        (Window(calendar=Unit.WEEK), ("2026-05-18", "2026-05-24"), ("2025-05-26", "2025-06-01")),
        (Window(calendar=Unit.WEEK, back=1), ("2026-05-11", "2026-05-18"), ("2025-05-19", "2025-05-26")),
        (Window(start="2026-03-01", end="2026-03-31"), ("2026-01-29", "2026-03-01"), ("2025-03-01", "2025-04-01")),
        (Window(start="2026-05-22", end="2026-06-10"), ("2026-05-02", "2026-05-11"), ("2025-05-22", "2025-05-31")),
        (Window(start="2026-07-01", end="2026-07-31"), ("2026-05-31", "2026-05-31"), ("2025-07-01", "2025-07-01")),
    ],
)
def test_the_stretch_before_is_as_long_and_never_overlaps(window: Window, before: Any, a_year_before: Any) -> None:
    assert stretch(window) == before
    assert stretch(window, against=Against.YEAR) == a_year_before


def test_while_today_counts_both_stretches_have_as_many_days() -> None:
    assert stretch(Window(last=7), TODAY) == ("2026-05-16", "2026-05-24")  # 24 to 31 May has eight days too
    assert stretch(Window(calendar=Unit.MONTH), TODAY) == ("2026-04-01", "2026-05-01")
    assert stretch(Window(calendar=Unit.QUARTER), TODAY) == ("2026-01-01", "2026-03-03")
    at = datetime(2026, 5, 31, 9, 30, tzinfo=UTC)
    hours = bounds_before(Window(last=6, unit=Unit.HOUR), Moment(DAY, at=at, today_counts=True), Against.BEFORE)
    assert hours == (datetime(2026, 5, 30, 21, 30), datetime(2026, 5, 31, 3, 30))


# customer: (days before D, amount, product); products 1 and 2 are of the categories A and B
FACTS = {
    1: [(10, 700, 1), (100, 1000, 1)],  # fell by 30 % exactly; all of A
    2: [(10, 701, 1), (100, 1000, 2)],  # by 29.9 %
    3: [(10, 500, 1), (20, 500, 2)],  # nothing before
    4: [(100, 800, 1)],  # nothing now: fell by 100 %
    5: [(10, 600, 1), (11, 400, 2), (100, 500, 2)],  # rose by 100 %; 60 % of A
    6: [(10, 599, 1), (11, 401, 2), (455, 500, 2)],  # 59.9 % of A; 500 a year before
    7: [(10, 100, 1), (9, -300, 2), (100, 400, 1)],  # corrected to less than nothing: fell by 150 %, no share
    8: [(10, 100, 1), (100, -50, 1)],  # less than nothing before
    9: [],
}


@pytest.fixture
def shop(postgres: psycopg.Connection, engine_database: str, tmp_path: Path) -> Store:
    postgres.execute("INSERT INTO commerce_product VALUES (1, 'a', 'A'), (2, 'b', 'B')")
    for number, facts in FACTS.items():
        postgres.execute(
            "INSERT INTO customers_customer (id, name, tags, created_at) VALUES (%s, 'c', '{}', '2024-01-01')",
            (number,),
        )
        for place, (days, amount, product) in enumerate(facts):
            add(postgres, number, "purchase", days, amount, product, 100 * number + place)
    add(postgres, 9, "purchase", 10, 0, 1, 900, quantity=6 * 10**9)  # parts of which 64 bits would lose count
    add(postgres, 9, "purchase", 11, 0, 2, 903, quantity=4 * 10**9)
    add(postgres, 1, "return", 10, -60, 1, 901)
    add(postgres, 1, "return", 100, -40, 1, 902)
    store = Store(tmp_path / "engine", engine_database)
    classify(store, as_of=DAY, zone="UTC", currency="CNY", schemes=()).close()
    return store


def add(
    postgres: psycopg.Connection,
    who: int,
    kind: str,
    days: int,
    amount: int,
    product: int,
    order: int,
    quantity: int = 1,
) -> None:
    postgres.execute(
        "INSERT INTO customers_fact (customer_id, kind, occurred_at, channel, amount, currency, quantity, refers_kind,"
        " refers_id, attrs)"
        " VALUES (%s, %s, %s::timestamptz - %s * interval '1 day', '', %s, 'CNY', %s, 'order', %s, %s)",
        (who, kind, datetime(2026, 5, 31, 12, tzinfo=UTC), days, amount,
         -quantity if kind == "return" else quantity, order,
         f'{{"product": {product}}}'),
    )  # fmt: skip


MEMBERS = {
    "trend(purchase of amount, last 90 days) <= -30%": [1, 4, 7],
    "trend(purchase of amount, last 90 days) < -30%": [4, 7],
    "trend(purchase of amount, last 90 days) = -29.9%": [2],
    "trend(purchase of amount, last 90 days) > 0%": [5],
    "trend(purchase of amount, last 90 days) between -100% and 100%": [1, 2, 4, 5],
    "trend(purchase of amount, last 90 days) != -30%": [2, 3, 4, 5, 6, 7, 8, 9],
    "not trend(purchase of amount, last 90 days) <= -30%": [2, 3, 5, 6, 8, 9],
    "trend(purchase, last 90 days) >= 100%": [5, 7],
    "trend(purchase, last 90 days) = 0%": [1, 2, 8],
    "trend(purchase of amount, last 90 days, against last year) = 100%": [6],
    "trend(return of amount, last 90 days) = 50%": [1],
    'trend(purchase where category = "B" of amount, last 90 days) <= -20%': [2, 5],
    'share(purchase where category = "A" of amount, last 90 days) >= 60%': [1, 2, 5, 8],
    'share(purchase where category = "A" of amount, last 90 days) < 60%': [3, 6],
    'share(purchase where category = "A" of amount, last 90 days) = 59.9%': [6],
    'share(purchase where category = "A", last 90 days) = 50%': [3, 5, 6, 7, 9],
    'share(purchase where category = "A", last 90 days) != 50%': [1, 2, 4, 8],
    'share(purchase where category = "A" of quantity, last 90 days) = 60%': [9],
    'share(return where category = "A" of amount) = 100%': [1],
}


def test_members_are_exact_in_every_way_to_ask(shop: Store, postgres: psycopg.Connection) -> None:
    rules = {text: parse_rule(text, traits) for text in MEMBERS}
    parts = postgres_parts(find_needs(rules.values()), MOMENT, customer=sql.column("customer_id"))
    held: dict[int, dict[str, Any]] = {one: {"customer_id": one} for one in FACTS}
    for part in parts:
        for number, *values in postgres.execute(sql.emit(part.rows, sql.POSTGRES).encode()):
            held[number] |= dict(zip(part.columns, values, strict=True))
    for text, rule in rules.items():
        who = MEMBERS[text]
        assert check_rule(rule, traits) == []
        assert rule_from_json(rule_to_json(rule)) == rule
        assert list_counted(shop, rule) == who, text
        told = [one for one in FACTS if explain(rule, held[one], traits, moment=MOMENT).met]
        assert told == who, text
    for text in list(MEMBERS)[::3]:  # the property tests ask it of PostgreSQL at random
        assert find_members(shop, rules[text], engine="postgres") == MEMBERS[text], text


def test_a_back_test_finds_those_who_fell_then(shop: Store) -> None:
    rule = parse_rule("trend(purchase of amount, last 90 days) <= -30%", traits)
    falling = SchemeSpec(1, "rule", (ClassSpec(11, "falling", rule),))
    found = simulate(shop, before=None, after=falling, schemes=[falling], months=3)
    assert len(found.months) == 4
    for month in found.months:
        assert month.after.customers.get(11, 0) == len(find_members(shop, rule, as_of=month.as_of))
    assert {month.as_of: month.after.customers.get(11, 0) for month in found.months}[DAY] == 3


def test_the_reason_has_the_percent_and_the_two_figures() -> None:
    fell = parse_rule("trend(purchase of amount, last 90 days) <= -30%", traits)
    assert isinstance(fell, Did)
    above, below = measure_columns(fell)

    def told(now: Any, before: Any) -> Any:
        found = explain(fell, {above: now, below: before}, traits, moment=MOMENT)
        return found.met, found.found, found.compared

    assert told(700, 1000) == (True, -30, (700, 1000))
    assert told(None, 1000) == (True, -100, (0, 1000))
    assert told(701, 1000)[0] is False
    assert told(700, 0) == told(700, None) == (False, None, (700, 0))
    assert told(700, -5)[:2] == (False, None)
    back = parse_rule("trend(return of amount, last 90 days) > 49.99%", traits)
    assert isinstance(back, Did)
    found = explain(back, dict(zip(measure_columns(back), (-60, -40), strict=True)), traits, moment=MOMENT)
    assert (found.met, found.found, found.compared) == (True, 50, (60, 40))


@pytest.mark.parametrize(
    ("leaf", "path", "code"),
    [
        (Did(Happening("purchase"), Op.LE, -30, Measured.TREND, "amount"), "rule.window", "no_stretch"),
        (Did(Happening("visit"), Op.LE, 1, Measured.TREND, "", Window(end="2026-01-01")), "rule.window", "no_stretch"),
        (
            Did(Happening("visit"), Op.LE, 1, Measured.TREND, "", Window(last=13, unit=Unit.MONTH), Against.YEAR),
            "rule.window",
            "no_stretch",
        ),
        (Did(Happening("purchase"), Op.LE, "1.234", Measured.TREND, "", Window(last=3)), "rule", "wrong_value"),
        (Did(Happening("purchase"), Op.LE, 100_001, Measured.TREND, "", Window(last=3)), "rule", "wrong_value"),
        (Did(Happening("purchase"), Op.LE, 5, Measured.TREND, "channel", Window(last=3)), "rule", "wrong_op"),
        (Did(Happening("purchase"), Op.LE, 5, Measured.SHARE, "amount"), "rule", "no_part"),
        (Did(Happening("purchase"), Op.LE, 5, window=Window(last=3), against=Against.YEAR), "rule", "needless_value"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_a_problem_at_its_place(leaf: Did, path: str, code: str) -> None:
    assert [(one.path, one.code) for one in check_rule(leaf, traits)] == [(path, code)]


def test_a_document_is_of_the_lowest_version_that_has_what_it_asks() -> None:
    part = Happening("purchase", (PropertyTest("category", Op.EQ, "A"),))
    assert rule_to_json(Did(part, Op.GE, 1))["version"] == 2
    held = rule_to_json(Did(part, Op.GE, 60, Measured.SHARE, "amount"))
    assert (held["version"], held["rule"]["measure"]) == (3, "share")
    year = rule_to_json(Did(part, Op.GE, 60, Measured.TREND, "", Window(last=7), Against.YEAR))
    assert year["rule"]["against"] == "year"
