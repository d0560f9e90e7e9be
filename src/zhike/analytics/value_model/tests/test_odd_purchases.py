"""Purchases as real firms have them: each oddity ends in a sentence or in the right figure, never in a wrong one."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from zhike.accounts.public import Organisation
from zhike.analytics.models import CustomerValue, ModelRun
from zhike.analytics.runs.actions import start_run
from zhike.analytics.runs.pages import card_of
from zhike.analytics.runs.running import compute_run
from zhike.analytics.testing import fill_firm
from zhike.customers.testing import make_customer
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 7, 1)
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
NUMBERS = count(1)
FACT = (
    "INSERT INTO customers_fact (customer_id, kind, occurred_at, received_at, channel, amount, currency, refers_kind,"
    " source_key) VALUES (%s, %s, %s, now(), '', %s, %s, '', %s)"
)
type Bought = tuple[int | None, datetime, int, str]


def buy(rows: Iterable[Bought]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(FACT, [
            (who, "return" if amount < 0 else "purchase", at, amount, currency, f"odd:{next(NUMBERS)}")
            for who, at, amount, currency in rows
        ])  # fmt: skip


def run() -> ModelRun:
    started = start_run(analysis="value", as_of=DAY, by=SYSTEM, at=AT)
    compute_run(run_id=started.id)
    return ModelRun.objects.get(id=started.id)


def test_one_customer_is_too_few_and_told_so():
    one = make_customer("Only").pk
    buy([(one, NOON, 100, "CNY"), (one, NOON + timedelta(days=9), 100, "CNY")])
    found = run()
    assert (found.status, found.problem) == ("refused", "无法识别：客户太少（1 个，至少要 10 个）")
    assert found.card["buyers"] == 1


def test_all_on_one_day_means_that_nobody_came_back():
    buy((make_customer(f"C{number}").pk, NOON, 100, "CNY") for number in range(12))
    found = run()
    assert (found.status, found.problem) == ("refused", "无法识别：没有人再次购买")


def test_who_gave_back_more_than_they_bought_has_bought_nothing():
    one, other = make_customer("Back").pk, make_customer("Later").pk
    buy([(one, NOON, 100, "CNY"), (one, NOON, -150, "CNY"), (one, NOON + timedelta(days=2), -50, "CNY")])
    buy([(other, NOON + timedelta(days=90), 100, "CNY")])  # after the day of the run
    found = run()
    assert found.status == "refused"
    assert found.problem.startswith("2026-07-01 之前")
    assert found.problem.endswith("请先导入订单。")


def test_what_is_counted_when_clocks_change_lines_repeat_and_nobody_is_named():
    Organisation.objects.create(id=1, name="Shop", time_zone="Europe/London", currency="GBP")
    one, other = make_customer("London").pk, make_customer("Both").pk
    late = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # the clocks go forward this night: 28 March
    buy([(one, late, 100, "GBP"), (one, late + timedelta(hours=1), 100, "GBP")])  # 29 March, 0:30
    buy([(one, datetime(2026, 3, 29, 22, 59, tzinfo=UTC), 100, "GBP")])  # 29 March, 23:59 in summer time
    buy([(one, datetime(2026, 3, 29, 23, 1, tzinfo=UTC), 100, "GBP")])  # 30 March, 0:01
    with pytest.raises(IntegrityError), transaction.atomic():
        buy([(None, NOON, 900, "GBP")])  # a sale to nobody is an order, and no customer's fact
    buy([(other, NOON, 100, "GBP")] * 2)  # two lines of one order
    buy([(other, NOON + timedelta(days=1), 100, "USD"), (other, DAY_AFTER, 100, "GBP")])
    card = run().card
    assert (card["buyers"], card["purchase_days"], card["repeat_buyers"]) == (2, 3 + 2, 2)
    assert card["other_currencies"] == {"USD": 1}


DAY_AFTER = datetime(2026, 7, 3, 12, tzinfo=UTC)


@pytest.mark.slow
def test_five_accounts_with_5000_purchase_days_are_set_apart_and_other_money_is_not_added():
    people = fill_firm(300, until=DAY)
    accounts = [make_customer(f"Distributor {number}").pk for number in range(5)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_fact (customer_id, kind, occurred_at, received_at, channel, amount, currency,"
            " refers_kind, source_key) SELECT who, 'purchase', %s::timestamptz - day * interval '1 day', now(), '',"
            " 1000, 'CNY', '', 'd:' || who || ':' || day"
            " FROM unnest(%s::bigint[]) AS who, generate_series(1, 5000) AS day",
            [AT, accounts],
        )
    buy((one, NOON, 5000, "USD") for one in people[:7])
    found = run()
    assert (found.status, found.problem) == ("done", "")
    assert found.card["set_apart"]["customers"] == 5
    values = CustomerValue.objects.filter(customer_id__in=accounts)
    assert {one.purchase_days for one in values} == {5000}
    assert all(one.p_alive > 0.99 and one.expected > 200 and one.clv > 0 for one in values)
    with override("en"):
        notes = card_of(found).notes
    assert notes[0].startswith("5 accounts with more than")
    assert "add no amount: USD 7." in notes[1]
