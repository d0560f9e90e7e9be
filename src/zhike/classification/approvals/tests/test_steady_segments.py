"""What keeps the classes of a type steady whose classes overlap: each of them by itself."""

import random
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.classification.approvals.actions import decide_move
from zhike.classification.approvals.steadiness import set_steadiness
from zhike.classification.assignments.overrides import remove_override, set_override
from zhike.classification.errors import MoveChanged
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.evaluation.at_once import judge_due
from zhike.classification.models import Assignment, CustomerClass, PendingMove
from zhike.classification.rule_language.reading import read_rule
from zhike.classification.testing import make_rule_scheme
from zhike.customers.public import change_customer
from zhike.customers.testing import make_customer
from zhike.engine.public import rule_to_json

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {"companies": 'kind = "company"', "steel": 'industry = "steel"', "wood": 'industry = "wood"'}
Cause = PendingMove.Cause


@pytest.fixture
def ids():
    """A type of three classes in force; class key → id."""
    nodes = {one: rule_to_json(read_rule(text=text))["rule"] for one, text in RULES.items()}
    make_rule_scheme("segments", nodes, overlapping=True)
    return {one.key: one.id for one in CustomerClass.objects.filter(scheme__key="segments")}


def classify(**given):
    return run_classification(**given, by=SYSTEM, at=now())


def steady(**given):
    set_steadiness(key="segments", **given, by=SYSTEM, at=now())


def change(customer, **given):
    change_customer(customer_id=customer.id, **given, by=SYSTEM, at=now())


def held(customer):
    rows = Assignment.objects.filter(customer=customer, scheme__key="segments", valid_to=None)
    return set(rows.values_list("to_class__key", flat=True))


def waiting(customer):
    keys = {-one.id: one.key for one in CustomerClass.objects.filter(scheme__key="segments")}
    rows = PendingMove.objects.filter(customer=customer)
    return {keys[one.track]: ("in" if one.to_class_id else "out", Cause(one.cause)) for one in rows}


def age(table, column, days):
    """Let time pass: move instants of the past back."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE {table} SET {column} = {column} - make_interval(days => %s)", [days])
        cursor.execute("SET session_replication_role = DEFAULT")


def test_each_class_is_held_for_its_minimum_stay_and_another_is_entered_at_once(ids):
    one = make_customer("One", kind="company", industry="steel")
    classify()
    steady(stay_days=10)
    change(one, industry="wood")
    assert (held(one), waiting(one)) == ({"companies", "steel", "wood"}, {"steel": ("out", Cause.STAY)})
    classify(full=True)
    assert (held(one), waiting(one)) == ({"companies", "steel", "wood"}, {"steel": ("out", Cause.STAY)})
    age("classification_assignment", "valid_from", 10)
    age("classification_pendingmove", "due_at", 10)
    assert judge_due(at=now()) == 1
    assert (held(one), waiting(one)) == ({"companies", "wood"}, {})


def test_to_leave_a_class_waits_for_its_grace_and_lapses_when_the_customer_recovers(ids):
    one = make_customer("One", kind="company", industry="steel")
    classify()
    steady(grace_days=14)
    change(one, industry="wood")
    assert (held(one), waiting(one)) == ({"companies", "steel", "wood"}, {"steel": ("out", Cause.GRACE)})
    change(one, industry="steel")
    assert (held(one), waiting(one)) == ({"companies", "steel", "wood"}, {"wood": ("out", Cause.GRACE)})
    age("classification_pendingmove", "since", 14)
    age("classification_pendingmove", "due_at", 14)
    classify()
    assert (held(one), waiting(one)) == ({"companies", "steel"}, {})


def test_marked_classes_are_entered_and_left_when_somebody_says_yes(client, ids):
    ana = make_user("ana")
    one = make_customer("One", kind="company", industry="steel", owner=ana)
    classify()
    steady(ask_into=[ids["wood"]], ask_out_of=[ids["steel"], ids["companies"]])
    change(one, industry="wood", kind="person")
    asked = {"wood": ("in", Cause.APPROVAL), "steel": ("out", Cause.APPROVAL), "companies": ("out", Cause.APPROVAL)}
    assert (held(one), waiting(one)) == ({"companies", "steel"}, asked)
    classify(full=True)
    assert (held(one), waiting(one)) == ({"companies", "steel"}, asked)
    scheme_id = CustomerClass.objects.get(id=ids["wood"]).scheme_id
    given = {"customer_id": one.id, "scheme_id": scheme_id, "approve": True, "by": SYSTEM}
    for wrong in ({"class_id": None}, {"class_id": ids["steel"]}, {"class_id": None, "out_of": ids["wood"]}):
        with pytest.raises(MoveChanged):
            decide_move(**given, **wrong, at=now())
    assert (held(one), waiting(one)) == ({"companies", "steel"}, asked)
    decide_move(**given, class_id=None, out_of=ids["steel"], at=now())
    assert held(one) == {"companies"}
    client.force_login(make_user("ada"))
    rows = client.get("/api/moves/waiting").json()["rows"]
    told = sorted(((each["held_class_id"], each["class_id"]) for each in rows), key=str)
    assert told == sorted([(ids["companies"], None), (None, ids["wood"])], key=str)
    assert client.get("/classes/approvals/").text.count('value="decline"') == 2
    sent = {"scheme": scheme_id, "class": ids["wood"], "decision": "approve"}
    assert client.post(f"/classes/approvals/{one.id}/", sent).status_code == 302
    where = f"/api/customers/{one.id}/classes/decision"
    body = {"scheme": "segments", "class_id": None, "out_of": ids["companies"], "approve": False}
    assert client.post(where, body, content_type="application/json").status_code == 204
    decided = {"companies": ("out", Cause.DECLINED)}
    assert (held(one), waiting(one)) == ({"companies", "wood"}, decided)
    classify(full=True)
    assert (held(one), waiting(one)) == ({"companies", "wood"}, decided)
    left = Assignment.objects.get(customer=one, to_class_id=ids["steel"])
    assert left.left == Assignment.Left.APPROVED
    facts = [(each["class_id"], each["out_of"], each["approved"]) for _, each in recorded("MoveDecided")]
    assert sorted(facts, key=str) == sorted(
        [(None, ids["steel"], True), (ids["wood"], None, True), (None, ids["companies"], False)], key=str
    )


def test_the_customer_page_says_what_waits_and_leads_who_may_decide_to_it(client, ids):
    one, other = (
        make_customer(name, kind="company", industry="steel", owner=make_user("ana")) for name in ("One", "Other")
    )
    classify()
    steady(ask_into=[ids["wood"]], ask_out_of=[ids["steel"]])
    for each in (one, other):
        change(each, industry="wood")
    told = [move[2:] for _, facts in recorded("MovesAwaitApproval") for move in facts["moves"] if move[0] == one.id]
    assert sorted(told, key=str) == sorted([[ids["wood"], None], [None, ids["steel"]]], key=str)
    client.force_login(make_user("li"))
    where = f"/classes/approvals/?customer={one.id}"
    page = client.get(f"/customers/{one.id}/").text
    assert re.findall("等待审批，(将..“[^”]+”)", page) == ["将离开“Steel”", "将进入“Wood”"]
    assert f'href="{where}"' in page
    asked_for = [client.get(each).text.count('value="decline"') for each in (where, "/classes/approvals/")]
    assert asked_for == [2, 4]
    assert client.get(f"/api/customers/{one.id}/classes").json()["waiting"] == [
        {"scheme": "segments", "held_class_id": ids["steel"], "class_id": None},
        {"scheme": "segments", "held_class_id": None, "class_id": ids["wood"]},
    ]
    client.force_login(make_user("ana"))
    page = client.get(f"/customers/{one.id}/").text
    assert (page.count("等待审批，将"), where in page) == (2, False)


def test_what_was_set_by_hand_ends_where_nobody_said_yes_to_more(ids):
    one = make_customer("One", kind="company", industry="steel")
    classify()
    steady(ask_into=[ids["wood"]], ask_out_of=[ids["steel"]])
    given = {"customer_id": one.id, "scheme_key": "segments", "by": SYSTEM}
    set_override(class_id=ids["steel"], kept_out=True, reason="No", at=now(), **given)
    set_override(class_id=ids["wood"], reason="Yes", at=now(), **given)
    change(one, industry="wood")
    assert held(one) == {"companies", "wood"}
    for key in ("steel", "wood"):
        remove_override(class_id=ids[key], at=now(), **given)
    assert held(one) == {"companies", "steel"}  # as before, until somebody says yes
    assert waiting(one) == {"steel": ("out", Cause.APPROVAL), "wood": ("in", Cause.APPROVAL)}


def test_at_once_and_full_runs_hold_the_same_back(ids):
    people = [make_customer(f"C{place}", kind="company", industry="steel") for place in range(6)]
    classify()
    steady(grace_days=5, ask_into=[ids["wood"]])
    chance = random.Random(5)
    for _ in range(15):
        industry, kind = chance.choice(["", "steel", "wood"]), chance.choice(["person", "company"])
        change(chance.choice(people), industry=industry, kind=kind)

    def rows():
        held_rows = Assignment.objects.values_list("customer_id", "track", "valid_from", "valid_to")
        waits = PendingMove.objects.values_list("customer_id", "track", "to_class_id", "cause", "since")
        return sorted(held_rows, key=str), sorted(waits, key=str)

    before = rows()
    assert len(before[1]) > 3
    for full in (False, True):
        assert classify(full=full).changed == 0
        assert rows() == before
    assert not Assignment.objects.filter(to_class_id=ids["wood"]).exists()
    assert max(one[4] for one in before[1]) - now() < timedelta()
