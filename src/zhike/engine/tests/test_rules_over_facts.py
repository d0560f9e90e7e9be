"""Rules that ask for facts, sequences, products and stays: exact members, the same in DuckDB and in PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from zhike.engine.ledger.ledger import wait_for_ledger
from zhike.engine.population import find_members, postgres_members
from zhike.engine.public import (
    ClassSpec,
    Moment,
    SchemeSpec,
    classify,
    count_rule,
    list_counted,
    preview,
    preview_rules,
    rule_from_json,
    simulate,
)
from zhike.engine.store.store import Store

DAY = date(2026, 11, 22)
ZONE = "Asia/Shanghai"
CARDS, SCREENS = 1, 2


@pytest.fixture
def shop(postgres: psycopg.Connection) -> psycopg.Connection:
    postgres.execute(
        "INSERT INTO customers_customer (id, name, province, city, created_at)"
        " SELECT i, 'c' || i, '330000', '330100', '2025-01-01' FROM generate_series(1, 6) AS i"
    )
    postgres.execute("INSERT INTO commerce_product VALUES (1, 'GPU-1', '显卡'), (2, 'LCD-9', '')")
    for number, (customer, day, product, quantity, amount) in enumerate(
        [
            (1, "2026-11-01", CARDS, 1, 500), (1, "2026-11-01", CARDS, 1, 300),  # one order, two lines
            (1, "2026-10-01", CARDS, 1, 500), (1, "2026-08-23", CARDS, 1, 500),
            (2, "2026-11-01", CARDS, 1, 500), (2, "2026-11-01", CARDS, -1, -500),  # taken back by a correction
            (2, "2026-11-02", SCREENS, 3, 900),
            (3, "2026-08-24", CARDS, 1, 100), (3, "2026-11-21", CARDS, 1, 250), (3, "2026-11-22", CARDS, 1, 100),
        ]
    ):  # fmt: skip
        order = {(1, "2026-11-01"): 10, (2, "2026-11-01"): 20}.get((customer, day), 100 + number)
        fact(postgres, customer, "purchase", f"{day} 12:00+08", {"product": product}, amount, quantity, order)
    fact(postgres, 4, "visit", "2026-11-01 10:00+08", {"score": 9, "page": "it's 50%_\\"})
    fact(postgres, 4, "call", "2026-11-03 09:00+08", {"score": "bad"})
    fact(postgres, 5, "call", "2026-11-01 09:00+08", {"score": 2.5})
    fact(postgres, 5, "visit", "2026-11-01 09:00+08", {"score": 4, "page": "😀"})
    return postgres


def fact(
    postgres: psycopg.Connection,
    customer: int,
    kind: str,
    at: str,
    attrs: Any,
    amount: int | None = None,
    quantity: int | None = None,
    order: int | None = None,
) -> None:
    postgres.execute(
        "INSERT INTO customers_fact (customer_id, kind, occurred_at, attrs, amount, currency, quantity, refers_kind,"
        " refers_id) VALUES (%s, %s, %s, %s, %s, 'CNY', %s, %s, %s)",
        (customer, kind, at, Jsonb(attrs), amount, quantity, "order" if order else "", order),
    )


def run(store: Store, schemes: Any = (), **more: Any) -> Any:
    return classify(store, as_of=DAY, zone=ZONE, currency="CNY", schemes=schemes, **more)


def bought(op: str, value: Any, **parts: Any) -> dict[str, Any]:
    return {"fact": "purchase", "op": op, "value": value, **parts}


OF_CARDS = {"where": [{"property": "category", "op": "eq", "value": "显卡"}]}
PAGE = {"property": "page", "op": "contains", "value": "50%_\\"}
VISIT_THEN_CALL = {"first": {"fact": "visit"}, "then": {"fact": "call"}, "within_days": 2}
CASES: dict[str, tuple[dict[str, Any], list[int]]] = {
    "two lines are one order, and what was taken back is none": (bought("ge", 1, **OF_CARDS), [1, 3]),
    "the first day of a window counts, today does not": (bought("ge", 2, window={"last": 90}, **OF_CARDS), [1, 3]),
    "the day before the window does not": (bought("eq", 2, window={"last": 90}), [1, 3]),
    "never": (bought("eq", 0), [4, 5, 6]),
    "between dates, both ends": (bought("ge", 1, window={"from": "2026-10-01", "to": "2026-11-01"}), [1]),
    "last month": (bought("ge", 1, window={"calendar": "month", "back": 1}), [1]),
    "sum of amounts in minor units": (bought("gt", 1200, measure="sum", property="amount"), [1]),
    "sum in a window": (bought("between", [350, 1000], measure="sum", property="amount"), [2, 3]),
    "average per order": (bought("eq", 600, measure="average", property="amount"), [1]),
    "largest quantity": (bought("eq", 3, measure="most", property="quantity"), [2]),
    "last one at most a day ago": (bought("le", 1, measure="last"), [3]),
    "last one at least twenty days ago": (bought("ge", 20, measure="last"), [1, 2]),
    "first one exactly": (bought("eq", 90, measure="first"), [3]),
    "by article number": (bought("ge", 1, where=[{"property": "product", "op": "in", "value": ["LCD-9"]}]), [2]),
    "without a category": (bought("ge", 1, where=[{"property": "category", "op": "is_empty"}]), [2]),
    "a number of attrs, not a text": (
        {"fact": "call", "measure": "most", "property": "score", "op": "ge", "value": 0}, [5],
    ),
    "a text of attrs": (
        {"fact": "visit", "op": "ge", "value": 1, "where": [PAGE]}, [4],
    ),
    "a then b within two days": (VISIT_THEN_CALL, [4]),
    "at the same instant is no sequence": ({**VISIT_THEN_CALL, "within_days": 1}, []),
    "a province holds its cities": ({"trait": "place", "op": "in", "value": ["330000"]}, [1, 2, 3, 4, 5, 6]),
    "nobody": ({"all": [bought("ge", 1), bought("eq", 0)]}, []),
    "all": ({"any": [bought("ge", 1), bought("eq", 0)]}, [1, 2, 3, 4, 5, 6]),
    "with a trait of the state": ({"all": [{"trait": "monetary", "op": "ge", "value": 900}, bought("ge", 1)]}, [1, 2]),
}  # fmt: skip


@pytest.fixture
def computed(shop: psycopg.Connection, store: Store) -> Store:
    run(store).close()
    return store


def test_rules_about_facts_have_exact_members_in_both_engines(computed: Store) -> None:
    for name, (node, wanted) in CASES.items():
        rule = rule_from_json({"version": 2, "rule": node})
        assert find_members(computed, rule) == wanted, name
        assert find_members(computed, rule, engine="postgres") == wanted, name
        assert list_counted(computed, rule) == wanted, name


def test_counts_follow_facts_that_came_after_the_ledger(computed: Store, shop: psycopg.Connection) -> None:
    asked = {name: rule_from_json({"version": 2, "rule": node}) for name, (node, _) in CASES.items()}
    assert list_counted(computed, asked["never"]) == [4, 5, 6]
    (ledger,) = computed.folder.glob("ledger-*-*")
    fact(shop, 1, "purchase", "2026-11-01 12:00+08", {"product": CARDS}, -300, -1, 10)  # one line of two taken back
    fact(shop, 3, "purchase", "2026-08-24 12:00+08", {"product": CARDS}, -100, -1, 107)  # all of an order
    fact(shop, 6, "visit", "2026-11-19 12:00+08", {})
    fact(shop, 6, "call", "2026-11-20 12:00+08", {"score": 1})
    run(computed).close()
    for _ in range(2):  # from the ledger with what came later, then from the new one that so many make worth while
        for name, rule in asked.items():
            assert list_counted(computed, rule) == find_members(computed, rule), name
        assert list_counted(computed, asked["a then b within two days"]) == [4, 6]
        assert list_counted(computed, asked["first one exactly"]) == []
        wait_for_ledger(computed.folder)
        fact(shop, 5, "purchase", "2026-10-30 12:00+08", {"product": CARDS}, 700, 1, 501)
        run(computed).close()
    assert ledger not in computed.folder.glob("ledger-*-*")


def test_what_was_deleted_leaves_the_ledger_with_the_next_run(computed: Store, shop: psycopg.Connection) -> None:
    bought_once = rule_from_json({"version": 2, "rule": bought("ge", 1)})
    assert list_counted(computed, bought_once) == [1, 2, 3]
    (ledger,) = computed.folder.glob("ledger-*-*")
    shop.execute("DELETE FROM customers_fact WHERE customer_id = 1")
    computed.mark_stale()
    run(computed).close()
    assert not ledger.exists()
    assert list_counted(computed, bought_once) == [2, 3]


def test_one_customer_in_postgres_answers_as_the_population_does(computed: Store, shop: psycopg.Connection) -> None:
    moment = Moment(DAY, ZONE, "CNY")
    for name, (node, wanted) in CASES.items():
        text = postgres_members(rule_from_json({"version": 2, "rule": node}), moment=moment, customer="%(customer)s")
        found = [one for one in range(1, 7) if shop.execute(text.encode(), {"customer": one}).fetchall()]
        assert found == wanted, name


def scheme(node: dict[str, Any], number: int = 7) -> SchemeSpec:
    rule = rule_from_json({"version": 2, "rule": node})
    return SchemeSpec(number, "rule", [ClassSpec(number * 10 + 1, "yes", rule), ClassSpec(number * 10 + 2, "no")],
                      {"default": "no"})  # fmt: skip


def classes(found: Any) -> dict[int, int]:
    return dict(found.work.connection.sql("SELECT customer_id, class_7 FROM customer ORDER BY 1").fetchall())


def test_a_refresh_follows_facts_products_and_days(shop: psycopg.Connection, store: Store) -> None:
    spec = scheme(bought("ge", 2, window={"last": 90}, **OF_CARDS))
    with run(store, [spec]) as first:
        assert classes(first) == {1: 71, 2: 72, 3: 71, 4: 72, 5: 72, 6: 72}
        assert {'"m_' in row[3] for row in first.classes().fetchall()} == {True}
        first.published()
    fact(shop, 6, "purchase", "2026-11-05 10:00+08", {"product": 2}, 10, 1, 900)
    fact(shop, 6, "purchase", "2026-11-06 10:00+08", {"category": "显卡"}, 10)
    with run(store, [spec]) as second:
        assert (second.how, classes(second)[6]) == ("refreshed", 72)
        second.published()
    shop.execute("UPDATE commerce_product SET category = '显卡' WHERE id = 2")
    with run(store, [spec]) as third:
        assert classes(third) == {1: 71, 2: 72, 3: 71, 4: 72, 5: 72, 6: 71}
        assert [row[:3] for row in third.classes().fetchall()] == [(6, 7, 71)]
        third.published()
        before = classes(third)
    later = {"as_of": date(2026, 12, 31), "zone": ZONE, "currency": "CNY", "schemes": [spec]}
    with classify(store, **later) as moved:
        after = classes(moved)
        assert (moved.how, after[1], after[3]) == ("refreshed", 72, 71)  # the window moved on; today's order counts now
    with classify(store, **later, full=True) as full:
        assert classes(full) == after != before


def test_classes_kept_by_hand_and_stays_are_asked_of_the_record(shop: psycopg.Connection, store: Store) -> None:
    shop.execute(
        "INSERT INTO classification_assignment VALUES (1, 3, 31, '2026-10-01+08', '2026-11-01+08'),"
        " (1, 3, 32, '2026-11-01+08', NULL), (2, 3, 31, '2026-11-20+08', NULL), (4, 3, 32, '2026-11-15+08', NULL)"
    )
    member = {"scheme": 3, "classes": [31, 32]}
    with run(store, [scheme(member)]) as found:
        assert classes(found) == {1: 71, 2: 71, 3: 72, 4: 71, 5: 72, 6: 72}
    with run(store, [scheme({**member, "days": 7})]) as found:
        assert classes(found) == {1: 71, 2: 72, 3: 72, 4: 71, 5: 72, 6: 72}
    with run(store, [scheme({**member, "classes": [32], "days": 30})]) as found:
        assert set(classes(found).values()) == {72}
    for node, wanted in ((member, [1, 2, 4]), ({**member, "days": 7}, [1, 4])):
        rule = rule_from_json({"version": 2, "rule": node})
        assert find_members(store, rule) == find_members(store, rule, engine="postgres") == wanted
    shop.execute("UPDATE classification_assignment SET valid_to = now() WHERE customer_id = 4")
    with run(store, [scheme(member)]) as found:
        assert classes(found)[4] == 72


def test_a_preview_counts_rules_about_facts(computed: Store) -> None:
    found = preview(computed, scheme=scheme(bought("ge", 1, **OF_CARDS)))
    assert found.counts == {71: 2, 72: 4}
    assert preview(computed, scheme=scheme(bought("ge", 1)), as_of=date(2026, 11, 1)).counts == {71: 2, 72: 4}


def test_the_preview_beside_the_editor_says_what_the_preview_says(computed: Store) -> None:
    for name, (node, _wanted) in CASES.items():
        rules = [rule_from_json({"version": 2, "rule": one}) for one in (node, bought("ge", 1))]
        classes = [ClassSpec(71, "one", rules[0]), ClassSpec(72, "two", rules[1]), ClassSpec(73, "rest")]
        for default in ("rest", None):
            spec = SchemeSpec(7, "rule", classes, {"default": default})
            said, shown = preview(computed, scheme=spec), preview_rules(computed, scheme=spec)
            assert replace(shown, seconds=0) == replace(said, seconds=0), name


def test_the_last_hours_end_now_in_a_run_and_in_every_question(shop: psycopg.Connection, store: Store) -> None:
    now = datetime.now(UTC)
    noon = f"Etc/GMT{now.hour - 12:+d}"  # where it is about noon: the day does not end during the test
    for customer, ago in ((4, 90), (5, 150), (6, 800)):
        fact(shop, customer, "visit", (now - timedelta(minutes=ago)).isoformat(), {})
    recent = {"fact": "visit", "op": "ge", "value": 1, "window": {"last": 2, "unit": "hour"}}
    spec, rule = scheme(recent), rule_from_json({"version": 2, "rule": recent})
    today = (now + timedelta(hours=12 - now.hour)).date()
    with classify(store, as_of=today, zone=noon, currency="CNY", schemes=[spec], today_counts=True, at=now) as found:
        assert [one for one, class_id in classes(found).items() if class_id == 71] == [4]
    assert find_members(store, rule) == find_members(store, rule, engine="postgres") == [4]
    assert count_rule(store, rule).sample == (4,)
    assert preview(store, scheme=spec).counts == {71: 1, 72: 5}
    cells = simulate(store, before=None, after=spec, schemes=[]).cells
    assert sorted((one.after, one.customers) for one in cells) == [(71, 1), (72, 5)]
