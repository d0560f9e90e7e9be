"""Spark and DuckDB give the same rows: state, scores, tiers, lifecycle, all other classes, cohorts, rules' members."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.computing import Computed, compute_results, figures
from zhike.engine.population import find_members
from zhike.engine.public import classify
from zhike.engine.rules.ast import AllOf, Condition, InClass, Op
from zhike.engine.rules.compile import compile_rule
from zhike.engine.rules.entries import entry_text, entry_value
from zhike.engine.rules.tests import test_dialects_agree as of_columns
from zhike.engine.rules.tests import test_facts_agree as of_facts
from zhike.engine.rules.tests import test_formulas_agree as of_formulas
from zhike.engine.rules.traits import TraitType, traits
from zhike.engine.schemes import built_in_schemes
from zhike.engine.spark.members import SparkPeople, last_run
from zhike.engine.spark.place import find_place
from zhike.engine.spark.tests.conftest import SMALL, SMALL_JAVA
from zhike.engine.spark.tests.shop import DAY, ZONE, all_schemes, differing, rule_scheme
from zhike.engine.spark.tests.standalone import cluster, commands_of
from zhike.engine.spark.work import SparkWork
from zhike.engine.store.store import Store

pytestmark = pytest.mark.slow
MANY, ON_CLUSTER = 40, 5


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


def test_who_presses_ctrl_c_is_not_answered_by_spark(spark: Any) -> None:
    assert signal.getsignal(signal.SIGINT).__module__ != "pyspark.core.context"


def generated[T](rules: st.SearchStrategy[T], number: int) -> list[T]:
    """Return what the property tests would draw, all at once: Spark takes them in one pass."""
    found: list[T] = []

    @settings(max_examples=number, derandomize=True)  # so that many of them have some members
    @given(rule=rules)
    def draw(rule: T) -> None:
        found.append(rule)

    draw()
    return found[:number]


def test_generated_rules_about_facts(spark: Any, shop: Store) -> None:
    rules = generated(of_facts.RULES, MANY - 1)
    rules.append(Condition("revenue_share", Op.BETWEEN, ("0.1", "0.5")))
    wanted = [find_members(shop, rule) for rule in rules]
    with SparkWork(spark, find_place(shop.folder)) as work:
        people = SparkPeople(shop, work, last_run(shop))
        found = [ids for start in range(0, MANY, 20) for ids in people.find(rules[start : start + 20])]
    assert found == wanted
    assert sum(0 < len(one) < 440 for one in found) > MANY // 3


def test_generated_rules_about_columns(spark: Any) -> None:
    rules = generated(of_columns.RULES, 3 * MANY)
    query = sql.query("SELECT customer_id FROM customer").select(
        *[compile_rule(rule, traits, moment=of_columns.MOMENT).as_(f"met_{place}") for place, rule in enumerate(rules)]
    )
    assert asked(spark, of_columns.COLUMNS, of_columns.ROWS, query) == 0


def test_generated_formulas(spark: Any) -> None:
    found = generated(of_formulas.FORMULAS, MANY)
    assert asked(spark, of_formulas.TYPES, of_formulas.ROWS, of_formulas.query(found)) == 0


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
        (InClass(1, (103, 104, 105)), Condition("rfm_m", Op.GE, 2), Condition("recency_days", Op.LE, 300))
    )  # classes and scores of the last run, state of the day that is asked for
    earlier = DAY - timedelta(days=40)
    found = find_members(shop, rule, as_of=earlier, engine="spark")
    assert found == find_members(shop, rule, as_of=earlier)
    assert found


CONF = [
    "spark.executor.memory=512m", "spark.executor.cores=1", "spark.cores.max=2",
    *[f"{key}={value}" for key, value in SMALL.items()], f"spark.executor.extraJavaOptions={SMALL_JAVA}",
]  # fmt: skip


def test_a_cluster_of_two_workers_gives_the_same_rows(
    spark: Any, shop: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command on a real cluster, with the built-in types and one type for each generated rule.

    Store and results are under URLs of Hadoop's view of file systems, with this machine's folders behind them: what is
    not a folder to us is read and written as an object store is.
    """
    rules = [rule_scheme(100 + place, rule) for place, rule in enumerate(generated(of_facts.RULES, ON_CLUSTER))]
    schemes = [*built_in_schemes(), *rules]
    asked_for = {"as_of": DAY, "zone": ZONE, "currency": "CNY", "schemes": schemes, "database_url": shop.database_url}
    here = figures(compute_results(shop.folder, **asked_for, out=tmp_path / "duckdb"))
    (tmp_path / "schemes.json").write_text(json.dumps([one.to_json() for one in schemes]))
    (tmp_path / "spark").mkdir()
    links = {"store": shop.folder, "out": tmp_path / "spark"}
    mounted = [f"spark.hadoop.fs.viewfs.mounttable.firm.link./{name}=file://{path}" for name, path in links.items()]
    spark.stop()  # its memory is the cluster's
    monkeypatch.setenv("DATABASE_URL", shop.database_url)
    with cluster(tmp_path) as found:
        words = ["--store", "viewfs://firm/store", "--out", "viewfs://firm/out", "--master", found.url, "--json"]
        words += ["--as-of", str(DAY), "--zone", ZONE, "--currency", "CNY", "--schemes", str(tmp_path / "schemes.json")]
        words += [word for one in (*CONF, *mounted) for word in ("--conf", one)]
        command = [sys.executable, "-m", "zhike.config.cli", "engine", "run", "--engine", "spark", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        launched = [found.log(name).count("Asked to launch executor") for name in ("one", "two")]
    told = json.loads(done.stdout)
    same = ("lines", "customers", "cohort_cells", "classes", "cut_points", "zone", "currency")
    assert {name: told[name] for name in same} == {name: here[name] for name in same}
    for table in ("customers", "cohorts"):
        assert differing(tmp_path / "duckdb" / table, tmp_path / "spark" / table) == 0
    met = [told["classes"][f"rule {one.id}"]["c0"] for one in rules]
    assert sum(0 < number < told["customers"] for number in met) >= ON_CLUSTER // 4
    assert min(launched) >= 1
    assert "java" not in commands_of(found.started)
