"""Random rules over random customers and facts: DuckDB, PostgreSQL for everybody and for one customer never differ."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from zhike.engine.population import find_members, postgres_members
from zhike.engine.public import classify, count_rule, list_counted
from zhike.engine.rules.ast import (
    EVER,
    Against,
    AllOf,
    AnyOf,
    Bucket,
    Condition,
    Did,
    Happening,
    InClass,
    Measured,
    NotOf,
    Op,
    PropertyTest,
    Rule,
    Sequence,
    Unit,
    Window,
)
from zhike.engine.rules.check import check_rule
from zhike.engine.rules.traits import traits
from zhike.engine.rules.windows import Moment, bounds
from zhike.engine.store.store import Store

DAY = date(2026, 3, 31)
ZONE = "America/New_York"  # summer time began on 8 March: days of 23 hours lie in the windows
MOMENT = Moment(DAY, ZONE, "CNY")
PEOPLE = range(1, 41)
HOSTILE = ["it's", '"; DROP TABLE customer; --', "50%_\\", "%s %(x)s {}", "😀", "ß", "显卡", "a\nb", "''", "$1 :x ?"]
EDGES = [Window(last=7), Window(last=1, unit=Unit.MONTH), Window(calendar=Unit.MONTH)]


def _instants(chance: random.Random) -> datetime:
    """Return a moment on, right before or right after where a window begins or ends, or anywhere."""
    start, end = bounds(chance.choice(EDGES), MOMENT)
    edge = chance.choice([start or end, end]) + timedelta(seconds=chance.choice([-1, 0, 1]))
    anywhere = datetime(2026, 3, 1) + timedelta(minutes=chance.randrange(60 * 24 * 40))
    if chance.random() < 0.1:
        anywhere -= timedelta(days=365)
    return chance.choice([edge, anywhere]).replace(tzinfo=UTC)


def _attrs(chance: random.Random) -> Any:
    odd = [2, 2.5, "2", "", None, True, [1], {"a": 1}, -3, 10**17, 0.1234567, 1e300, *HOSTILE]
    found = {name: chance.choice(odd) for name in ("score", "page") if chance.random() < 0.7}
    if chance.random() < 0.5:
        found["product"] = chance.choice([1, 2, 3, 99, "GPU-1", 1.5, 10**30])
    if chance.random() < 0.2:
        found["category"] = chance.choice(HOSTILE)
    return chance.choice([found, found, found, None, [], "text"])


def fill(postgres: psycopg.Connection) -> None:
    chance = random.Random(7)
    for number in PEOPLE:
        postgres.execute(
            "INSERT INTO customers_customer (id, name, province, city, birthday, tags, created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, '2025-01-01')",
            (number, chance.choice(HOSTILE), chance.choice(["", "330000"]), chance.choice(["", "330100"]),
             chance.choice([None, date(1990, 2, 28), date(1992, 2, 29), date(1980, 4, 1)]), [chance.choice(HOSTILE)]),
        )  # fmt: skip
    postgres.execute("INSERT INTO commerce_product VALUES (1, 'GPU-1', '显卡'), (2, 'it''s', ''), (3, 'c', '50%%_\\')")
    for _ in range(700):
        kind = chance.choice(["purchase", "purchase", "return", "visit", "call"])
        order = chance.choice([None, *range(1, 60)]) if kind in ("purchase", "return") else None
        quantity = chance.choice([None, 1, 1, 2, -1, "0.5", 10**13])
        postgres.execute(
            "INSERT INTO customers_fact (customer_id, kind, occurred_at, channel, amount, currency, quantity,"
            " refers_kind, refers_id, attrs) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (chance.choice(PEOPLE[:36]), kind, _instants(chance), chance.choice(["", "web", *HOSTILE[:2]]),
             chance.choice([None, 0, 100, 100, 2500, -100, 10**14]), chance.choice(["", "CNY", "CNY", "USD"]), quantity,
             "order" if order else "", order, Jsonb(_attrs(chance))),
        )  # fmt: skip
    for number in PEOPLE[:20]:
        start = _instants(chance) - timedelta(days=20)
        postgres.execute(
            "INSERT INTO classification_assignment VALUES (%s, 3, %s, %s, NULL)",
            (number, chance.choice([31, 32]), start),
        )
        postgres.execute(
            "INSERT INTO classification_assignment VALUES (%s, 3, 31, %s, %s)",
            (number, start - timedelta(days=9), start),
        )
    for number in PEOPLE[10:30]:
        postgres.execute(
            "INSERT INTO analytics_finding VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (number, chance.choice([None, 0, 37, 10**14]), chance.choice([None, 0, 37, 50, 100]),
             chance.choice([None, 36, 37, 50]), chance.choice([None, -1, 37]),
             chance.choice([None, [], ["GPU-1"], ["GPU-1", "it's"]]), chance.choice([None, ["显卡"], ["web", "显卡"]])),
        )  # fmt: skip


STRETCHES = [
    Window(last=300, unit=Unit.HOUR), Window(last=9), Window(last=1, unit=Unit.WEEK), Window(calendar=Unit.MONTH),
    Window(calendar=Unit.WEEK, back=1), Window(start="2026-03-16", end="2026-04-10"),
]  # fmt: skip
texts = st.sampled_from([*HOSTILE, "GPU-1", "web", "2", "true"])
numbers = st.sampled_from([0, 1, 2, 3, 100, 2500, -100, "0.5", "2.5", "0.123457", 10**14])
windows = st.sampled_from([
    *EDGES, EVER, Window(last=30, unit=Unit.HOUR), Window(calendar=Unit.WEEK, back=1), Window(last=2, unit=Unit.WEEK),
    Window(start="2026-03-08", end="2026-03-08"), Window(end="2026-03-24"), Window(start="2026-04-15"),
])  # fmt: skip


@st.composite
def property_tests(draw: st.DrawFn) -> PropertyTest:
    name = draw(st.sampled_from(["product", "category", "channel", "currency", "amount", "quantity", "score", "page"]))
    number = name in ("amount", "quantity") or (name == "score" and draw(st.booleans()))
    ops = (
        [Op.GE, Op.LT, Op.BETWEEN, Op.EQ, Op.NE] if number else [Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.IS_EMPTY, Op.IS_SET]
    )
    if name in ("score", "page") and not number:
        ops += [Op.CONTAINS, Op.STARTS_WITH]
    op = draw(st.sampled_from(ops))
    whole = (
        st.integers(-100, 2500) if name == "amount" else numbers.filter(lambda one: op is not Op.EQ or name != "score")
    )
    value = (
        whole if number and (name != "score" or op not in (Op.EQ, Op.NE)) else st.integers(0, 3) if number else texts
    )
    if op in (Op.IS_EMPTY, Op.IS_SET):
        return PropertyTest(name, op)
    if op is Op.BETWEEN:
        return PropertyTest(name, op, (draw(value), draw(value)))
    if op in (Op.IN, Op.NOT_IN):
        return PropertyTest(name, op, tuple(draw(st.lists(value, min_size=1, max_size=2))))
    return PropertyTest(name, op, draw(value))


happenings = st.builds(
    Happening,
    st.sampled_from(["purchase", "return", "visit", "call"]),
    st.lists(property_tests(), max_size=2).map(tuple),
)


@st.composite
def measures(draw: st.DrawFn) -> Rule:
    kind = draw(st.sampled_from([Measured.COUNT, *Measured][:-2]))
    takes = kind in (Measured.SUM, Measured.AVERAGE, Measured.LEAST, Measured.MOST)
    taken = draw(st.sampled_from(["amount", "quantity", "score"])) if takes else ""
    op = draw(st.sampled_from([Op.GE, Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.BETWEEN]))
    value = st.integers(0, 30) if not takes else st.integers(-100, 5000) if taken == "amount" else numbers
    given = (draw(value), draw(value)) if op is Op.BETWEEN else draw(value)
    return Did(draw(happenings), op, given, kind, taken, draw(windows))


@st.composite
def trends_and_shares(draw: st.DrawFn) -> Rule:
    trend = draw(st.booleans())
    op = draw(st.sampled_from([Op.GE, Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.BETWEEN]))
    value = st.sampled_from([0, 50, 100, -100, -50, "33.33", "-66.67", 200, 100_000])
    given = (draw(value), draw(value)) if op is Op.BETWEEN else draw(value)
    taken = draw(st.sampled_from(["", "amount", "quantity", "score"]))
    kind = draw(st.sampled_from(["purchase", "return", "visit"]))
    if not trend:
        where = tuple(draw(st.lists(property_tests(), min_size=1, max_size=2)))
        return Did(Happening(kind, where), op, given, Measured.SHARE, taken, draw(windows))
    where = tuple(draw(st.lists(property_tests(), max_size=1)))
    against = draw(st.sampled_from(Against))
    window = draw(st.sampled_from(STRETCHES[1 if against is Against.YEAR else 0 :]))
    return Did(Happening(kind, where), op, given, Measured.TREND, taken, window, against)


LEAVES = (
    measures()
    | measures()
    | trends_and_shares()
    | st.builds(Sequence, happenings, happenings, st.integers(1, 9), windows)
    | st.builds(Bucket, texts, st.sampled_from([0, 10]), st.sampled_from([50, "62.5", 100]))
    | st.builds(InClass, st.just(3), st.sampled_from([(31,), (32,), (31, 32)]), st.sampled_from([0, 7, 15]))
    | texts.map(lambda text: Condition("name", Op.CONTAINS, text))
    | texts.map(lambda text: Condition("tags", Op.HAS_ANY, (text,)))
    | st.sampled_from([2, 30, 366]).map(lambda days: Condition("birthday", Op.YEARLY_IN_NEXT, days))
    | st.sampled_from([("330000",), ("330100", "110000")]).map(lambda codes: Condition("place", Op.IN, codes))
    | st.sampled_from([0, 100, 5000]).map(lambda amount: Condition("monetary", Op.GE, amount))
    | st.builds(
        Condition,
        st.sampled_from(["p_alive", "churn_risk"]),
        st.sampled_from([Op.GE, Op.LT, Op.NE, Op.EQ]),
        st.sampled_from([0, 37, 50, "36.5", 100]),
    )
    | st.builds(
        Condition,
        st.sampled_from(["clv", "potential"]),
        st.sampled_from([Op.GE, Op.LT, Op.NE, Op.EQ]),
        st.sampled_from([0, 37, 50, 100, 10**14]),
    )
    | st.builds(Condition, st.sampled_from(["clv", "next_offer"]), st.sampled_from([Op.IS_EMPTY, Op.IS_SET]))
    | st.builds(
        Condition,
        st.sampled_from(["next_offer", "next_category"]),
        st.sampled_from([Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE]),
        st.lists(texts, min_size=1, max_size=2).map(tuple),
    )
)
RULES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | inner.map(NotOf)
    ),
    max_leaves=4,
)


@pytest.fixture
def computed(postgres: psycopg.Connection, engine_database: str, tmp_path: Path) -> Store:
    fill(postgres)
    store = Store(tmp_path / "engine", engine_database)
    classify(store, as_of=DAY, zone=ZONE, currency="CNY", schemes=()).close()
    return store


ONE_BY_ONE = (
    "SELECT w.one FROM unnest(%(all)s::bigint[]) AS w (one) WHERE EXISTS ({})"  # the query of one, for each in turn
)


def check_agreement(store: Store, postgres: psycopg.Connection, examples: int) -> set[str]:
    """Compare all ways to ask on random rules; return which kinds of answers came: none, some, all."""
    seen: set[str] = set()

    @settings(max_examples=examples, derandomize=True)  # so that each kind of answer comes
    @given(rule=RULES)
    def agree(rule: Rule) -> None:
        assert check_rule(rule, traits) == []
        in_duckdb = find_members(store, rule)
        assert find_members(store, rule, engine="postgres") == in_duckdb
        text = ONE_BY_ONE.format(postgres_members(rule, moment=MOMENT, customer="w.one"))
        one_by_one = postgres.execute(text.encode(), {"all": list(PEOPLE)}).fetchall()
        assert sorted(number for (number,) in one_by_one) == in_duckdb
        assert list_counted(store, rule) == in_duckdb
        assert count_rule(store, rule).count == len(in_duckdb)
        seen.add("none" if not in_duckdb else "all" if len(in_duckdb) == len(PEOPLE) else "some")

    agree()
    return seen


def test_three_ways_to_ask_give_the_same_members(computed: Store, postgres: psycopg.Connection) -> None:
    assert "some" in check_agreement(computed, postgres, 10)


@pytest.mark.slow
def test_many_rules_have_the_same_members_however_asked(computed: Store, postgres: psycopg.Connection) -> None:
    assert check_agreement(computed, postgres, 150) == {"none", "some", "all"}
