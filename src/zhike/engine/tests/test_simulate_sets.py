"""Classes that overlap, simulated and previewed in one pass: the figures are those of runs, customer by customer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import psycopg
import pytest

from zhike.engine import held_sets
from zhike.engine.live import preview_rule_sets
from zhike.engine.preview import preview_sets
from zhike.engine.rules.ast import Condition, InClass, Op, Rule
from zhike.engine.run import classify
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.simulating_sets import simulate_sets
from zhike.engine.store.store import Store
from zhike.engine.testing import built_in_schemes

DAY = date(2026, 11, 22)
IN_FORCE = built_in_schemes()
RULES = [Condition("monetary", Op.GE, 20_000), Condition("recency_days", Op.LE, 120), InClass(1, (105, 104))]

type Held = dict[int, set[int]]


def tracks(rules: Sequence[Rule], first: int = 900) -> list[SchemeSpec]:
    return [
        SchemeSpec(-first - place, "rule", [ClassSpec(first + place, str(place), rule)])
        for place, rule in enumerate(rules)
    ]


@pytest.fixture
def shop(postgres: psycopg.Connection) -> psycopg.Connection:
    """Forty customers with up to four purchases in two years."""
    for id_ in range(1, 41):
        postgres.execute("INSERT INTO customers_customer (id, created_at) VALUES (%s, '2024-01-01')", [id_])
        for turn in range(id_ % 5):
            postgres.execute(
                "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency)"
                " VALUES (%s, 'purchase', timestamptz '2026-11-20 12:00+08' - make_interval(days => %s), %s, 'CNY')",
                [id_, (id_ * 37 + turn * 61) % 700, 1000 * id_ + turn],
            )
    return postgres


def held_on(store: Store, schemes: Sequence[SchemeSpec], as_of: date = DAY) -> Held:
    """Return customer → classes as a run of that day finds them."""
    wanted = [*IN_FORCE, *schemes]
    with classify(store, as_of=as_of, zone="Asia/Shanghai", currency="CNY", schemes=wanted, full=True) as found:
        rows = found.classes(everyone=True).fetchall()
        ids = {id_ for id_, *_ in found.metrics(everyone=True).fetchall()}
    held: Held = {id_: set() for id_ in ids}
    for id_, scheme_id, class_id, *_ in rows:
        if class_id is not None and scheme_id < 0:
            held[id_].add(class_id)
    return held


def counted(held: Held) -> dict[int | None, int]:
    found: dict[int | None, int] = {}
    for keys in held.values():
        for key in keys or {None}:
            found[key] = found.get(key, 0) + 1
    return found


def changes(before: Held, after: Held) -> dict[tuple[int | None, int | None], set[int]]:
    found: dict[tuple[int | None, int | None], set[int]] = {}
    for id_, keys in before.items():
        for key in keys | after[id_]:
            way = (key if key in keys else None, key if key in after[id_] else None)
            found.setdefault(way, set()).add(id_)
    return found


def test_who_stays_enters_and_leaves_each_class_and_what_overlaps(shop: psycopg.Connection, store: Store) -> None:
    now, tried = (
        tracks(RULES),
        tracks([Condition("monetary", Op.GE, 45_000), *RULES[1:], Condition("frequency", Op.EQ, 1)]),
    )
    then = held_on(store, tried)
    before = held_on(store, now)

    found = simulate_sets(store, before=now, after=tried, schemes=[*IN_FORCE, *now])

    wanted = changes(before, then)
    assert {(one.before, one.after): one.customers for one in found.cells} == {
        way: len(ids) for way, ids in wanted.items()
    }
    for cell in found.cells:
        assert set(cell.examples) == (wanted[cell.before, cell.after] if cell.before != cell.after else set())
    assert found.customers == 40
    assert found.sets is not None
    assert found.sets.changed[0] == sum(before[id_] != then[id_] for id_ in before) > 0
    assert [one[0] for one in found.sets.outside] == [
        sum(not keys for keys in held.values()) for held in (before, then)
    ]
    pairs = {(one.one, one.two): (one.before, one.after) for one in found.sets.overlaps}
    for one, two in combinations([spec.classes[0].id for spec in tried], 2):
        both = tuple(sum({one, two} <= keys for keys in held.values()) for held in (before, then))
        assert pairs.get((one, two), (0, 0)) == both
    assert {one.classes: (one.before, one.after) for one in found.sets.depths} == {
        count: both
        for count in range(5)
        if any(both := tuple(sum(len(keys) == count for keys in held.values()) for held in (before, then)))
    }


def test_months_are_what_runs_would_have_found_then(shop: psycopg.Connection, store: Store) -> None:
    specs = tracks(RULES)
    held_on(store, specs)
    found = simulate_sets(store, before=[], after=specs, schemes=[*IN_FORCE, *specs], months=3)

    then = [held_on(store, specs, one.as_of) for one in found.months]
    for place, (month, held) in enumerate(zip(found.months, then, strict=True)):
        assert month.after.customers == counted(held)
        assert month.before.customers == {None: 40}
        if place:
            earlier = then[place - 1]
            assert (month.after.stayed, month.after.both) == (sum(earlier[id_] == held[id_] for id_ in held), 40)
            assert month.after.kept == {
                key: (sum(key in keys for keys in earlier.values()), sum(key in earlier[i] & held[i] for i in held))
                for key in {each for keys in earlier.values() for each in keys}
            }
    assert found.months[-1].revenue == found.revenue > 0


def test_the_preview_is_the_same_in_one_pass(shop: psycopg.Connection, store: Store) -> None:
    now, tried = tracks(RULES), tracks([*RULES[:2], Condition("frequency", Op.EQ, 1)])
    then, before = held_on(store, tried), held_on(store, now)

    found = preview_sets(store, schemes=tried)
    shown = preview_rule_sets(store, schemes=tried)
    assert replace(shown, seconds=0, sets=None) == replace(found, seconds=0, sets=None)
    assert found.sets
    assert shown.sets
    assert (shown.sets.outside[1][0], shown.sets.changed[0]) == (found.sets.outside[1][0], found.sets.changed[0])

    assert found.counts == {spec.classes[0].id: counted(then).get(spec.classes[0].id, 0) for spec in tried}
    assert found.moves == {way: len(ids) for way, ids in changes(before, then).items()}
    assert (found.customers, found.moved) == (40, sum(before[id_] != then[id_] for id_ in before))
    past = preview_sets(store, schemes=now[:2], as_of=date(2026, 5, 1))
    assert preview_rule_sets(store, schemes=now[:2], as_of=date(2026, 5, 1)).moves == past.moves
    wanted = counted(held_on(store, now[:2], date(2026, 5, 1)))
    assert past.counts == {spec.classes[0].id: wanted.get(spec.classes[0].id, 0) for spec in now[:2]}


def test_without_a_class_everybody_is_in_none(shop: psycopg.Connection, store: Store) -> None:
    held_on(store, [])
    found = simulate_sets(store, before=[], after=[], schemes=IN_FORCE, months=1)
    assert (found.cells, found.customers, found.sets and found.sets.outside[1][0]) == ([], 40, 40)
    assert preview_sets(store, schemes=[]).customers == preview_rule_sets(store, schemes=[]).customers == 40


def test_more_classes_than_a_number_has_bits(shop: psycopg.Connection, store: Store) -> None:
    rules: list[Rule] = [Condition("monetary", Op.GE, 1000 * place) for place in range(held_sets.BITS + 5)]
    specs = tracks(rules)
    held_on(store, [])
    found = simulate_sets(store, before=[], after=specs, schemes=IN_FORCE)
    amounts = [amount for (amount,) in shop.execute(
        "SELECT coalesce(sum(amount) FILTER (WHERE occurred_at >= '2025-11-22 00:00+08'), 0) FROM customers_customer c"
        " LEFT JOIN customers_fact f ON f.customer_id = c.id GROUP BY c.id"
    ).fetchall()]  # fmt: skip
    wanted = {900 + place: sum(one >= 1000 * place for one in amounts) for place in range(len(rules))}
    assert {one.after: one.customers for one in found.cells} == {key: count for key, count in wanted.items() if count}
    assert found.sets is not None
    deepest = max(found.sets.depths, key=lambda one: one.classes)
    assert deepest.classes > held_sets.BITS


def test_a_tally_of_nobody_is_empty() -> None:
    names = [name for side in ("before", "after") for name in held_sets.word_names(side, 3)]
    empty = dict.fromkeys([*names, "customers", "revenue"], np.zeros(0, dtype=np.int64))
    assert held_sets.tally(empty, [1, 2, 3]).customers == 0
