"""A refresh gives the rows of a full run, whatever happened in between, and tells PostgreSQL exactly what changed."""

import random
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from zhike.engine.result import Result
from zhike.engine.rules.ast import AllOf, Condition, InClass, Op
from zhike.engine.run import classify, compute
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.stages.setting import Setting
from zhike.engine.store.manifest import NAME
from zhike.engine.store.store import Store
from zhike.engine.testing import (
    attribute_scheme,
    lifecycle_scheme,
    priority_scheme,
    rfm_scheme,
    strategic_scheme,
    value_tier_scheme,
)
from zhike.engine.work import METRICS, Work

ZONE = "Europe/London"
START = datetime(2025, 1, 20)


def schemes(random_: random.Random) -> list[SchemeSpec]:
    worth = AllOf((Condition("frequency", Op.GE, 2), Condition("average_order", Op.GE, 5000)))
    rule = SchemeSpec(
        5,
        "rule",
        (
            ClassSpec(501, "key", AllOf((worth, InClass(2, (200, 201))))),
            ClassSpec(502, "asleep", Condition("recency_days", Op.GT, 20)),
            ClassSpec(503, "rest"),
        ),
        {"default": "rest"},
    )
    return [
        rule,
        lifecycle_scheme(at_risk_days=random_.choice([15, 30]), lost_days=45, window_days=random_.choice([40, 60])),
        value_tier_scheme(window_days=60),
        rfm_scheme(window_days=60),
        attribute_scheme(4, "city", ("110100", "310100", "unknown")),
        priority_scheme(6, window_days=60),
        strategic_scheme(7, window_days=30, least_peers=2, growth_percent=5),
        share_scheme(),
    ]


def share_scheme() -> SchemeSpec:
    """Return classes by the share of everybody's revenue: whoever buys moves all the others."""
    shares = {"big": (Op.GE, 20), "none": (Op.LE, 0)}
    rules = [
        ClassSpec(801 + place, key, Condition("revenue_share", *one)) for place, (key, one) in enumerate(shares.items())
    ]
    return SchemeSpec(8, "rule", (*rules, ClassSpec(809, "some")), {"default": "some"})


@dataclass
class Shop:
    """Random happenings of a shop, in PostgreSQL."""

    postgres: psycopg.Connection
    random: random.Random
    abroad: bool = False  # whether some pay in another currency
    customers: list[int] = field(default_factory=list)

    def happen(self) -> None:
        for _ in range(self.random.randrange(8)):
            self.arrive()
        for _ in range(self.random.randrange(60)):
            self.buy()
        if self.customers and self.random.random() < 0.5:
            city = self.random.choice(["", "110100", "310100", "440300"])
            who = self.random.choice(self.customers)
            self.postgres.execute("UPDATE customers_customer SET city = %s WHERE id = %s", [city, who])

    def arrive(self) -> None:
        row = self.postgres.execute("INSERT INTO customers_customer (name) VALUES ('x') RETURNING id").fetchone()
        self.customers.append(row[0])

    def buy(self) -> None:
        if not self.customers:
            return
        amount = self.random.choice([-1, 1, 1, 1]) * self.random.choice([0, 5, 1000, 1000, 99_999, 10_000_000])
        at = START + timedelta(minutes=self.random.randrange(120 * 24 * 60))
        currency = self.random.choice(["GBP"] * 8 + ["", "EUR" if self.abroad else "GBP"])
        kind = self.random.choice(["purchase", "return", "visit"])
        self.postgres.execute(
            "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency) VALUES (%s, %s, %s, %s, %s)",
            [self.random.choice(self.customers), kind, f"{at} UTC", amount, currency],
        )


@dataclass
class Told:
    """What PostgreSQL would hold after taking in every result."""

    metrics: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    classes: dict[tuple[int, int], int] = field(default_factory=dict)

    def take(self, found: Result) -> None:
        self.metrics.update({row[0]: row[1:] for row in found.metrics().fetchall()})
        for customer, scheme, class_id, _ in found.classes().fetchall():
            self.classes.pop((customer, scheme), None)
            if class_id is not None:
                self.classes[customer, scheme] = class_id


def rows_of(work: Work) -> list[dict[str, Any]]:
    found = work.connection.sql("SELECT * EXCLUDE (created_at, archived_at) FROM customer ORDER BY customer_id")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def computed_anew(store: Store, setting: Setting, folder: Path) -> tuple[list[dict[str, Any]], Any]:
    """Return the rows and cut points of a full run over a copy of the mirror."""
    other = Store(folder, "")
    for name in ("facts", "customers"):
        if (store.folder / name).exists():
            shutil.copytree(store.folder / name, folder / name)
    shutil.copy(store.folder / NAME, folder / NAME)
    manifest = other.manifest()
    assert manifest is not None
    assert compute(other, manifest, setting, full=True) == "full"
    work = Work.open(other.working_file(), read_only=True)
    meta = work.meta()
    assert meta is not None
    try:
        return rows_of(work), meta.cuts
    finally:
        work.close()


def told_by(rows: list[dict[str, Any]]) -> Told:
    """Return what PostgreSQL would hold after taking in every row."""
    told = Told()
    for row in rows:
        told.metrics[row["customer_id"]] = tuple(row[name] for name in METRICS)
        classes = {int(name.removeprefix("class_")): held for name, held in row.items() if name.startswith("class_")}
        told.classes |= {(row["customer_id"], scheme): held for scheme, held in classes.items() if held is not None}
    return told


@pytest.mark.parametrize("seed", range(3))
def test_a_refresh_gives_the_rows_of_a_full_run(
    seed: int, postgres: psycopg.Connection, store: Store, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    shop, told = Shop(postgres, chance, abroad=seed == 2), Told()
    day, wanted = date(2025, 4, 1), schemes(chance)
    ways = []
    for round_ in range(5):
        shop.happen()
        if chance.random() < 0.6:
            day += timedelta(days=chance.choice([1, 1, 7, 30, 70, -5]))
        if chance.random() < 0.2:
            wanted = schemes(chance)
        with classify(store, as_of=day, zone=ZONE, currency="GBP", schemes=wanted) as found:
            ways.append(found.how)
            rows, cuts = computed_anew(store, found.setting, tmp_path / f"{round_}")
            assert (rows_of(found.work), found.points.to_json()) == (rows, cuts)
            if chance.random() < 0.7:
                told.take(found)
                found.published()
                assert told == told_by(rows)
    assert "refreshed" in ways


def plain_schemes(cut_points: str) -> list[SchemeSpec]:
    """Return schemes that ask for nothing but state and scores: a refresh judges only those whom it may have turned."""
    best = AllOf((Condition("rfm_r", Op.GE, 3), InClass(2, (200,))))
    rule = SchemeSpec(5, "rule", (ClassSpec(501, "best", best), ClassSpec(502, "rest")), {"default": "rest"})
    moving = [value_tier_scheme(cut_points=cut_points), rfm_scheme(cut_points=cut_points)]
    shares = [share_scheme()] if cut_points == "moving" else []
    return [lifecycle_scheme(), *moving, rule, attribute_scheme(4, "city", ("110100", "unknown")), *shares]


@pytest.mark.parametrize(("seed", "cut_points"), [(11, "moving"), (13, "fixed")])
def test_another_refresh_on_the_same_day_tells_what_changed_and_nothing_else(
    seed: int, cut_points: str, postgres: psycopg.Connection, store: Store, tmp_path: Path
) -> None:
    shop, told = Shop(postgres, random.Random(seed)), Told()
    asked = {"as_of": date(2025, 5, 1), "zone": ZONE, "currency": "GBP", "schemes": plain_schemes(cut_points)}
    for round_ in range(5):
        shop.happen()
        with classify(store, **asked) as found:
            anew, cuts = computed_anew(store, found.setting, tmp_path / f"{round_}")
            rows = rows_of(found.work)
            if cut_points == "moving":
                assert (rows, found.points.to_json()) == (anew, cuts)
            assert [[one[name] for name in METRICS[:6]] for one in rows] == [
                [one[name] for name in METRICS[:6]] for one in anew
            ]
            before = dict(told.classes)
            turned = {row[:2] for row in found.classes().fetchall()}
            told.take(found)
            found.published()
            assert told == told_by(rows)
            keys = told.classes.keys() | before.keys()
            if found.how == "refreshed":
                assert turned == {one for one in keys if told.classes.get(one) != before.get(one)}
            assert found.how == ("refreshed" if round_ else "full")


def test_nothing_new_is_nothing_to_tell(postgres: psycopg.Connection, store: Store) -> None:
    shop = Shop(postgres, random.Random(1))
    for _ in range(3):
        shop.happen()
    asked = {"as_of": date(2025, 12, 1), "zone": ZONE, "currency": "GBP", "schemes": schemes(shop.random)}
    with classify(store, **asked) as first:
        assert first.changed_metrics == len(shop.customers)
    with classify(store, **asked) as again:  # PostgreSQL did not say that it took the first
        assert (again.how, again.changed_metrics) == ("unchanged", len(shop.customers))
        again.published()
    with classify(store, **asked) as last:
        assert (last.how, last.changed_metrics, last.changed_classes) == ("unchanged", 0, 0)
        assert last.metrics().fetchall() == last.classes().fetchall() == []
    with classify(store, **asked, full=True) as repaired:
        assert (repaired.how, repaired.changed_metrics, repaired.changed_classes) == ("full", 0, 0)
