"""A new fact, note or profile of one customer moves that customer at once, as the next run would."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection, connections, transaction
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.classification.assignments.queries import get_metrics
from zhike.classification.evaluation import moving
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.evaluation.at_once import judge_at_once
from zhike.classification.models import Assignment, CustomerMetrics
from zhike.classification.schemes import actions
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.testing import buy, buy_ago, class_keys
from zhike.customers.public import add_fact, change_customer
from zhike.customers.testing import make_customer
from zhike.kit.clock import local_day

pytestmark = pytest.mark.django_db(transaction=True)
Fact = apps.get_model("customers", "Fact")

KEPT_JUDGING = """
SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%classification_judged_at_once%'"""


@pytest.fixture
def today():
    return local_day(now(), get_organisation().time_zone)


@pytest.fixture
def fixed_cuts():
    install_built_in_schemes()
    for key in ("rfm", "value_tier"):
        actions.save_draft(key=key, parameters={"cut_points": "fixed"}, by=SYSTEM, at=now())
        actions.put_draft_in_force(key=key, by=SYSTEM, at=now())


def classify(*, full=False):
    return run_classification(full=full, by=SYSTEM, at=now())


def everything():
    """Return all open classes and figures, as what two ways of judging must agree on."""
    rows = Assignment.objects.filter(valid_to=None).values_list("customer_id", "scheme__key", "to_class__key")
    return sorted(rows), sorted(CustomerMetrics.objects.values_list())


def test_an_order_of_today_counts_today(today):
    one = make_customer("One")
    buy_ago(make_customer("Two"), today, {20: 700_00})
    buy_ago(one, today, {120: 100_00})
    classify()
    assert class_keys("lifecycle")["One"] == "at_risk"
    buy(one, today, 50_00, hour=0)
    assert class_keys("lifecycle")["One"] == "repeat"
    held = Assignment.objects.get(customer=one, scheme__key="lifecycle", valid_to=None)
    assert (held.rule_version, held.source, held.evidence["recency_days"]) == (1, Assignment.Source.MODEL, 0)
    before = Assignment.objects.get(customer=one, scheme__key="lifecycle", to_class__key="at_risk")
    assert (before.valid_to, before.left) == (held.valid_from, Assignment.Left.RULE)
    assert get_metrics(customer_id=one.id).last_day == today
    one.listing.refresh_from_db()
    assert (one.listing.value, one.listing.last_purchase) == (150_00, today)
    assert held.to_class_id in one.listing.classes
    classify()
    assert Assignment.objects.filter(customer=one, scheme__key="lifecycle").count() == 2  # the run had nothing to add


def test_a_profile_edit_moves_the_customer_at_once(today):
    one = make_customer("One", kind="company")
    buy_ago(make_customer("Two", kind="person"), today, {20: 700_00})
    classify()
    assert class_keys("customer_kind")["One"] == "company"
    change_customer(customer_id=one.id, kind="person", by=SYSTEM, at=now())
    assert class_keys("customer_kind")["One"] == "person"


def test_a_late_return_revokes_the_class(today):
    one = make_customer("One")
    buy_ago(make_customer("Two"), today, {20: 700_00})
    buy_ago(one, today, {10: 100_00})
    classify()
    assert class_keys("lifecycle")["One"] == "first_purchase"
    buy_ago(one, today, {10: -100_00})
    assert class_keys("lifecycle")["One"] == "prospect"
    classify()
    assert class_keys("lifecycle")["One"] == "prospect"


def test_before_the_first_run_nothing_is_judged(today):
    buy_ago(make_customer("One"), today, {10: 100_00})
    assert not Assignment.objects.exists()


def test_nothing_moves_while_a_run_writes_and_the_next_run_has_it(today):
    one = make_customer("One")
    buy_ago(one, today, {120: 100_00})
    classify()
    with ThreadPoolExecutor(1) as other, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [moving.WRITE_LOCK])
        try:
            other.submit(lambda: (buy(one, today, 1_00, hour=0), connections.close_all())).result()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [moving.WRITE_LOCK])
    assert class_keys("lifecycle")["One"] == "at_risk"
    assert classify().changed > 0
    assert class_keys("lifecycle")["One"] == "repeat"


def test_fifty_writers_of_one_customer_leave_one_open_class_that_knows_all_of_them(today, fixed_cuts):
    one = make_customer("One")
    buy_ago(make_customer("Two"), today, {20: 700_00})
    buy_ago(one, today, {120: 100_00})
    classify()

    def write(number):
        try:
            buy(one, today - timedelta(days=number), 1_00, hour=1)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(write, range(1, 51)))
    opened = Assignment.objects.filter(customer=one, valid_to=None)
    assert opened.count() == opened.values("scheme").distinct().count()
    assert class_keys("lifecycle")["One"] == "loyal"
    found = get_metrics(customer_id=one.id)
    assert (found.purchase_days, found.frequency, found.monetary) == (51, 51, 150_00)
    held = everything()
    classify(full=True)
    assert everything() == held


def shuffled_facts(today, customers, count, seed):
    """Return facts of the last 500 days in the order in which they arrive: late, some twice, some taken back."""
    chance = random.Random(seed)
    facts = [
        {
            "customer_id": chance.choice(customers).id,
            "amount": chance.choice([100_00, 2_500_00, 30_00, -30_00, -100_00]),
            "occurred_at": datetime.combine(
                today - timedelta(days=int(500 * chance.random() ** 2)),
                time(chance.randrange(24)),
                ZoneInfo("Asia/Shanghai"),
            ).astimezone(UTC),
            "currency": chance.choice(["CNY"] * 9 + ["USD"]),
            "source_key": f"test:{seed}:{number}",
        }
        for number in range(count)
    ]
    facts += chance.sample(facts, count // 10)
    chance.shuffle(facts)
    return [one for one in facts if one["occurred_at"] < now()]


def agree(today, *, customers, facts, classify_every, seed, burst=1):
    people = [make_customer(f"C{number}") for number in range(customers)]
    for place, one in enumerate(people):
        buy_ago(one, today, {place % 300 + 1: 100_00 + place})
    classify()
    arriving = shuffled_facts(today, people, facts, seed)
    for place in range(0, len(arriving), burst):
        arrive(arriving[place : place + burst], together=burst > 1)
        if place % classify_every == classify_every - burst:
            classify()
    at_once = everything()
    run = classify()
    assert (run.changed, everything()) == (0, at_once)
    classify(full=True)
    assert everything() == at_once


def arrive(facts, *, together):
    """Write facts down, once per key; their customers are judged each by itself, or `together`."""
    kinds = ["purchase" if one["amount"] > 0 else "return" for one in facts]
    if together:
        rows = [Fact(kind=kind, received_at=now(), **one) for kind, one in zip(kinds, facts, strict=True)]
        Fact.objects.bulk_create(rows, ignore_conflicts=True)
        judge_at_once(customer_ids=[one["customer_id"] for one in facts], at=now())
        return
    with transaction.atomic():
        for kind, one in zip(kinds, facts, strict=True):
            add_fact(kind=kind, by=SYSTEM, at=now(), **one)


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_repeated_and_late_facts_give_the_classes_of_a_full_run(today, fixed_cuts, seed):
    agree(today, customers=12, facts=150, classify_every=70, seed=seed)


@pytest.mark.slow
def test_ten_thousand_shuffled_facts_give_the_classes_of_a_full_run(today, fixed_cuts):
    """Judged in bursts, as an import's are; the trail of each fact is no part of this."""
    agree(today, customers=300, facts=10_000, classify_every=3_000, seed=3, burst=50)


def test_judging_again_changes_nothing(today):
    one = make_customer("One")
    buy_ago(one, today, {10: 100_00})
    classify()
    held = everything()
    assert judge_at_once(customer_ids=[one.id], at=now()) == 0
    assert everything() == held


def test_its_statements_are_planned_once_and_stay_although_the_jobs_wait_already(today):
    one = make_customer("One")
    buy_ago(one, today, {120: 100_00})
    classify()
    for hour in range(3):
        buy(one, today, 1_00, hour=hour)
    with connection.cursor() as cursor:
        cursor.execute(KEPT_JUDGING)
        assert cursor.fetchall() == [(3, 0)]
