"""A simulation says what a run would have found, on the day and on days past, and leaves everything as it was."""

from datetime import date

import psycopg
import pytest

from zhike.engine.errors import NothingComputed, SchemeWrong
from zhike.engine.rules.ast import Condition, InClass, Op, Rule
from zhike.engine.rules.windows import months_before
from zhike.engine.run import classify
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.simulating import Cell, simulate
from zhike.engine.store.store import Store
from zhike.engine.testing import built_in_schemes, lifecycle_scheme, rfm_scheme, value_tier_scheme

DAY = date(2026, 11, 22)
IN_FORCE = built_in_schemes()


@pytest.fixture
def shop(postgres: psycopg.Connection) -> psycopg.Connection:
    """Thirty customers with one to four purchases in two years, the first ten entered two years ago."""
    for id_ in range(1, 31):
        entered = "2024-01-01" if id_ <= 10 else "2026-11-01"
        postgres.execute("INSERT INTO customers_customer (id, created_at) VALUES (%s, %s)", [id_, entered])
        for turn in range(id_ % 5):
            postgres.execute(
                "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency)"
                " VALUES (%s, 'purchase', timestamptz '2026-11-20 12:00+08' - make_interval(days => %s), %s, 'CNY')",
                [id_, (id_ * 37 + turn * 61) % 700, 1000 * id_ + turn],
            )
    return postgres


def run(store: Store, as_of: date = DAY, schemes: list[SchemeSpec] | None = None) -> dict[int, dict[int, int]]:
    found = classify(store, as_of=as_of, zone="Asia/Shanghai", currency="CNY", schemes=schemes or IN_FORCE)
    with found:
        return {one: dict(counts) for one, counts in found.counts.items()}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (lifecycle_scheme(), lifecycle_scheme(at_risk_days=30, window_days=90)),
        (value_tier_scheme(), value_tier_scheme(cuts=["0.50", "0.75"], window_days=180)),
        (rfm_scheme(), rfm_scheme(window_days=200)),
    ],
)
def test_both_versions_are_counted_as_runs_count_them(
    shop: psycopg.Connection, store: Store, before: SchemeSpec, after: SchemeSpec
) -> None:
    others = [spec for spec in IN_FORCE if spec.id != before.id]
    wanted_after = run(store, schemes=[*others, after])[after.id]
    wanted_before = run(store)[before.id]

    found = simulate(store, before=before, after=after, schemes=IN_FORCE)

    counted: list[dict[int, int]] = [{}, {}]
    for cell in found.cells:
        for side, key in zip(counted, (cell.before, cell.after), strict=True):
            if key is not None:
                side[key] = side.get(key, 0) + cell.customers
    assert counted == [{k: v for k, v in one.items() if v} for one in (wanted_before, wanted_after)]
    assert found.customers == 30


def test_months_are_what_runs_would_have_found_then(shop: psycopg.Connection, store: Store) -> None:
    shop.execute("UPDATE customers_customer SET created_at = '2024-01-01'")
    run(store)
    found = simulate(store, before=None, after=lifecycle_scheme(), schemes=IN_FORCE, months=3)

    assert [one.as_of for one in found.months] == [
        date(2026, 8, 22), date(2026, 9, 22), date(2026, 10, 22), date(2026, 11, 22),
    ]  # fmt: skip
    for month in found.months:
        counts = run(store, as_of=month.as_of)[1]
        assert month.after.customers == {key: count for key, count in counts.items() if count}
        assert month.before.customers == {None: 30}
    assert [month.after.both for month in found.months] == [0, 30, 30, 30]
    assert all(0 < month.after.stayed <= 30 for month in found.months[1:])


def test_who_was_not_known_yet_is_left_out_of_past_months(shop: psycopg.Connection, store: Store) -> None:
    shop.execute("DELETE FROM customers_fact WHERE customer_id > 10")
    run(store)

    found = simulate(store, before=None, after=lifecycle_scheme(), schemes=IN_FORCE, months=2)

    assert [sum(one.after.customers.values()) for one in found.months] == [10, 10, 30]
    assert [one.after.both for one in found.months] == [0, 10, 10]


def test_the_same_version_moves_nobody_even_with_fixed_cuts(shop: psycopg.Connection, store: Store) -> None:
    fixed = [lifecycle_scheme(), value_tier_scheme(cut_points="fixed"), rfm_scheme(cut_points="fixed")]
    run(store, schemes=fixed)
    shop.execute(
        "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency)"
        " VALUES (5, 'purchase', '2026-11-01 12:00+08', 99000, 'CNY')"
    )
    run(store, schemes=fixed)
    for spec in fixed:
        found = simulate(store, before=spec, after=spec, schemes=fixed)
        assert [cell for cell in found.cells if cell.before != cell.after] == []


def test_rules_that_ask_for_classes_and_scores_are_judged_on_the_day(shop: psycopg.Connection, store: Store) -> None:
    rules: list[Rule] = [InClass(1, (105,)), Condition("rfm_m", Op.EQ, 5)]
    asking = SchemeSpec(9, "rule", [ClassSpec(91 + place, str(place), rule) for place, rule in enumerate(rules)], {})
    run(store, schemes=[*IN_FORCE, asking])
    found = simulate(store, before=None, after=asking, schemes=IN_FORCE, months=5)

    for month in (found.months[0], found.months[-1]):
        counts = run(store, as_of=month.as_of, schemes=[*IN_FORCE, asking])[9]
        assert {key: month.after.customers.get(key, 0) for key in (91, 92)} == counts
        assert all(counts.values())


def test_examples_are_those_with_the_most_revenue(shop: psycopg.Connection, store: Store) -> None:
    rich = SchemeSpec(9, "rule", [ClassSpec(91, "rich", Condition("monetary", Op.GE, 1_000_000))], {})
    poor = SchemeSpec(9, "rule", [ClassSpec(91, "rich", Condition("monetary", Op.GE, 50_000))], {})
    run(store)
    found = simulate(store, before=rich, after=poor, schemes=IN_FORCE)

    move = next(cell for cell in found.cells if cell.before != cell.after)
    assert (move.before, move.after) == (None, 91)
    monetary = dict(
        shop.execute(
            "SELECT customer_id, sum(amount) FROM customers_fact WHERE occurred_at >= timestamptz '2025-11-22 00:00+08'"
            " GROUP BY 1 HAVING sum(amount) >= 50000"
        ).fetchall()
    )
    assert list(move.examples) == sorted(monetary, key=lambda one: (-monetary[one], one))
    assert (move.customers, move.revenue) == (len(monetary), sum(monetary.values()))


def test_progress_is_told_and_whoever_hears_it_may_stop(shop: psycopg.Connection, store: Store) -> None:
    class Stop(Exception):
        pass

    def told(done: int, steps: int) -> None:
        heard.append((done, steps))
        if done == 3:
            raise Stop

    heard: list[tuple[int, int]] = []
    run(store)
    with pytest.raises(Stop):
        simulate(store, before=None, after=lifecycle_scheme(), schemes=IN_FORCE, months=3, told=told)
    assert heard == [(0, 5), (1, 5), (2, 5), (3, 5)]


def test_before_the_first_run_and_with_a_wrong_version_it_is_refused(shop: psycopg.Connection, store: Store) -> None:
    with pytest.raises(NothingComputed):
        simulate(store, before=None, after=lifecycle_scheme(), schemes=[])
    run(store)
    with pytest.raises(SchemeWrong):
        simulate(store, before=None, after=lifecycle_scheme(at_risk_days=0), schemes=[])


def test_a_month_earlier_than_the_last_of_a_long_month() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)
    assert Cell(1, 2, 3, 4).examples == ()
