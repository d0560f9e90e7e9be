"""Runs, results and previews as the rest of the product meets them."""

import json
from datetime import date

import psycopg
import pytest

from zhike.engine.errors import EngineBusy, NothingComputed, RuleWrong, SchemeCircle, SchemeWrong
from zhike.engine.population import find_members
from zhike.engine.preview import preview
from zhike.engine.result import Result
from zhike.engine.rules.ast import Condition, InClass, Op, Rule
from zhike.engine.run import classify
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.store.store import Store
from zhike.engine.testing import attribute_scheme, built_in_schemes, class_counts, lifecycle_scheme, rfm_scheme

DAY = date(2026, 11, 22)


@pytest.fixture
def shop(postgres: psycopg.Connection) -> psycopg.Connection:
    """Five customers: never bought; once, 10 days ago; twice, 200 days apart; 100 days ago; returned all."""
    cities = ["", "110100", "110100", "310100", "440300"]
    for id_, city in enumerate(cities, start=1):
        postgres.execute("INSERT INTO customers_customer (id, city) VALUES (%s, %s)", [id_, city])
    buy(postgres, 2, "2026-11-12 12:00+08", 10_000)
    buy(postgres, 3, "2026-04-05 12:00+08", 5_000)
    buy(postgres, 3, "2026-11-20 12:00+08", 20_000)
    buy(postgres, 4, "2026-08-14 12:00+08", 3_000)
    buy(postgres, 5, "2026-11-01 12:00+08", 9_000)
    buy(postgres, 5, "2026-11-01 15:00+08", -9_000, "return")
    return postgres


def buy(postgres: psycopg.Connection, customer: int, at: str, amount: int, kind: str = "purchase") -> None:
    postgres.execute(
        "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency) VALUES (%s, %s, %s, %s, 'CNY')",
        [customer, kind, at, amount],
    )


def run(store: Store, *schemes: SchemeSpec, as_of: date = DAY, full: bool = False) -> Result:
    found = schemes or tuple(built_in_schemes())
    return classify(store, as_of=as_of, zone="Asia/Shanghai", currency="CNY", schemes=found, full=full)


def test_each_customer_has_a_class_and_the_values_that_decided(shop: psycopg.Connection, store: Store) -> None:
    with run(store) as found:
        metrics = {row[0]: row[1:] for row in found.metrics().fetchall()}
        classes = {
            (one, scheme): (class_id, json.loads(why)) for one, scheme, class_id, why in found.classes().fetchall()
        }
        keys = {one.id: one.key for spec in found.setting.schemes for one in spec.classes}

    assert metrics[1] == (None, None, None, 0, 0, 0, None, None, None)
    assert metrics[3][:6] == (date(2026, 4, 5), date(2026, 11, 20), date(2026, 4, 5), 2, 2, 25_000)
    assert metrics[5][:6] == (None, None, None, 0, 0, 0)
    assert [keys[classes[one, 1][0]] for one in range(1, 6)] == [
        "prospect", "first_purchase", "won_back", "at_risk", "prospect",
    ]  # fmt: skip
    assert classes[3, 1][1] == {
        "as_of": "2026-11-22", "recency_days": 2, "gap_days": 229, "purchase_days_total": 2, "frequency": 2,
    }  # fmt: skip
    assert [keys.get(classes[one, 2][0]) for one in range(1, 6)] == [None, "A", "A", "B", None]
    assert classes[4, 2][1] == {"as_of": "2026-11-22", "monetary": 3_000, "cuts": [10_000, 3_000]}
    assert classes[3, 3][1]["rfm_r"] == 5


def test_a_day_begins_at_the_organisations_midnight(shop: psycopg.Connection, store: Store) -> None:
    buy(shop, 1, "2026-11-21 23:59:59+08", 100)
    buy(shop, 4, "2026-11-22 00:00:00+08", 100)

    with run(store) as found:
        last = dict(found.work.connection.sql("SELECT customer_id, last_day FROM customer").fetchall())

    assert (last[1], last[4]) == (date(2026, 11, 21), date(2026, 8, 14))


def test_a_purchase_in_another_currency_counts_as_a_day_not_as_money(shop: psycopg.Connection, store: Store) -> None:
    shop.execute("INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency) VALUES"
                 " (1, 'purchase', '2026-11-20 12:00+08', 700, 'USD')")  # fmt: skip

    with run(store) as found:
        (row,) = (one for one in found.metrics().fetchall() if one[0] == 1)

    assert row[1:7] == (date(2026, 11, 20), date(2026, 11, 20), None, 1, 1, 0)


def test_customers_by_city_and_the_values_that_no_class_names(shop: psycopg.Connection, store: Store) -> None:
    city = attribute_scheme(9, "city", ("110100", "unknown", "310100"))

    with run(store, city) as found:
        assert class_counts(found, 9) == {"110100": 2, "unknown": 1, "310100": 1}
        assert found.unmatched == {9: {"440300": 1}}


def rule_scheme(id: int, *rules: Rule | None, default: str = "") -> SchemeSpec:
    classes = tuple(ClassSpec(id * 100 + place, f"c{place}", rule) for place, rule in enumerate(rules))
    return SchemeSpec(id, "rule", classes, {"default": default} if default else {})


def test_the_first_rule_that_is_met_decides(shop: psycopg.Connection, store: Store) -> None:
    active = rule_scheme(7, Condition("monetary", Op.GE, 25_000), Condition("monetary", Op.GT, 0), None, default="c2")
    lost_or_big = rule_scheme(6, InClass(7, (700,)))

    with run(store, lost_or_big, active) as found:
        assert class_counts(found, 7) == {"c0": 1, "c1": 2, "c2": 2}
        assert class_counts(found, 6) == {"c0": 1}
        why = {row[0]: row[3] for row in found.classes().fetchall() if row[1] == 7}
    assert json.loads(why[3]) == {"as_of": "2026-11-22", "monetary": 25_000}


def test_schemes_that_ask_each_other_are_refused(shop: psycopg.Connection, store: Store) -> None:
    with pytest.raises(SchemeCircle):
        run(store, rule_scheme(6, InClass(7, (700,))), rule_scheme(7, InClass(6, (600,))))
    with pytest.raises(SchemeWrong):
        run(store, lifecycle_scheme(at_risk_days=200))
    with pytest.raises(SchemeWrong):
        run(store, attribute_scheme(9, "password", ("x",)))
    with pytest.raises(RuleWrong):
        run(store, rule_scheme(6, Condition("shoe_size", Op.EQ, 43)))
    assert store.manifest() is None


def test_deleted_facts_are_forgotten_after_a_mark(shop: psycopg.Connection, store: Store) -> None:
    run(store).close()
    shop.execute("DELETE FROM customers_fact WHERE customer_id = 2")
    shop.execute("DELETE FROM customers_customer WHERE id = 1")
    store.mark_stale()

    with run(store) as found:
        assert (found.how, found.customers) == ("full", 4)
        assert class_counts(found, 1)["prospect"] == 2
        files = f"read_parquet('{store.folder}/*/**/*.parquet', union_by_name = true)"
        left = found.work.connection.sql(
            f"SELECT customer_id, kind FROM {files} WHERE customer_id IN (1, 2)"
        ).fetchall()
        assert left == [(2, "person")]  # the one without facts; the other is in no file
        assert found.work.connection.sql("FROM person WHERE customer_id = 1").fetchall() == []
    assert len(list(store.folder.glob("*.duckdb*"))) == 1
    with run(store) as found:
        assert found.how == "unchanged"


def test_fixed_cut_points_stay_until_the_scheme_changes(shop: psycopg.Connection, store: Store) -> None:
    fixed = rfm_scheme(cut_points="fixed")
    with run(store, fixed) as found:
        first = found.points.rfm[3]
    for customer in (1, 2, 3):
        buy(shop, customer, "2026-11-21 12:00+08", 1_000_000)
    for full in (False, True):
        with run(store, fixed, full=full) as found:
            assert found.points.rfm[3] == first
    with run(store, rfm_scheme()) as found:
        assert found.points.rfm[3] != first


def test_a_preview_tells_what_applying_would_do(shop: psycopg.Connection, store: Store) -> None:
    with run(store) as found:
        keys = {one.key: one.id for one in found.setting.schemes[0].classes}
    stricter = lifecycle_scheme(at_risk_days=5, window_days=30)

    with store.lock():  # a run is under way
        seen = preview(store, scheme=stricter)

    assert seen.moves == {
        (keys["prospect"], keys["prospect"]): 2,
        (keys["first_purchase"], keys["at_risk"]): 1,
        (keys["won_back"], keys["won_back"]): 1,
        (keys["at_risk"], keys["at_risk"]): 1,
    }
    assert (seen.moved, seen.customers) == (1, 5)
    with run(store, stricter) as applied:
        assert applied.counts[1] == seen.counts


@pytest.mark.parametrize("as_of", [DAY, date(2026, 5, 1)])
def test_a_preview_equals_a_run_of_that_day(shop: psycopg.Connection, store: Store, as_of: date) -> None:
    run(store).close()
    rule = rule_scheme(8, Condition("recency_days", Op.LE, 30), Condition("frequency", Op.EQ, 0))
    wanted = [*built_in_schemes(), rule, rfm_scheme(9, window_days=90, score_count=3)]
    seen = {spec.id: preview(store, scheme=spec, as_of=as_of).counts for spec in wanted}

    with run(store, *wanted, as_of=as_of) as found:
        assert seen == found.counts


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_figures_that_rules_ask_for_count_in_365_days_whatever_the_types_count_in(
    shop: psycopg.Connection, store: Store, engine: str
) -> None:
    asked = {"frequency": 2, "monetary": 25_000, "average_order": 12_500}  # customer 3 bought 231 and 2 days ago
    with run(store, rfm_scheme(9, window_days=30), lifecycle_scheme(window_days=730)) as found:
        assert found.metrics().fetchall()[2][4:7] == (2, 2, 25_000)
    for trait, value in asked.items():
        assert find_members(store, Condition(trait, Op.EQ, value), engine=engine) == [3], trait


def test_a_preview_before_the_first_run_is_refused(store: Store) -> None:
    with pytest.raises(NothingComputed):
        preview(store, scheme=lifecycle_scheme())


def test_a_full_run_beside_an_open_result_and_a_preview(shop: psycopg.Connection, store: Store) -> None:
    with run(store) as first:
        buy(shop, 1, "2026-11-20 12:00+08", 500)
        with run(store, full=True) as second:
            assert (second.how, second.changed_metrics) == ("full", 5)  # none was published
            assert preview(store, scheme=lifecycle_scheme()).moved == 0
            assert len(first.metrics().fetchall()) == 5


def test_rows_come_as_csv_for_copy(shop: psycopg.Connection, store: Store) -> None:
    with run(store, lifecycle_scheme()) as found:
        parts: list[bytes] = []
        assert found.copy_classes(parts.append) == 5
    first = sorted(b"".join(parts).decode().splitlines())[0]
    assert first.startswith("1,1,100,")


def test_a_second_run_can_decline_to_wait(store: Store) -> None:
    with store.lock(), pytest.raises(EngineBusy), Store(store.folder, "").lock(wait=False):
        pass


def test_what_an_earlier_version_computed_is_not_read_and_the_next_run_makes_it_anew(
    shop: psycopg.Connection, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(store).close()
    for module in ("work", "stages.setting"):
        monkeypatch.setattr(f"zhike.engine.{module}.VERSION", 999)
    with pytest.raises(NothingComputed):
        preview(store, scheme=lifecycle_scheme())
    with run(store) as result:
        assert result.how == "full"
    assert preview(store, scheme=lifecycle_scheme()).customers == 5
