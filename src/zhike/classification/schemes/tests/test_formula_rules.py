"""Formulas in rules: judged at once and by runs, counted live, said why, and held by the rules that ask for them."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.accounts.testing import make_user
from zhike.classification.evaluation import schedule
from zhike.classification.evaluation.actions import get_store, run_classification
from zhike.classification.models import Assignment
from zhike.classification.schemes import actions, class_actions
from zhike.classification.simulation.actions import start_simulation
from zhike.classification.simulation.running import run_simulation
from zhike.classification.testing import buy, buy_ago, class_keys
from zhike.customers.public import Customer, change_customer
from zhike.customers.testing import clear_fields, make_customer, make_field
from zhike.engine.public import count_rule, rule_from_json
from zhike.kit.clock import local_day

pytestmark = pytest.mark.django_db(transaction=True)
LARGE = {"version": 2, "rule": {"trait": "cf_per_seat", "op": "ge", "value": 100_00}}
JSON = {"content_type": "application/json"}


def classify():
    return run_classification(by=SYSTEM, at=now())


@pytest.fixture
def firm(client):
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ada"))
    make_field("seats", "number")
    make_field("extra", "money")
    make_field("spent", "formula", name_zh="总额", formula="value + empty(extra, 0)")
    make_field("per_seat", "formula", name_zh="每席", formula="spent / seats")
    for name, seats in (("One", 2), ("Two", 3), ("None", 0)):
        made = make_customer(name)
        change_customer(customer_id=made.id, custom={"seats": seats, "extra": 250_00}, by=SYSTEM, at=now())
    make_scheme()
    yield
    clear_fields()


def make_scheme():
    held = {"by": SYSTEM, "at": now()}
    actions.create_scheme(key="size", kind="rule", name_en="Size", name_zh="规模", **held)
    for key in ("large", "small"):
        class_actions.add_class(scheme_key="size", key=key, name_en=key, **held)
    actions.save_draft(key="size", rules_by_class={"large": LARGE}, parameters={"default": "small"}, **held)
    actions.put_draft_in_force(key="size", **held)
    classify()


def test_a_formula_of_fields_and_figures_moves_customers_at_once(firm, client):
    today = local_day(now(), get_organisation().time_zone)
    assert class_keys("size") == {"One": "large", "Two": "small", "None": "small"}
    two = Customer.objects.get(name="Two")
    change_customer(customer_id=two.id, custom={"extra": 300_00}, by=SYSTEM, at=now())
    assert class_keys("size")["Two"] == "large"
    held = Assignment.objects.get(customer=two, scheme__key="size", valid_to=None)
    assert held.evidence["cf_per_seat"] == 10000
    change_customer(customer_id=two.id, custom={"extra": 299_98}, by=SYSTEM, at=now())
    assert class_keys("size")["Two"] == "small"  # 99.99 and a third: as the page shows it, ¥99.99
    buy(two, today, 1, hour=0)
    assert class_keys("size")["Two"] == "large"  # 99.99 and two thirds is ¥100.00
    buy_ago(Customer.objects.get(name="None"), today, {3: 900_00})
    before = class_keys("size")
    assert before["None"] == "small"  # divided by no seats
    classify()
    assert class_keys("size") == before  # the run has nothing to add


def test_the_page_the_count_and_the_api_say_the_same(firm, client):
    one = Customer.objects.get(name="One")
    assert count_rule(get_store(), rule_from_json(LARGE)).count == 1
    answer = client.post("/api/rules/members", {"rule": LARGE}, **JSON).json()
    assert answer["ids"] == [one.id]
    for op, value, many in (("ge", 12_500, 1), ("lt", 12_500, 1), ("eq", 8_333, 1), ("is_empty", None, 1)):
        asked = {"trait": "cf_per_seat", "op": op} | ({} if value is None else {"value": value})
        assert count_rule(get_store(), rule_from_json({"version": 2, "rule": asked})).count == many, op
    assert client.get(f"/api/customers/{one.id}").json()["fields"]["per_seat"] == 125_00
    page = client.get(f"/customers/{one.id}/").text
    assert '<span>每席</span><b class="num">¥125</b><small>asked for: is at least ¥100</small>' in page
    editor = client.get("/settings/schemes/size/rules/large/").text
    assert 'value="cf_per_seat" selected' in editor
    assert 'name="v.r.0" value="100"' in editor
    assert "每席 is at least <b>¥100</b>" in editor


def test_another_formula_counts_and_sorts_anew_like_another_rule(firm, client, monkeypatch):
    assert count_rule(get_store(), rule_from_json(LARGE)).count == 1
    changed = client.patch("/api/fields/spent", {"formula": "value + empty(extra, 0) * 2"}, **JSON)
    assert changed.status_code == 200
    assert count_rule(get_store(), rule_from_json(LARGE)).count == 2
    two = Customer.objects.get(name="Two")
    change_customer(customer_id=two.id, custom={"seats": 4}, by=SYSTEM, at=now() + timedelta(seconds=1))
    assert class_keys("size")["Two"] == "large"  # at once, by the new formula
    asked = []
    monkeypatch.setattr(schedule, "run_soon", lambda **_: asked.append(1))
    schedule.run_after_field({"after": {"name_en": "x"}})
    schedule.run_after_field({"after": {"formula": "x"}})
    assert asked == [1]
    client.patch("/api/fields/spent", {"formula": "value + empty(extra, 0) * 8"}, **JSON)
    change_customer(customer_id=two.id, custom={"seats": 100}, by=SYSTEM, at=now())
    assert class_keys("size") == {"One": "large", "Two": "small", "None": "small"}
    client.patch("/api/fields/spent", {"formula": "value + empty(extra, 0) * 80"}, **JSON)
    classify()  # everybody is judged, not only who changed
    assert class_keys("size") == {"One": "large", "Two": "large", "None": "small"}


def test_a_rule_over_a_formula_is_simulated_before_it_counts(firm):
    smaller = {"version": 2, "rule": {"trait": "cf_per_seat", "op": "ge", "value": 83_33}}
    actions.save_draft(key="size", rules_by_class={"large": smaller}, by=SYSTEM, at=now())
    today = local_day(now(), get_organisation().time_zone)
    simulation = start_simulation(key="size", as_of=today, months=0, by=SYSTEM, at=now())
    found = run_simulation(simulation_id=simulation.id)
    assert found.status == "done"
    moved = [one["customers"] for one in found.result["cells"] if one["before"] != one["after"]]
    assert moved == [1]  # Two: 250 by three seats is 83.33
    assert class_keys("size")["Two"] == "small"


def test_what_a_rule_asks_for_through_a_formula_is_held(firm, client):
    for key in ("per_seat", "spent", "seats", "extra"):
        refused = client.post(f"/api/fields/{key}/archive")
        assert (refused.status_code, refused.json()["code"]) == (409, "customers.field_in_use"), key
    unlike = client.patch("/api/fields/per_seat", {"formula": "seats * 2"}, **JSON)
    assert (unlike.status_code, unlike.json()["code"]) == (409, "customers.field_in_use")  # an amount no longer
    huge = client.patch("/api/fields/per_seat", {"formula": "spent / 1000000000000"}, **JSON)
    assert (huge.status_code, huge.json()["code"]) == (422, "customers.formula_wrong")
    assert class_keys("size")["One"] == "large"
