"""A type whose classes overlap, tried before it goes live: who enters and leaves each class, what the classes share."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.models import Assignment, CustomerClass
from zhike.classification.policies.actions import set_policy
from zhike.classification.rule_language.reading import read_rule
from zhike.classification.schemes import actions as schemes
from zhike.classification.schemes import class_actions
from zhike.classification.simulation import actions, running
from zhike.classification.testing import buy_ago, classify_as_of
from zhike.customers.testing import make_customer
from zhike.engine.public import rule_to_json

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {"buyers": "did(purchase, last 30 days) >= 1", "big": "monetary >= 150.00", "firms": 'kind = "company"'}


@pytest.fixture
def today():
    return localdate() - timedelta(days=1)


def save_rules(rules):
    documents = {key: rule_to_json(read_rule(text=text)) for key, text in rules.items()}
    schemes.save_draft(key="segments", rules_by_class=documents, by=SYSTEM, at=now())


@pytest.fixture
def ids(today):
    """Three segments in force over four customers, and a draft in which the big ones are bigger and firms buy."""
    seen = make_customer("Seen firm", kind="company", owner=make_user("ana"))
    other = make_customer("Other firm", kind="company")
    person, idle = make_customer("Person", kind="person"), make_customer("Idle", kind="person")
    buy_ago(seen, today, {5: 200_00, 50: 100_00})
    buy_ago(other, today, {40: 180_00})
    buy_ago(person, today, {10: 50_00})
    buy_ago(idle, today, {300: 10_00})
    schemes.create_scheme(key="segments", kind="rule", name_en="Segments", overlapping=True, by=SYSTEM, at=now())
    for key in RULES:
        class_actions.add_class(scheme_key="segments", key=key, name_en=key.title(), by=SYSTEM, at=now())
    save_rules(RULES)
    schemes.put_draft_in_force(key="segments", by=SYSTEM, at=now())
    classify_as_of(today)
    save_rules({**RULES, "big": "monetary >= 200.00", "firms": 'kind = "company" and did(purchase, last 30 days) >= 1'})
    return {one.key: one.id for one in CustomerClass.objects.filter(scheme__key="segments")}


def simulate(today, months=0):
    made = actions.start_simulation(key="segments", as_of=today, months=months, by=SYSTEM, at=now())
    return running.run_simulation(simulation_id=made.id)


def test_who_enters_and_leaves_each_class_and_nothing_is_changed(ids, today):
    before = list(Assignment.objects.order_by("customer_id", "to_class_id").values())
    found = simulate(today)
    assert found.status == "done", found.problem
    keys = {id_: key for key, id_ in ids.items()}
    cells = {
        (keys.get(one["before"]), keys.get(one["after"])): (one["customers"], one["revenue"])
        for one in found.result["cells"]
    }
    assert cells == {
        ("buyers", "buyers"): (2, 350_00), ("big", "big"): (1, 300_00), ("big", None): (1, 180_00),
        ("firms", "firms"): (1, 300_00), ("firms", None): (1, 180_00),
    }  # fmt: skip
    sets = found.result["sets"]
    assert sets["changed"] == {"customers": 1, "revenue": 180_00}
    assert [one["customers"] for one in sets["outside"]] == [1, 2]
    assert sets["depths"] == [
        {"classes": 0, "before": 1, "after": 2}, {"classes": 1, "before": 1, "after": 1},
        {"classes": 2, "before": 1, "after": 0}, {"classes": 3, "before": 1, "after": 1},
    ]  # fmt: skip
    pairs = {(keys[one["one"]], keys[one["two"]]): (one["before"], one["after"]) for one in sets["overlaps"]}
    assert pairs == {("buyers", "big"): (1, 1), ("buyers", "firms"): (1, 1), ("big", "firms"): (2, 1)}
    assert list(Assignment.objects.order_by("customer_id", "to_class_id").values()) == before


def test_the_page_and_the_api_tell_it(client, ids, today):
    value = {"most_percent": "10", "above": ""}
    set_policy(class_id=ids["big"], kind="discount", value=value, by=SYSTEM, at=now())
    found = simulate(today, months=2)
    client.force_login(make_user("li"))
    page = client.get(f"/settings/simulations/{found.id}/")
    assert page.status_code == 200
    assert [(one.band.key, one.stays, one.enters, one.leaves) for one in page.context["set_rows"]] == [
        (ids["buyers"], 2, 0, 0), (ids["big"], 1, 0, 1), (ids["firms"], 1, 0, 1)
    ]  # fmt: skip
    assert (page.context["moved"], page.context["moved_revenue"]) == (1, 180_00)
    rows = {one.band.key: one for one in page.context["rows"]}
    assert (rows[None].before, rows[None].after) == (1, 2)
    assert rows[ids["buyers"]].share_after == pytest.approx(350 / 540)
    stake = page.context["stakes"][0]
    assert (stake.stake_before, stake.stake_after) == (48_00, 30_00)
    assert "Other firm" not in page.text  # nobody's: she may not see the name, the number counts all
    assert 'class="zk-flow"' in page.text
    kept = {one.band.key: one.after for one in page.context["kept"]}
    assert kept[ids["firms"]] == pytest.approx(0.5)  # in October the seen firm had not bought for 30 days
    client.force_login(make_user("ada"))
    assert "Other firm" in client.get(f"/settings/simulations/{found.id}/").text
    told = client.get(f"/api/simulations/{found.id}").json()
    assert told["sets"]["changed"] == {"customers": 1, "revenue": 180_00}
    assert {"one": "big", "two": "firms", "before": 2, "after": 1} in told["sets"]["overlaps"]
    assert {"before": "firms", "after": None, "customers": 1, "revenue": 180_00} in told["cells"]
    assert len(told["months"]) == 3
    assert told["months"][-1]["after"]["customers"] == {"buyers": 2, "big": 1, "firms": 1}
    assert client.get("/settings/schemes/segments/").status_code == 200
    assert "/settings/schemes/segments/simulations/" in client.get("/settings/schemes/segments/").text


def test_without_a_version_in_force_and_without_classes(client, ids, today):
    schemes.create_scheme(key="none", kind="rule", name_en="None", overlapping=True, by=SYSTEM, at=now())
    made = actions.start_simulation(key="none", as_of=today, months=1, by=SYSTEM, at=now())
    found = running.run_simulation(simulation_id=made.id)
    assert (found.status, found.result["cells"], found.result["customers"]) == ("done", [], 4)
    client.force_login(make_user("ada"))
    assert client.get(f"/settings/simulations/{found.id}/").status_code == 200
