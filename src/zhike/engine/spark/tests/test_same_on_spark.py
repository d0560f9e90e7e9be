"""Spark and DuckDB give the same rows: state, scores, tiers, lifecycle, all other classes, cohorts, rules' members."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.computing import Computed, compute_results, figures
from zhike.engine.conftest import FILLED
from zhike.engine.population import find_members
from zhike.engine.public import classify
from zhike.engine.rules.ast import AllOf, Condition, Did, Happening, InClass, Op, PropertyTest, Rule
from zhike.engine.rules.compile import compile_rule, entry_text, entry_value
from zhike.engine.rules.tests import test_dialects_agree as of_columns
from zhike.engine.rules.tests import test_facts_agree as of_facts
from zhike.engine.rules.traits import TraitType, traits
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.spark.members import SparkPeople, last_run
from zhike.engine.spark.place import find_place
from zhike.engine.spark.work import SparkWork
from zhike.engine.store.store import Store
from zhike.engine.testing import (
    attribute_scheme,
    lifecycle_scheme,
    priority_scheme,
    rfm_scheme,
    strategic_scheme,
    value_tier_scheme,
)

pytestmark = pytest.mark.slow
DAY, ZONE = of_facts.DAY, of_facts.ZONE
MANY = 60
MORE = range(1000, 1400)


def buy_more(postgres: psycopg.Connection) -> None:
    """Add customers who buy and return over two years, some on the hour at which a day begins."""
    chance, lines = random.Random(11), []
    for number in MORE:
        postgres.execute(
            "INSERT INTO customers_customer (id, kind, industry, province, country, custom, created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, '2024-05-01')",
            (number, chance.choice(["person", "company"]), chance.choice(["", "教育"]), chance.choice(["", "330000"]),
             chance.choice(["", "CN", "DE"]), "{}"),
        )  # fmt: skip
        for _ in range(int(chance.paretovariate(0.9)) % 25):
            at = datetime(2024, 5, 1, 4, tzinfo=UTC) + timedelta(
                days=chance.randrange(700), hours=chance.choice([0, 1, 9])
            )
            amount = chance.choice([100, 100, 2500, -100, 10**12, 777])
            lines.append(
                (number, "return" if amount < 0 else "purchase", at, amount, chance.choice(["", "CNY", "CNY", "EUR"]))
            )
    with postgres.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency) VALUES (%s, %s, %s, %s, %s)",
            lines,
        )


def rule_scheme(number: int, *rules: Rule) -> SchemeSpec:
    classes = [ClassSpec(number * 100 + place, f"c{place}", rule) for place, rule in enumerate(rules)]
    return SchemeSpec(number, "rule", [*classes, ClassSpec(number * 100 + 99, "else")], {"default": "else"})


def all_schemes() -> list[SchemeSpec]:
    bought = Did(Happening("purchase", (PropertyTest("product", Op.EQ, "GPU-1"),)), Op.GE, 1)
    kept_by_hand = InClass(3, (31,), 7)
    visited = Did(Happening("visit", (PropertyTest("score", Op.GE, "0.5"),)), Op.GE, 2)
    return [
        lifecycle_scheme(), value_tier_scheme(), rfm_scheme(30), priority_scheme(),
        strategic_scheme(least_peers=3),
        attribute_scheme(6, "region", ("domestic", "abroad", "unknown")),
        rfm_scheme(7, window_days=90, score_count=3, high_from={"r": 2, "f": 2, "m": 2}),
        rule_scheme(8, bought, visited, InClass(1, (105,)), Condition("rfm_m", Op.GE, 4)),
        rule_scheme(9, AllOf((InClass(8, (899,)), Condition("recency_days", Op.LE, 200))), kept_by_hand),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def shop(engine_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give the store of a shop after two runs; the database stays as it is while the tests ask."""
    store = Store(tmp_path_factory.mktemp("spark") / "engine", engine_database)
    with psycopg.connect(engine_database, autocommit=True) as postgres:
        postgres.execute(f"TRUNCATE {', '.join(FILLED)} RESTART IDENTITY")
        with postgres.transaction():
            of_facts.fill(postgres)
            buy_more(postgres)
        _run_twice(store, postgres)
        yield store


def _run_twice(store: Store, postgres: psycopg.Connection) -> None:
    schemes = all_schemes()
    classify(store, as_of=DAY, zone=ZONE, currency="CNY", schemes=schemes).close()
    with postgres.transaction():  # a second file of a month, and second rows of customers
        postgres.execute("UPDATE customers_customer SET province = '110000' WHERE id BETWEEN 1000 AND 1049")
        postgres.execute(
            "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency)"
            " SELECT id, 'purchase', '2026-03-01', 500, 'CNY' FROM customers_customer WHERE id BETWEEN 1000 AND 1049"
        )
    classify(store, as_of=DAY, zone=ZONE, currency="CNY", schemes=schemes).close()


def differing(one: Path, other: Path) -> int:
    """Return how many rows of two folders of Parquet files are not in the other, types compared too."""
    with duckdb.connect() as reader:
        names = [f"read_parquet('{folder}/*.parquet')" for folder in (one, other)]
        shapes = [reader.execute(f"DESCRIBE FROM {name}").fetchall() for name in names]
        assert shapes[0] == shapes[1]
        return sum(
            reader.execute(f"SELECT count(*) FROM (FROM {a} EXCEPT ALL FROM {b})").fetchall()[0][0]
            for a, b in (names, names[::-1])
        )


def test_all_that_a_run_computes(spark: Any, shop: Store, tmp_path: Path) -> None:
    found: dict[str, Computed] = {}
    for engine in ("duckdb", "spark"):
        found[engine] = compute_results(
            shop.folder, as_of=DAY, zone=ZONE, currency="CNY", schemes=all_schemes(), engine=engine,
            out=tmp_path / engine, database_url=shop.database_url,
        )  # fmt: skip
    here, there = (replace(found[one], engine="", seconds={}) for one in ("duckdb", "spark"))
    assert here == there
    assert differing(tmp_path / "duckdb" / "customers", tmp_path / "spark" / "customers") == 0
    assert differing(tmp_path / "duckdb" / "cohorts", tmp_path / "spark" / "cohorts") == 0
    assert (here.customers, here.cohorts > 20) == (440, True)
    told = figures(found["spark"])
    assert set(told["classes"]["lifecycle 1"]) == {one.key for one in all_schemes()[0].classes}
    assert all(sum(number > 0 for number in one.values()) > 1 for one in here.counts.values())
    with classify(shop, as_of=DAY, zone=ZONE, currency="CNY", schemes=all_schemes()) as run:
        assert run.counts == here.counts


def generated(rules: st.SearchStrategy[Rule], number: int) -> list[Rule]:
    """Return the rules that the property tests would draw, all at once: Spark takes them in one pass."""
    found: list[Rule] = []

    @settings(
        max_examples=number, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
    )
    @given(rule=rules)
    def draw(rule: Rule) -> None:
        found.append(rule)

    draw()
    return found[:number]


def test_generated_rules_about_facts(spark: Any, shop: Store) -> None:
    rules = generated(of_facts.RULES, MANY)
    wanted = [find_members(shop, rule) for rule in rules]
    with SparkWork(spark, find_place(shop.folder)) as work:
        people = SparkPeople(shop, work, last_run(shop))
        found = [ids for start in range(0, MANY, 20) for ids in people.find(rules[start : start + 20])]
    assert found == wanted
    assert sum(0 < len(one) < 440 for one in found) > MANY // 3


def test_generated_rules_about_columns(spark: Any) -> None:
    rules = generated(of_columns.RULES, 2 * MANY)
    query = sql.query("SELECT customer_id FROM customer").select(
        *[compile_rule(rule, traits, moment=of_columns.MOMENT).as_(f"met_{place}") for place, rule in enumerate(rules)]
    )
    assert asked(spark, of_columns.COLUMNS, of_columns.ROWS, query) == 0


HOSTILE = ["${env:HOME}", "${spark.app.name}", "$1 :x ? {x}", "a\\tb\\u0041", "12\n", "\\'", '"', "`x`", "--", "/* */"]


def test_hostile_texts_stay_texts(spark: Any) -> None:
    rows = [(place, text, [text]) for place, text in enumerate([*HOSTILE, None, ""])]
    met: list[exp.Expr] = []
    for text in HOSTILE:
        for op in (Op.EQ, Op.CONTAINS, Op.STARTS_WITH):
            met.append(compile_rule(Condition("name", op, text), traits, moment=of_columns.MOMENT))
        met.append(compile_rule(Condition("tags", Op.HAS_ANY, (text,)), traits, moment=of_columns.MOMENT))
    query = sql.query("SELECT customer_id FROM customer").select(
        *[one.as_(f"m{place}") for place, one in enumerate(met)]
    )
    assert asked(spark, {"customer_id": "BIGINT", "name": "TEXT", "tags": "TEXT[]"}, rows, query) == 0


def test_entries_of_json_are_read_alike(spark: Any) -> None:
    texts = ['{"a": 12}', '{"a": "12"}', '{"a": "12\\n"}', '{"a": -0.5}', '{"a": "2026-02-03"}',
             '{"a": "2026-02-03\\n"}',
             '{"a": null}', '{"a": true}', '{"a": ["x", "二"]}', '{"a": []}', "{}", "[]", None, '{"A": 1}',
             '{"a": "١٢"}', '{"b": {"a": 1}}', '{"a": 123456789012345678}']  # fmt: skip
    text = entry_text(sql.column("custom"), "a")
    shown = {
        "number": entry_value(text, TraitType.NUMBER), "day": entry_value(text, TraitType.DATE),
        "words": entry_value(text, TraitType.TEXT),
    }  # fmt: skip
    query = sql.query("SELECT customer_id FROM customer").select(*[one.as_(name) for name, one in shown.items()])
    assert asked(spark, {"customer_id": "BIGINT", "custom": "TEXT"}, list(enumerate(texts)), query) == 0


def asked(spark: Any, columns: dict[str, str], rows: list[tuple[Any, ...]], query: exp.Expr) -> int:
    """Return in how many rows the two engines differ on a query of a table `customer`."""
    names = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with duckdb.connect() as here, SparkWork(spark, find_place("/nowhere")) as work:
        here.execute(f"CREATE TABLE customer ({names})")
        here.executemany(f"INSERT INTO customer VALUES ({', '.join('?' * len(columns))})", rows)
        kinds = {"TEXT[]": "ARRAY<STRING>", "TEXT": "STRING"}
        work.hand_over("customer", {name: kinds.get(kind, kind) for name, kind in columns.items()}, rows)
        wanted = dict(_keyed(here.execute(sql.emit(query)).fetchall()))
        found = dict(_keyed(work.run(query)))
    assert len(wanted) == len(rows)
    return sum(found.get(key) != row for key, row in wanted.items())


def _keyed(rows: list[tuple[Any, ...]]) -> list[tuple[Any, tuple[Any, ...]]]:
    return [(row[0], row[1:]) for row in rows]


def test_the_door_asks_spark(spark: Any, shop: Store) -> None:
    rule = AllOf(
        (InClass(1, (104, 105)), Condition("rfm_m", Op.GE, 2), Condition("place", Op.IN, ("110000", "330000")))
    )
    found = find_members(shop, rule, engine="spark")
    assert found == find_members(shop, rule)
    assert found
    earlier = DAY - timedelta(days=40)
    rule = Condition("recency_days", Op.LE, 100)
    assert find_members(shop, rule, as_of=earlier, engine="spark") == find_members(shop, rule, as_of=earlier)
