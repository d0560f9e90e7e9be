"""All stages over a store's files, by DuckDB or by Spark, and only what comes of them: figures, and files where asked.

Nothing of the store changes and nothing is kept for the next time: this is for an analyst, on one machine or on a
cluster. The rows are those of a full run.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.building import build_customers, build_days, profiles
from zhike.engine.errors import RecordMissing, StoreMissing, StoreTooFar
from zhike.engine.result import count_classes
from zhike.engine.schemes import SchemeSpec
from zhike.engine.spark.place import ROOT, Place, find_place
from zhike.engine.spark.session import spark_session
from zhike.engine.spark.work import SparkWork
from zhike.engine.stages.cohorts import cohort_months, state_start
from zhike.engine.stages.customer_state import clean_days, state_columns, summed_days
from zhike.engine.stages.judged import attributes_read, result_columns
from zhike.engine.stages.needed import fresh_parts
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import Setting, make_setting
from zhike.engine.store.connection import connect
from zhike.engine.store.manifest import Manifest
from zhike.engine.work import Work

ENGINES = ("duckdb", "spark")
CUSTOMERS, COHORTS = "customers", "cohorts"  # the tables that come out, and their folders


@dataclass(frozen=True, slots=True)
class Computed:
    """`counts` is class id → customers, by scheme; `cohorts` the cells that have customers; `seconds` by step."""

    engine: str
    setting: Setting
    points: CutPoints
    lines: int
    customers: int
    counts: Mapping[int, Mapping[int, int]]
    cohorts: int
    seconds: Mapping[str, float] = field(default_factory=dict)


def compute_results(
    store: str | Path,
    *,
    as_of: date,
    zone: str,
    currency: str,
    schemes: Sequence[SchemeSpec],
    engine: str = "duckdb",
    master: str = "",
    settings: Mapping[str, str] | None = None,
    out: str | Path = "",
    database_url: str = "",
) -> Computed:
    """Compute days, state, cut points, scores, classes and cohorts as of a day, over the files of a store.

    :param store: a folder, or with Spark an object store's URL as Spark writes it (s3a://bucket/store).
    :param master: Spark's master; see `spark_session`. :param settings: Spark's own settings.
    :param out: a folder (or URL) for the tables `customers` (customer_id, state, scores, class_<scheme>) and `cohorts`
        (start: year × 12 + month − 1, age in months, customers, purchase_days, amount), each a folder of Parquet files.
        Every machine of a cluster must see it, as it must see the store.
    :param database_url: where products and classes kept by hand are, for rules that ask for them.
    :raises StoreMissing, StoreTooFar: if there is nothing to read. :raises RecordMissing: if PostgreSQL is asked for
        and not given. :raises SparkMissing, JavaMissing, SparkFailed: if Spark cannot.
    """
    setting = make_setting(as_of=as_of, zone=zone, currency=currency, schemes=schemes)
    needs = setting.needs
    if needs.asks_record and not database_url:
        raise RecordMissing
    place, watch = find_place(store), _Watch()
    if engine == "spark":
        with spark_session(master, settings) as session, SparkWork(session, place) as work:
            manifest = place.manifest(session)
            watch.note("start")
            return _Run(work, ROOT, manifest, setting, watch, database_url).all(engine, str(out))
    if place.folder is None:
        raise StoreTooFar(store=place.url)
    with _duckdb_work(place) as (own, manifest):
        watch.note("start")
        return _Run(own, place.folder, manifest, setting, watch, database_url).all(engine, str(out))


@contextmanager
def _duckdb_work(place: Place) -> Iterator[tuple[Work, Manifest]]:
    assert place.folder is not None
    manifest = place.manifest(None) if place.folder.is_dir() else None
    if manifest is None:
        raise StoreMissing(store=place.url)
    with tempfile.TemporaryDirectory(prefix="zhike-engine-") as scratch:
        work = Work(connect(":memory:", folder=Path(scratch)))  # spills beyond its limit; nothing is to be kept
        try:
            yield work, manifest
        finally:
            work.close()


class _Watch:
    """Seconds by step."""

    def __init__(self) -> None:
        self.last = time.perf_counter()
        self.found: dict[str, float] = {}

    def note(self, step: str) -> None:
        now = time.perf_counter()
        self.found[step] = round(now - self.last, 3)
        self.last = now

    def whole(self) -> dict[str, float]:
        return self.found | {"whole": round(sum(self.found.values()), 3)}


@dataclass(frozen=True, slots=True)
class _Run:
    """One computation; `work` is DuckDB's or Spark's, `root` stands before the files' paths."""

    work: Work
    root: Path
    manifest: Manifest
    setting: Setting
    watch: _Watch
    database_url: str

    def all(self, engine: str, out: str) -> Computed:
        points = self.judge()
        cohorts = self.find_cohorts()
        counts = count_classes(self.work, self.setting)
        customers = self.work.count(sql.query("SELECT COUNT(*) FROM customer"))
        self.watch.note("counts")
        if out:
            self.write(out)
            self.watch.note("write")
        lines = sum(one.rows for one in self.manifest.facts)
        seconds = self.watch.whole()
        return Computed(engine, self.setting, points, lines, customers, counts, cohorts, seconds)

    def judge(self) -> CutPoints:
        work, setting = self.work, self.setting
        foreign = build_days(work, self.root, self.manifest, setting)
        held = clean_days() if not foreign else summed_days(foreign=True)
        work.run(sql.create_table("held_day", held) if foreign else _view("held_day", held))
        self.watch.note("days")
        for part in fresh_parts(work, self.root, self.manifest, setting.needs, setting.moment, self.database_url):
            work.run(sql.create_table(part.name, part.rows))
        people = profiles(work, self.root, self.manifest, setting)
        own = attributes_read(setting)  # nobody asks for the others here
        points = build_customers(work, people, setting, clean=True, foreign=foreign, kept=None, attributes=own)
        self.watch.note("customers")
        return points

    def find_cohorts(self) -> int:
        days = sql.query("SELECT customer_id, day, amount, bought FROM held_day")
        self.work.run(sql.create_table("cohort_start", state_start("person")))
        cells = cohort_months(days, self.setting.until, "cohort_start")
        self.work.run(sql.create_table(COHORTS, cells))
        self.watch.note("cohorts")
        return self.work.count(sql.query("SELECT COUNT(*) FROM cohorts WHERE customers > 0"))

    def write(self, out: str) -> None:
        names = ["customer_id", *state_columns(self.setting), *result_columns(self.setting)]
        rows: dict[str, exp.Select] = {
            CUSTOMERS: exp.select(*map(sql.column, names)).from_(sql.table("customer")),
            COHORTS: sql.query("SELECT start, age, customers, purchase_days, amount FROM cohorts"),
        }
        for name, query in rows.items():
            self.work.write(query, f"{out}/{name}")


def _view(name: str, rows: exp.Expr) -> exp.Expr:
    return exp.Create(this=sql.table(name), kind="VIEW", expression=rows)


def figures(found: Computed) -> dict[str, Any]:
    """Return what a run found as plain values for JSON: customers by class key, the schemes' ids, seconds."""
    classes, ids = {}, {}
    for spec in found.setting.schemes:
        keys = {one.id: one.key for one in spec.classes}
        classes[f"{spec.kind} {spec.id}"] = {keys[key]: number for key, number in found.counts[spec.id].items()}
        ids[f"class_{spec.id}"] = {str(key): name for key, name in keys.items()}
    return {
        "engine": found.engine, "as_of": found.setting.as_of.isoformat(), "zone": found.setting.zone,
        "currency": found.setting.currency, "lines": found.lines, "customers": found.customers,
        "cohort_cells": found.cohorts, "classes": classes, "columns": ids, "cut_points": found.points.to_json(),
        "seconds": dict(found.seconds),
    }  # fmt: skip
