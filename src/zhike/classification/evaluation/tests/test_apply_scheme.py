"""From a changed threshold to changed classes, and what the preview promised."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.models import Assignment, Scheme
from zhike.classification.schemes import actions, class_actions
from zhike.classification.schemes.previews import preview_scheme, try_draft
from zhike.classification.testing import buy_ago, class_keys, classify_as_of
from zhike.customers.public import column_sources, listing_columns
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def today():
    return localdate() - timedelta(days=1)  # surely not in the future, whatever the zone


def test_preview_then_apply_on_the_pages(client, today):
    for name, days in {"fresh": 10, "seventy": 70, "hundred": 100}.items():
        buy_ago(make_customer(name), today, {days: 100_00})
    classify_as_of(today)
    client.force_login(make_user("ada"))
    given = {
        "at_risk_days": 60,
        "lost_days": 95,
        "won_back_gap_days": 180,
        "loyal_purchase_days": 4,
        "window_days": 365,
    }
    tried = client.post("/settings/schemes/lifecycle/preview/", given, headers={"HX-Request": "true"})
    assert tried.status_code == 200
    assert "<html" not in tried.text
    found = try_draft(key="lifecycle", parameters=given, rules_by_class=None, as_of=None)
    assert {one.key: then for one, then, _ in found.rows if then} == {"first_purchase": 1, "at_risk": 1, "lost": 1}
    assert found.moved == 2
    assert client.post("/settings/schemes/lifecycle/", given).status_code == 302
    assert class_keys("lifecycle")["seventy"] == "first_purchase"  # a draft sorts nobody
    assert client.post("/settings/schemes/lifecycle/apply/").status_code == 302
    assert class_keys("lifecycle") == {"fresh": "first_purchase", "seventy": "at_risk", "hundred": "lost"}
    held = Assignment.objects.get(scheme__key="lifecycle", customer__name="seventy", valid_to=None)
    assert held.rule_version == 2


def test_a_rule_over_other_classes_and_figures(today):
    big, small = make_customer("big", tags=["VIP"]), make_customer("small")
    buy_ago(big, today, {10: 900_00})
    buy_ago(small, today, {10: 100_00})
    classify_as_of(today)
    tiers = Scheme.objects.get(key="value_tier")
    class_a = tiers.classes.get(key="A")
    who = {"by": SYSTEM, "at": classify_as_of(today).started_at}
    actions.create_scheme(key="priority", kind="rule", name_en="Priority", **who)
    for key in ("vip", "rest"):
        class_actions.add_class(scheme_key="priority", key=key, name_en=key, **who)
    node = {
        "all": [{"scheme": tiers.id, "classes": [class_a.id]}, {"trait": "tags", "op": "has_any", "value": ["VIP"]}]
    }
    rules = {"vip": {"version": 1, "rule": node}}
    actions.save_draft(key="priority", rules_by_class=rules, parameters={"default": "rest"}, **who)
    actions.put_draft_in_force(key="priority", **who)
    classify_as_of(today)
    assert class_keys("priority") == {"big": "vip", "small": "rest"}
    scheme = Scheme.objects.get(key="priority")
    found = preview_scheme(scheme=scheme, version=scheme.versions.get())
    assert (found.moved, found.problem) == (0, "")


def test_a_retired_type_comes_back_filled(today):
    buy_ago(make_customer("one"), today, {10: 100})
    run = classify_as_of(today)
    who = {"by": SYSTEM, "at": run.finished_at}
    assert actions.retire_scheme(key="lifecycle", **who) == 1
    assert "lifecycle" not in classify_as_of(today).report["schemes"]
    assert class_keys("lifecycle") == {}
    actions.restore_scheme(key="lifecycle", **who)
    actions.retire_scheme(key="lifecycle", **who)
    actions.restore_scheme(key="lifecycle", **who)
    classify_as_of(today)
    assert class_keys("lifecycle") == {"one": "first_purchase"}


def test_the_export_columns_agree_with_the_figures(today):
    customer = make_customer("one")
    buy_ago(customer, today, {10: 12_345, 400: 5})
    classify_as_of(today)
    columns = [*listing_columns, *(one for source in column_sources for one in source())]
    found = {one.key: one.export([customer.id]).get(customer.id) for one in columns if one.export}
    wanted = {"lifecycle": "won_back", "value_tier": "A", "rfm_r": 5, "rfm_f": 5, "rfm_m": 5, "recency_days": 10,
              "frequency": 1}  # fmt: skip
    assert {key: found[key] for key in wanted} == wanted
    assert str(found["monetary"]) == "123.45"
