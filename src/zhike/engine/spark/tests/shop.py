"""The shop that Spark and DuckDB are asked about: customers of all kinds, two currencies, every kind of scheme."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import psycopg

from zhike.engine.rules.ast import AllOf, Condition, Did, Happening, InClass, Op, PropertyTest, Rule
from zhike.engine.rules.tests import test_facts_agree as of_facts
from zhike.engine.run import classify
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.store.store import Store
from zhike.engine.testing import (
    attribute_scheme,
    lifecycle_scheme,
    priority_scheme,
    rfm_scheme,
    strategic_scheme,
    value_tier_scheme,
)

DAY, ZONE = of_facts.DAY, of_facts.ZONE
MORE = range(1000, 1400)


def fill_shop(postgres: psycopg.Connection) -> None:
    of_facts.fill(postgres)
    buy_more(postgres)


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
        rule_scheme(10, Condition("revenue_share", Op.GE, "0.3"), Condition("revenue_share", Op.GT, 0)),
    ]  # fmt: skip


def run_twice(store: Store, postgres: psycopg.Connection) -> None:
    """Let the store see the shop, then more: months of two files, customers of two rows."""
    _run(store, postgres)
    with postgres.transaction():
        postgres.execute("UPDATE customers_customer SET province = '110000' WHERE id BETWEEN 1000 AND 1049")
        postgres.execute(
            "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency)"
            " SELECT id, 'purchase', '2026-03-01', 500, 'CNY' FROM customers_customer WHERE id BETWEEN 1000 AND 1049"
        )
    _run(store, postgres)


def _run(store: Store, postgres: psycopg.Connection) -> None:
    """Run until everything is in: another database of the cluster may hold a run back by a long transaction."""
    row = postgres.execute("SELECT count(*) FROM customers_fact").fetchone()
    for _ in range(20):
        classify(store, as_of=DAY, zone=ZONE, currency="CNY", schemes=all_schemes()).close()
        manifest = store.manifest()
        if manifest and row and sum(one.rows for one in manifest.facts) == row[0]:
            return
    raise AssertionError("the mirror does not catch up: something in this cluster never ends its transaction")


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
