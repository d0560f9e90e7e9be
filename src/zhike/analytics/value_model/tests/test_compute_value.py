from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from zhike.analytics.models import CustomerValue, ModelRun
from zhike.analytics.runs.actions import start_run
from zhike.analytics.runs.running import compute_run
from zhike.analytics.testing import fill_firm
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 7, 1)
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)


def run() -> ModelRun:
    started = start_run(analysis="value", as_of=DAY, by=SYSTEM, at=AT)
    compute_run(run_id=started.id)
    return ModelRun.objects.get(id=started.id)


def give_back(customer: int, amount: int) -> None:
    """Write a return on a day of its own, a month before DAY."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_fact (customer_id, kind, occurred_at, received_at, channel, amount, currency,"
            " refers_kind, source_key) VALUES (%s, 'return', '2026-06-01 03:00+08', now(), '', %s, 'CNY', '', 'back')",
            [customer, -amount],
        )


def net_amounts(ids: list[int], since: date = date(2000, 1, 1)) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(amount)::bigint FROM customers_fact WHERE customer_id = ANY(%s)"
            " AND (occurred_at AT TIME ZONE 'Asia/Shanghai')::date >= %s GROUP BY customer_id ORDER BY customer_id",
            [ids, since],
        )
        return [row[0] for row in cursor.fetchall()]


def test_every_buyer_has_a_value_and_the_card_says_how_well_it_was_predicted():
    ids = fill_firm(400, until=DAY)
    give_back(ids[0], 7_000)
    found = run()
    assert (found.status, found.in_use, found.problem, found.customers) == ("done", True, "", 400)
    values = list(CustomerValue.objects.filter(run=found).order_by("customer_id"))
    assert [one.customer_id for one in values] == ids
    card = found.card
    assert card["chosen"] in {"bgnbd", "mbgnbd", "paretonbd", "nbd"}
    assert [one["model"] for one in card["models"]] == ["bgnbd", "mbgnbd", "paretonbd", "nbd"]
    best = next(one for one in card["models"] if one["model"] == card["chosen"])
    assert set(best["parameters"]) == set(best["standard_errors"])
    assert best["holdout"]["mae"] < card["held_out"]["naive"]["mae"]
    assert sum(one["customers"] for one in card["held_out"]["bands"]) == card["held_out"]["customers"]
    assert all(one.clv is not None and one.clv_low <= one.clv_high for one in values)
    assert [one.past for one in values] == net_amounts(ids)  # what was given back on another day is taken off
    assert all(one.past_year <= one.past for one in values)
    assert values[0].past_year == net_amounts(ids[:1], since=DAY - timedelta(days=365))[0]
    assert {one.potential for one in values} == {None}  # nobody bought one of our products
    lately = [one.p_alive for one in values if one.purchase_days > 5 and (DAY - one.last_day).days < 10]
    long_ago = [one.p_alive for one in values if one.purchase_days > 5 and (DAY - one.last_day).days > 200]
    assert min(lately) > max(long_ago)


def test_where_nobody_comes_back_there_is_a_sentence_and_no_number():
    fill_firm(50, until=DAY, returning=False)
    found = run()
    assert (found.status, found.problem) == ("refused", "无法识别：没有人再次购买")
    assert not CustomerValue.objects.exists()
    assert found.card["chosen"] is None


def test_without_orders_the_run_says_what_to_do():
    found = run()
    assert found.status == "refused"
    assert found.problem.startswith("2026-07-01 之前")
    assert found.problem.endswith("请先导入订单。")
