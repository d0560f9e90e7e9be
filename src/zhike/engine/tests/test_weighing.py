"""Priority, and strategic, key and ordinary customers: exact points, thresholds and reasons."""

import json
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from zhike.engine.at_once import judgeable, judging_statement, points_on
from zhike.engine.errors import SchemeWrong
from zhike.engine.rules.ast import Did, Happening, Op
from zhike.engine.run import classify
from zhike.engine.schemes import SchemeSpec, check_scheme
from zhike.engine.signals import Signal
from zhike.engine.stages.setting import make_setting
from zhike.engine.store.store import Store
from zhike.engine.testing import priority_scheme, strategic_scheme
from zhike.engine.work import METRICS
from zhike.kit.registry import Registry

DAY = date(2026, 11, 22)


def buy(postgres: psycopg.Connection, customer: int, days_ago: int, amount: int) -> None:
    postgres.execute(
        "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency) VALUES (%s, 'purchase', %s, %s,"
        " 'CNY')",
        [customer, f"{DAY - timedelta(days=days_ago)} 12:00+08", amount],
    )


def judged(store: Store, spec: SchemeSpec) -> dict[int, tuple[str | None, dict[str, object]]]:
    keys = {one.id: one.key for one in spec.classes}
    with classify(store, as_of=DAY, zone="Asia/Shanghai", currency="CNY", schemes=[spec]) as found:
        rows = found.classes().fetchall()
    return {customer: (keys.get(class_id), json.loads(why)) for customer, _, class_id, why in rows}


def test_priority_weighs_value_urgency_and_relationship(postgres: psycopg.Connection, store: Store) -> None:
    for id_ in range(1, 11):
        postgres.execute(
            "INSERT INTO customers_customer (id, owner_id) VALUES (%s, %s)", [id_, 7 if id_ == 10 else None]
        )
    for id_ in range(1, 10):
        buy(postgres, id_, 40, id_ * 1000)
    for days in (1200, 300, 200, 120, 100):  # the best one: a customer for three years who came often, and stays away
        buy(postgres, 10, days, 100_000)
    found = judged(store, priority_scheme())

    # the best: value 10 tenths; at risk 60; a year 30 + three years 20 + often 30 + owner 20
    best, why = found[10]
    assert best == "VIP"  # (100 × 50 + 60 × 30 + 100 × 20) / 100
    assert (why["score"], why["value_points"], why["urgency_points"], why["relationship_points"]) == (88, 100, 60, 100)
    assert (why["signal_at_risk"], why["signal_slipping"]) == (True, False)
    assert [found[one][1]["value_points"] for one in range(1, 10)] == [10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert [found[one][0] for one in range(1, 10)] == ["C"] * 5 + [
        "B"
    ] * 4  # half of the value alone: 30 from the sixth


def test_priority_with_other_weights_points_and_thresholds(postgres: psycopg.Connection, store: Store) -> None:
    postgres.execute("INSERT INTO customers_customer (id) VALUES (1), (2), (3)")
    buy(postgres, 1, 100, 5000)
    buy(postgres, 2, 10, 9000)
    spec = priority_scheme(
        weights={"value": 0, "urgency": 1, "relationship": 0},
        points={"at_risk": 100, "first_month": 0},
        cuts=[100, 50, 1],
    )
    found = judged(store, spec)
    assert [found[one][0] for one in (1, 2, 3)] == ["VIP", "C", "C"]
    assert "signal_first_month" not in found[2][1]
    assert found[3][1]["value_points"] == 0


def test_strategic_is_much_revenue_that_does_not_shrink(postgres: psycopg.Connection, store: Store) -> None:
    postgres.execute("INSERT INTO customers_customer (id) SELECT generate_series(1, 6)")
    buy(postgres, 1, 10, 60_000)  # more than half of all, from nothing the year before
    buy(postgres, 2, 20, 20_000)
    buy(postgres, 2, 400, 100_000)
    buy(postgres, 3, 20, 12_000)
    buy(postgres, 4, 20, 8_000)
    buy(postgres, 5, 800, 1_000)
    found = judged(store, strategic_scheme(potential=False, growth_percent=1000))
    assert [found[one][0] for one in range(1, 6)] == ["strategic", "key", "key", "key", "ordinary"]
    assert 6 not in found or found[6][0] is None  # never bought
    assert found[1][1]["monetary"] == 60_000
    assert (found[2][1]["monetary"], found[2][1]["before"]) == (20_000, 100_000)
    assert found[1][1]["cuts"] == [60_000, 20_000]


def test_much_revenue_that_shrinks_is_key(postgres: psycopg.Connection, store: Store) -> None:
    postgres.execute("INSERT INTO customers_customer (id) SELECT generate_series(1, 2)")
    buy(postgres, 1, 10, 79_999)
    buy(postgres, 1, 500, 100_000)
    buy(postgres, 2, 10, 80_000)
    buy(postgres, 2, 500, 100_000)
    found = judged(store, strategic_scheme(cuts=["0.98", "0.99"]))
    assert [found[one][0] for one in (1, 2)] == ["key", "strategic"]  # −20 % is still borne, −20.001 % is not


def test_growth_counts_where_customers_alike_bring_as_much_as_key_ones(
    postgres: psycopg.Connection, store: Store
) -> None:
    for id_ in range(1, 13):
        industry = "芯片" if id_ <= 6 else "餐饮"
        postgres.execute(
            "INSERT INTO customers_customer (id, kind, industry, province) VALUES (%s, 'company', %s, '330000')",
            [id_, industry],
        )
    for id_ in (1, 2, 3):
        buy(postgres, id_, 10, 100_000)
    for id_ in (4, 5, 6, 7, 8, 9, 10, 11, 12):
        buy(postgres, id_, 10, 1_000)
        buy(postgres, id_, 400, 500 if id_ in (4, 7) else 1_000)
    found = judged(store, strategic_scheme(least_peers=4))
    assert [found[one][0] for one in (1, 4, 5, 7)] == ["strategic", "key", "ordinary", "ordinary"]
    assert (found[4][1]["potential"], found[4][1]["profile"]) == (True, "company|芯片|330000")
    assert found[7][1]["potential"] is False


def test_nobody_has_bought(postgres: psycopg.Connection, store: Store) -> None:
    postgres.execute("INSERT INTO customers_customer (id) VALUES (1)")
    assert judged(store, priority_scheme())[1][0] == "C"
    found = judged(store, strategic_scheme(id=6))
    assert found == {} or found[1][0] is None


@pytest.mark.parametrize(
    "spec",
    [
        priority_scheme(weights={"value": 0, "urgency": 0, "relationship": 0}),
        priority_scheme(weights={"value": 1}),
        priority_scheme(cuts=[30, 50, 70]),
        priority_scheme(cuts=[70, 50]),
        priority_scheme(cuts=[170, 50, 30]),
        strategic_scheme(cuts=["0.8", "0.5"]),
        strategic_scheme(growth_percent=5000),
    ],
)
def test_what_makes_no_sense_is_refused(spec: SchemeSpec) -> None:
    with pytest.raises(SchemeWrong):
        check_scheme(spec)


def test_one_customer_judged_at_once_gets_what_a_run_gives(postgres: psycopg.Connection, store: Store) -> None:
    for id_ in range(1, 13):
        postgres.execute(
            "INSERT INTO customers_customer (id, kind, industry, owner_id) VALUES (%s, 'company', %s, %s)",
            [id_, "芯片" if id_ <= 6 else "餐饮", 7 if id_ % 3 == 0 else None],
        )
    for id_ in range(1, 12):
        buy(postgres, id_, 10 * id_, 100_000 if id_ < 4 else 1_000 * id_ + 77)
        buy(postgres, id_, 400, 500)
    schemes = [
        priority_scheme(weights={"value": 53, "urgency": 31, "relationship": 17}),
        strategic_scheme(least_peers=4),
    ]
    facts: dict[str, Any] = {"as_of": DAY, "zone": "Asia/Shanghai", "currency": "CNY", "schemes": schemes}
    with classify(store, **facts) as found:
        rows = {(one, scheme): (class_id, json.loads(why)) for one, scheme, class_id, why in found.classes().fetchall()}
        points = points_on(found.points, DAY)
    assert judgeable(schemes, points) == schemes
    text = judging_statement(make_setting(**facts), points)
    judged_at_once = postgres.execute(text.encode(), {"ids": list(range(1, 13))}).fetchall()
    first = 1 + len(METRICS)
    for row in judged_at_once:
        for place, spec in enumerate(schemes):
            assert tuple(row[first + 2 * place :][:2]) == rows[row[0], spec.id]
    assert len(judged_at_once) == 12


def test_a_signal_may_ask_for_facts(
    postgres: psycopg.Connection, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    own: Registry[Signal] = Registry("priority signals of a test")
    own.add("called", Signal("called", "urgency", Did(Happening("call"), Op.GE, 1), 90))
    monkeypatch.setattr("zhike.engine.schemes.signals", own)
    postgres.execute("INSERT INTO customers_customer (id) VALUES (1), (2)")
    postgres.execute(
        "INSERT INTO customers_fact (customer_id, kind, occurred_at) VALUES (2, 'call', '2026-11-01 12:00+08')"
    )
    found = judged(store, priority_scheme(weights={"value": 0, "urgency": 1, "relationship": 0}))
    told = {one: (key, why["signal_called"]) for one, (key, why) in found.items()}
    assert told == {1: ("C", False), 2: ("VIP", True)}
