"""A class by a trend or a share: a run and a judgement at once agree, and the reason has the figures that decided."""

import pytest
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.accounts.testing import make_user
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.evaluation.at_once import judge_at_once
from zhike.classification.rule_language.reading import read_rule
from zhike.classification.testing import buy, buy_ago, class_keys, make_rule_scheme
from zhike.customers.testing import make_customer
from zhike.engine.public import rule_to_json
from zhike.kit.clock import local_day

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {
    "falling": "trend(purchase of amount, last 90 days) <= -30%",
    "small_orders": "share(purchase where amount < 100 of amount, last 365 days) > 50%",
}


def test_a_purchase_ends_a_fall_at_once_and_a_run_says_the_same(client):
    today = local_day(now(), get_organisation().time_zone)
    fell, small, new = (make_customer(name) for name in ("Fell", "Small", "New"))
    buy_ago(fell, today, {10: 600_00, 100: 1000_00})
    buy_ago(small, today, {10: 60_00, 20: 90_00, 30: 120_00})
    buy_ago(new, today, {10: 500_00})
    make_rule_scheme("moves", {key: rule_to_json(read_rule(text=text))["rule"] for key, text in RULES.items()})
    run_classification(by=SYSTEM, at=now())
    assert class_keys("moves") == {"Fell": "falling", "Small": "small_orders"}

    client.force_login(make_user("ada"))
    page = client.get(f"/customers/{fell.id}/").text
    assert "−40%（¥600，此前 ¥1,000）" in page

    buy(fell, today, 200_00)
    judge_at_once(customer_ids=[fell.id], at=now())
    assert class_keys("moves") == {"Small": "small_orders"}
    buy(new, today, 50_00)
    buy_ago(new, today, {91: 2000_00})
    judge_at_once(customer_ids=[new.id], at=now())
    now_held = {"New": "falling", "Small": "small_orders"}
    assert class_keys("moves") == now_held
    run_classification(full=True, by=SYSTEM, at=now())
    assert class_keys("moves") == now_held
