"""A class by the share of all revenue: at once by the total of the last run, which the next run brings up to date."""

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


def test_a_purchase_moves_its_customer_at_once_and_the_run_the_others(client):
    today = local_day(now(), get_organisation().time_zone)
    big, small = make_customer("Big"), make_customer("Small")
    buy_ago(big, today, {10: 800_00})
    buy_ago(small, today, {10: 200_00})
    rules = {"key": "revenue_share >= 80", "some": "revenue_share >= 0.005"}
    make_rule_scheme("accounts", {key: rule_to_json(read_rule(text=text))["rule"] for key, text in rules.items()})
    assert judge_at_once(customer_ids=[big.id], at=now()) == 0  # no run has found the total yet
    run_classification(by=SYSTEM, at=now())
    assert class_keys("accounts") == {"Big": "key", "Small": "some"}

    client.force_login(make_user("ada"))
    page = client.get(f"/customers/{big.id}/").text
    assert "近 365 天净额占比" in page
    assert "80%" in page
    buy(small, today, 600_00)
    judge_at_once(customer_ids=[small.id], at=now())
    assert class_keys("accounts") == {"Big": "key", "Small": "key"}  # 800 of the 1,000 that the run found
    run_classification(by=SYSTEM, at=now())
    assert class_keys("accounts") == {"Big": "some", "Small": "some"}
    assert "50%" in client.get(f"/customers/{big.id}/").text
