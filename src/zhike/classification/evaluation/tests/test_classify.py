"""Exact classes of a tiny firm, at and around every threshold."""

from datetime import date, timedelta

import pytest

from zhike.accounts.public import SYSTEM
from zhike.classification.errors import DayInFuture
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.models import Assignment, ClassifyRun, CustomerMetrics
from zhike.classification.testing import buy, buy_ago, class_keys, classify_as_of
from zhike.customers.testing import make_customer
from zhike.kit.clock import day_start

D = date(2026, 6, 30)
pytestmark = pytest.mark.django_db(transaction=True)


def test_lifecycle_at_its_thresholds():
    wanted = {
        "never": ({}, "prospect"),
        "90 days": ({90: 100}, "first_purchase"),
        "91 days": ({91: 100}, "at_risk"),
        "180 days": ({180: 100}, "at_risk"),
        "181 days": ({181: 100}, "lost"),
        "gap of 180": ({10: 100, 190: 100}, "repeat"),
        "gap of 181": ({10: 100, 191: 100}, "won_back"),
        "three days": ({10: 1, 20: 1, 30: 1}, "repeat"),
        "four days": ({10: 1, 20: 1, 30: 1, 40: 1}, "loyal"),
        "fourth at the window's edge": ({10: 1, 20: 1, 30: 1, 365: 1}, "loyal"),
        "fourth before the window": ({10: 1, 20: 1, 30: 1, 366: 1}, "repeat"),
        "on the day itself": ({0: 100}, "prospect"),
        "only returns": ({5: -100}, "prospect"),
    }
    for name, (purchases, _) in wanted.items():
        buy_ago(make_customer(name), D, purchases)
    given_back = make_customer("given back the same day")
    buy(given_back, D - timedelta(days=3), 500, hour=9)
    buy(given_back, D - timedelta(days=3), -500, hour=17)
    run = classify_as_of(D)
    assert class_keys("lifecycle") == {
        **{name: key for name, (_, key) in wanted.items()},
        "given back the same day": "prospect",
    }
    assert run.report["customers"] == 14
    assert run.report["as_of"] == "2026-06-30"
    assert run.report["schemes"]["lifecycle"] == {
        "prospect": 4, "first_purchase": 1, "repeat": 3, "loyal": 2, "at_risk": 2, "lost": 1, "won_back": 1,
    }  # fmt: skip


def test_a_day_is_the_organisations():
    early, late = make_customer("first minute"), make_customer("last minute of the day before")
    buy(early, D, 100, hour=0)  # 16:00 UTC of the day before
    buy(late, D - timedelta(days=1), 100, hour=23)
    classify_as_of(D)
    assert class_keys("lifecycle") == {"first minute": "prospect", "last minute of the day before": "first_purchase"}


def test_value_tier_by_the_share_before_the_own_group():
    for name, amount in {"fifty": 50, "thirty": 30, "ten": 10, "ten too": 10, "nothing": 0, "minus": -5}.items():
        if amount:
            buy_ago(make_customer(name), D, {10: amount * 100})
        else:
            make_customer(name)
    classify_as_of(D)
    assert class_keys("value_tier") == {"fifty": "A", "thirty": "A", "ten": "B", "ten too": "B"}


def test_value_tier_c_begins_at_95_percent():
    for name, amount in {"eighty": 80, "fifteen": 15, "five": 5}.items():
        buy_ago(make_customer(name), D, {10: amount * 100})
    run = classify_as_of(D)
    assert class_keys("value_tier") == {"eighty": "A", "fifteen": "B", "five": "C"}
    assert run.report["schemes"]["value_tier"] == {"A": 1, "B": 1, "C": 1}


def test_rfm_scores_rank_with_ties_together():
    for name, days, times, amount in (
        ("best", 10, 5, 500), ("good", 20, 4, 400), ("tied", 20, 4, 400), ("weak", 40, 2, 200), ("worst", 300, 1, 100),
    ):  # fmt: skip
        customer = make_customer(name)
        for number in range(times):
            buy(customer, D - timedelta(days=days + number), amount * 100)
    classify_as_of(D)
    scores = {
        one.customer.name: (one.rfm_r, one.rfm_f, one.rfm_m)
        for one in CustomerMetrics.objects.select_related("customer")
    }
    assert scores == {
        "best": (5, 5, 5), "good": (4, 4, 4), "tied": (4, 4, 4), "weak": (2, 2, 2), "worst": (1, 1, 1),
    }  # fmt: skip
    assert class_keys("rfm") == {
        "best": "important_value", "good": "important_value", "tied": "important_value",
        "weak": "ordinary_retain", "worst": "ordinary_retain",
    }  # fmt: skip


def test_regions_kinds_and_sizes_come_from_the_profile():
    make_customer("home", country="CN", place="浙江省杭州市", employees=1000)
    make_customer("abroad", country="DE", employees=19)
    make_customer("somewhere", kind="person")
    run = classify_as_of(D)
    assert class_keys("market") == {"home": "domestic", "abroad": "abroad", "somewhere": "unknown"}
    assert class_keys("country") == {"home": "CN", "abroad": "DE", "somewhere": "unknown"}
    assert class_keys("province") == {"home": "330000", "abroad": "unknown", "somewhere": "unknown"}
    assert class_keys("customer_kind") == {"home": "company", "abroad": "company", "somewhere": "person"}
    assert class_keys("scale") == {"home": "large", "abroad": "micro"}
    assert run.report["schemes"]["scale"] == {"large": 1, "medium": 0, "small": 0, "micro": 1}


def test_running_again_writes_nothing():
    customer = make_customer("one")
    buy_ago(customer, D, {10: 100})
    first = classify_as_of(D)
    before = list(Assignment.objects.order_by("scheme_id").values())
    assert first.changed == len(before) > 0
    assert classify_as_of(D).changed == 0
    assert classify_as_of(D, full=True).changed == 0
    assert list(Assignment.objects.order_by("scheme_id").values()) == before


def test_only_what_moved_is_written():
    buy_ago(make_customer("mover"), D, {90: 100})
    buy_ago(make_customer("stayer"), D, {10: 100})
    classify_as_of(D)
    run = classify_as_of(D + timedelta(days=1))
    rows = Assignment.objects.filter(scheme__key="lifecycle", customer__name="mover").order_by("valid_from")
    assert [(one.to_class.key, one.valid_to is None) for one in rows] == [("first_purchase", False), ("at_risk", True)]
    assert rows[0].valid_to == rows[1].valid_from
    assert Assignment.objects.filter(scheme__key="lifecycle", customer__name="stayer").count() == 1
    assert run.changed == 1


@pytest.mark.slow
def test_an_earlier_day_gives_what_it_would_have_given_then():
    buy_ago(make_customer("mover"), D, {60: 100})
    buy_ago(make_customer("returner"), D, {20: 100, 300: 100})
    for days in (100, 50, 0):
        classify_as_of(D - timedelta(days=days))
    undisturbed = _history()
    classify_as_of(D + timedelta(days=40))
    assert _history() != undisturbed
    classify_as_of(D)
    assert _history() == undisturbed
    assert classify_as_of(D).changed == 0


def test_of_two_runs_that_queued_the_one_asked_for_earlier_may_come_second():
    customer = make_customer("shop")
    asked = day_start(D, "Asia/Shanghai") + timedelta(hours=9)
    run_classification(by=SYSTEM, at=asked)
    buy_ago(customer, D, {3: 100})
    run = run_classification(by=SYSTEM, at=asked - timedelta(seconds=1))
    assert run.judged_at > asked
    assert class_keys("lifecycle") == {"shop": "first_purchase"}


def test_a_day_in_the_future_is_refused_and_changes_nothing():
    make_customer("one")
    with pytest.raises(DayInFuture, match="2999-01-01"):
        classify_as_of(date(2999, 1, 1))
    assert not ClassifyRun.objects.exists()
    assert not Assignment.objects.exists()


def test_the_list_shows_classes_and_value():
    customer = make_customer("one")
    buy_ago(customer, D, {10: 12_345})
    classify_as_of(D)
    listing = customer.listing
    listing.refresh_from_db()
    held = Assignment.objects.filter(customer=customer, valid_to=None).values_list("to_class_id", flat=True)
    assert listing.classes == sorted(held)
    assert (listing.value, listing.frequency, listing.last_purchase) == (12_345, 1, D - timedelta(days=10))


def _history():
    rows = Assignment.objects.filter(scheme__key="lifecycle").order_by("customer_id", "valid_from")
    return list(rows.values_list("customer__name", "to_class__key", "valid_from", "valid_to"))
