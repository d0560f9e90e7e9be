"""The reasons that people read, to the character."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.assignments import queries
from zhike.classification.assignments.actions import assign_class
from zhike.classification.assignments.panels import load_history, load_pills
from zhike.classification.models import Assignment, ClassifyRun, CustomerClass, CustomerMetrics
from zhike.classification.schemes.actions import create_scheme
from zhike.classification.schemes.class_actions import add_class
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.customers.testing import make_customer

D = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    install_built_in_schemes()
    ClassifyRun.objects.create(as_of=D, status="done", judged_at=NOON)
    return make_customer("杭州云栖里数据服务有限公司", employees=1200, country="CN")


def hold(customer, scheme_key, class_key, *, evidence=None, **figures):
    one = CustomerClass.objects.get(scheme__key=scheme_key, key=class_key)
    CustomerMetrics.objects.update_or_create(customer=customer, defaults=figures)
    Assignment.objects.create(
        customer=customer, scheme=one.scheme, to_class=one, valid_from=NOON, rule_version=1, source=2, evidence=evidence
    )


def reasons(customer, language):
    with translation.override(language):
        (found,) = load_pills(customer, SYSTEM)["classes"]
        return [(str(one.label), one.value, str(one.note), one.mark) for one in found["reasons"]]


def test_at_risk_says_how_long_ago_and_what_comes_next(customer):
    hold(customer, "lifecycle", "at_risk", last_day=date(2026, 8, 3), first_day=date(2026, 8, 3), purchase_days=1)
    assert reasons(customer, "zh-hans") == [
        ("最近一次购买", "2026年8月3日", "距今 110 天，超过 90 天，没有超过 180 天", "check"),
        ("接下来", "71 天后", "到时仍未购买，转为已流失", "minus"),
    ]
    assert reasons(customer, "en")[0] == (
        "Last purchase", "3 Aug 2026", "110 days ago, more than 90 days, not more than 180 days", "check",
    )  # fmt: skip


def test_lost_says_since_when(customer):
    hold(customer, "lifecycle", "lost", last_day=date(2026, 5, 24))
    assert reasons(customer, "zh-hans") == [("最近一次购买", "2026年5月24日", "距今 181 天，超过 180 天", "check")]


def test_won_back_says_the_gap(customer):
    hold(customer, "lifecycle", "won_back", last_day=date(2026, 11, 1), previous_day=date(2026, 3, 1), purchase_days=2)
    assert reasons(customer, "zh-hans")[1] == ("购买间隔", "245 天", "与上一次购买相隔，超过 180 天", "check")


def test_repeat_says_what_is_short_of_loyal(customer):
    hold(
        customer, "lifecycle", "repeat",
        last_day=date(2026, 11, 1), previous_day=date(2026, 10, 1), purchase_days=3, frequency=3,
    )  # fmt: skip
    assert reasons(customer, "zh-hans")[2] == ("近 365 天购买天数", "3", "满 4 天算忠诚", "x")


def test_a_prospect_has_bought_nothing(customer):
    hold(customer, "lifecycle", "prospect")
    assert reasons(customer, "zh-hans") == [("购买天数", "0", "净额大于 0 的日子算一个购买日，目前还没有", "check")]


def test_value_tier_says_what_is_short_of_the_next(customer):
    hold(customer, "value_tier", "B", evidence={"cuts": [18_600_000, 5_000_000]}, monetary=12_000_000)
    assert reasons(customer, "zh-hans") == [
        ("近 365 天净额", "¥120,000", "归类时，B 类从 ¥50,000 起", "check"),
        ("距A 类还差", "¥66,000", "归类时，A 类从 ¥186,000 起", "minus"),
    ]


def test_rfm_says_each_score(customer):
    hold(
        customer, "rfm", "important_value",
        last_day=date(2026, 11, 11), frequency=7, monetary=5_000_00, rfm_r=5, rfm_f=4, rfm_m=2,
    )  # fmt: skip
    assert reasons(customer, "zh-hans") == [
        ("最近一次购买 5", "10 天", "距最近一次购买的天数；得 5 分（满分 5）：高", "check"),
        ("购买频次 4", "7", "近 365 天的购买天数；得 4 分（满分 5）：高", "check"),
        ("购买金额 2", "¥5,000", "近 365 天的净额；得 2 分（满分 5）：低", "minus"),
    ]


def test_a_rule_says_each_condition_with_the_value(customer):
    hold(customer, "scale", "large")
    assert reasons(customer, "zh-hans") == [("员工人数", "1,200", "要求：不少于 1,000", "check")]


def test_by_hand_says_who_and_why(customer):
    create_scheme(key="standing", kind="hand", name_zh="战略分层", by=SYSTEM, at=NOON)
    one = add_class(scheme_key="standing", key="strategic", name_zh="战略客户", by=SYSTEM, at=NOON)
    assign_class(
        customer_ids=[customer.id], scheme_key="standing", class_id=one.id, reason="签了三年框架", by=SYSTEM, at=NOON
    )
    assert reasons(customer, "zh-hans") == [("理由", "", "签了三年框架", "check")]
    (move,) = load_history(customer, SYSTEM)["moves"]
    assert (move.before, move.to) == (None, one)


def test_the_customer_page_shows_pills_with_their_reasons(customer, client):
    hold(customer, "lifecycle", "at_risk", last_day=date(2026, 8, 3), first_day=date(2026, 8, 3), purchase_days=1)
    client.force_login(make_user("ada"))
    client.cookies["zhike_language"] = "zh-hans"
    page = client.get(f"/customers/{customer.id}/").text
    assert "距今 110 天，超过 90 天" in page
    assert 'popovertarget="why-lifecycle"' in page


def test_history_tells_from_what_to_what(customer):
    loyal, at_risk = (CustomerClass.objects.get(scheme__key="lifecycle", key=key) for key in ("loyal", "at_risk"))
    earlier = datetime(2026, 10, 1, tzinfo=UTC)
    for one, start, end in ((loyal, earlier, NOON), (at_risk, NOON, None)):
        Assignment.objects.create(
            customer=customer, scheme=one.scheme, to_class=one, valid_from=start, valid_to=end, rule_version=1, source=2
        )
    moves = queries.list_moves(queries.list_history(customer_id=customer.id))
    assert [(one.at, one.before, one.to) for one in moves] == [(NOON, loyal, at_risk), (earlier, None, loyal)]


def test_nothing_is_shown_before_the_first_run(customer):
    assert load_pills(customer, SYSTEM) is None
    assert load_history(customer, SYSTEM) is None
