"""One rule, three answers that never differ: DuckDB, PostgreSQL and the explanation of one customer."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.engine import sql
from zhike.engine.rules.ast import AllOf, AnyOf, Condition, InClass, NotOf, Op, Rule
from zhike.engine.rules.check import PARTS, SPANS, check_rule
from zhike.engine.rules.compile import compile_rule, is_plain
from zhike.engine.rules.document import rule_from_json, rule_to_json
from zhike.engine.rules.explain import explain
from zhike.engine.rules.traits import OPS, Form, TraitType, traits
from zhike.engine.rules.windows import Moment

AS_OF = date(2026, 11, 22)
MOMENT = Moment(AS_OF, "Asia/Shanghai", "CNY")
TEXTS = ["北京", "北京朝阳", "O'Brien", "100%", "a_b\\", "50%_\\'", "", None, "😀x", "ß"]
NUMBERS = [None, 0, 1, 2, 89, 90, 91, 5000, 2_000_000_000]
DAYS = [None, AS_OF, *(AS_OF - timedelta(days=back) for back in (1, 89, 90, 91, 365, 800))]
COLUMNS = {
    "customer_id": "BIGINT", "kind": "TEXT", "name": "TEXT", "city": "TEXT", "employees": "INTEGER",
    "birthday": "DATE", "tags": "TEXT[]", "first_day": "DATE", "last_day": "DATE", "frequency": "INTEGER",
    "monetary": "BIGINT", "rfm_r": "SMALLINT", "class_7": "INTEGER", "class_8": "INTEGER",
}  # fmt: skip
KEYS = ["kind", "name", "city", "employees", "birthday", "tags", "recency_days", "days_as_customer", "frequency",
        "monetary", "average_order", "rfm_r"]  # fmt: skip


def _rows() -> list[tuple[Any, ...]]:
    def pick(values: list[Any], number: int) -> Any:
        return values[number % len(values)]

    rows = []
    for i in range(60):
        tags = pick([None, ["VIP"], ["VIP", "a'b"], ["老客户", "100%"]], i // 3)
        rows.append(
            (i, pick(["person", "company"], i), pick(TEXTS, i), pick(TEXTS, i // 2), pick(NUMBERS, i),
             pick(DAYS, i), tags, pick(DAYS, i // 3), pick(DAYS, i // 2), pick([0, 1, 2, 5], i),
             pick([0, -5, 1, 5000, 10_000, 25_000, 10**14], i // 2), pick([None, 1, 3, 5], i), pick([None, 71, 72], i),
             None)
        )  # fmt: skip
    return rows


ROWS = _rows()


def _value(trait_type: TraitType, form: Form) -> st.SearchStrategy[Any]:
    if trait_type in (TraitType.TEXT, TraitType.CHOICE):
        return st.sampled_from([one for one in TEXTS if one] + ["京", "person", "0%", "\\"])
    if trait_type is TraitType.TAGS:
        return st.sampled_from(["VIP", "a'b", "100%", "none"])
    if trait_type is TraitType.DATE:
        return st.sampled_from([one.isoformat() for one in DAYS if one])
    whole = st.sampled_from([0, 1, 2, 3, 89, 90, 91, 365, 5000, 12_500, -1])
    if form is Form.COLUMN and trait_type is TraitType.NUMBER:
        return whole | st.sampled_from(["1.5", "0.000001", 10**15, 2_000_000_000])
    return whole


@st.composite
def conditions(draw: st.DrawFn) -> Rule:
    trait = traits[draw(st.sampled_from(KEYS))]
    op = draw(st.sampled_from(OPS[trait.type]))
    if op in PARTS or op in SPANS:
        number = draw(st.integers(1, PARTS.get(op) or min(SPANS[op], 366)))
        return Condition(trait.key, op, (number,) if op in PARTS else number)
    value = _value(trait.type, trait.form)
    if op in (Op.IS_EMPTY, Op.IS_SET):
        return Condition(trait.key, op)
    if op is Op.BETWEEN:
        return Condition(trait.key, op, (draw(value), draw(value)))
    if op in (Op.IN, Op.NOT_IN, Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE):
        return Condition(trait.key, op, tuple(draw(st.lists(value, min_size=1, max_size=3))))
    return Condition(trait.key, op, draw(value))


RULES = st.recursive(
    conditions() | st.just(InClass(7, (71,))) | st.just(InClass(8, (81,))),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | inner.map(NotOf)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def people() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE customer (" + ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items()) + ")")
    connection.executemany(f"INSERT INTO customer VALUES ({', '.join('?' * len(COLUMNS))})", ROWS)
    yield connection
    connection.close()


@pytest.fixture
def postgres_people(postgres: psycopg.Connection) -> psycopg.Connection:
    names = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    postgres.execute(f"CREATE TEMP TABLE customer ({names})")
    with postgres.cursor() as cursor:
        cursor.executemany(f"INSERT INTO customer VALUES ({', '.join(['%s'] * len(COLUMNS))})", ROWS)
    return postgres


@settings(max_examples=150)
@given(rule=RULES)
def test_a_rule_means_the_same_everywhere(
    people: duckdb.DuckDBPyConnection, postgres_people: psycopg.Connection, rule: Rule
) -> None:
    assert check_rule(rule, traits) == []
    assert rule_from_json(rule_to_json(rule)) == rule

    condition = compile_rule(rule, traits, moment=MOMENT)
    assert is_plain(condition)
    query = sql.query("SELECT customer_id FROM customer").where(condition)
    in_duckdb = {row[0] for row in people.execute(sql.emit(query)).fetchall()}
    in_postgres = {row[0] for row in postgres_people.execute(sql.emit(query, sql.POSTGRES)).fetchall()}
    explained = set()
    for row in ROWS:
        values = dict(zip(COLUMNS, row, strict=True))
        classes = {7: values["class_7"]} if values["class_7"] else {}
        if explain(rule, values, traits, moment=MOMENT, classes=classes).met:
            explained.add(values["customer_id"])
    assert in_duckdb == in_postgres == explained


def test_a_condition_and_its_opposite_share_out_all_customers(people: duckdb.DuckDBPyConnection) -> None:
    def count(rule: Rule) -> int:
        query = sql.query("SELECT customer_id FROM customer").where(compile_rule(rule, traits, moment=MOMENT))
        return len(people.execute(sql.emit(query)).fetchall())

    same, other = Condition("city", Op.EQ, "北京"), Condition("city", Op.NE, "北京")
    assert 0 < count(same) < len(ROWS)
    assert count(same) + count(other) == count(AnyOf((same, other))) == len(ROWS)
    assert count(AllOf((same, other))) == 0
