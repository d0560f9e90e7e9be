"""Minimum stay, grace before a step down, thresholds to leave by, and moves that wait for a person's yes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.classification.approvals.actions import decide_move
from zhike.classification.approvals.queries import list_waiting
from zhike.classification.approvals.steadiness import set_steadiness
from zhike.classification.errors import MarginNeedsThresholds, MoveChanged, SteadinessWrong
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.evaluation.at_once import judge_due
from zhike.classification.models import Assignment, PendingMove, Scheme, Steadiness
from zhike.classification.schemes import actions
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.testing import buy, buy_ago, class_keys
from zhike.customers.testing import make_customer
from zhike.kit.clock import local_day
from zhike.kit.errors import NotFound

pytestmark = pytest.mark.django_db(transaction=True)
Cause = PendingMove.Cause


@pytest.fixture
def today():
    return local_day(now(), get_organisation().time_zone)


def classify(**more):
    return run_classification(by=SYSTEM, at=now(), **more)


def class_id(scheme, key):
    return Scheme.objects.get(key=scheme).classes.get(key=key).id


def waiting(customer):
    found = PendingMove.objects.filter(customer=customer).select_related("to_class").first()
    return (found.to_class.key, Cause(found.cause)) if found else None


def age(table, column, days):
    """Let time pass: move instants of the past back."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE {table} SET {column} = {column} - make_interval(days => %s)", [days])
        cursor.execute("SET session_replication_role = DEFAULT")


def test_a_class_is_held_for_its_minimum_stay_at_once_and_in_runs(today):
    one = make_customer("One")
    buy_ago(one, today, {120: 100_00})
    classify()
    set_steadiness(key="lifecycle", stay_days=10, by=SYSTEM, at=now())
    buy(one, today - timedelta(days=1), 1_00)
    assert (class_keys("lifecycle")["One"], waiting(one)) == ("at_risk", ("repeat", Cause.STAY))
    held = Assignment.objects.get(customer=one, scheme__key="lifecycle", valid_to=None)
    assert PendingMove.objects.get().due_at == held.valid_from + timedelta(days=10)
    classify(full=True)
    assert (class_keys("lifecycle")["One"], waiting(one)) == ("at_risk", ("repeat", Cause.STAY))
    assert judge_due(at=now()) == 0
    age("classification_assignment", "valid_from", 10)
    age("classification_pendingmove", "due_at", 10)
    assert judge_due(at=now()) == 1
    assert (class_keys("lifecycle")["One"], waiting(one)) == ("repeat", None)


def test_a_step_down_waits_for_its_grace_and_lapses_when_the_customer_recovers(today):
    one = make_customer("One")
    buy_ago(one, today, {120: 100_00, 1: 50_00})
    classify()
    set_steadiness(key="lifecycle", grace_days=14, by=SYSTEM, at=now())
    assert class_keys("lifecycle")["One"] == "repeat"
    buy(one, today - timedelta(days=1), -50_00, hour=13)
    assert (class_keys("lifecycle")["One"], waiting(one)) == ("repeat", ("at_risk", Cause.GRACE))
    buy(one, today - timedelta(days=2), 10_00)
    assert (class_keys("lifecycle")["One"], waiting(one)) == ("repeat", None)
    buy(one, today - timedelta(days=2), -10_00, hour=13)
    age("classification_pendingmove", "since", 14)
    age("classification_pendingmove", "due_at", 14)
    classify()
    assert (class_keys("lifecycle")["One"], waiting(one)) == ("at_risk", None)


def test_a_tier_is_left_further_down_than_it_is_entered(today):
    install_built_in_schemes()
    actions.save_draft(key="value_tier", parameters={"cut_points": "fixed"}, by=SYSTEM, at=now())
    actions.put_draft_in_force(key="value_tier", by=SYSTEM, at=now())
    big, small = make_customer("Big"), make_customer("Small")
    buy_ago(big, today, {5: 800_00})
    buy_ago(small, today, {5: 200_00})
    classify()
    assert class_keys("value_tier") == {"Big": "A", "Small": "B"}
    set_steadiness(key="value_tier", leave_percent=10, by=SYSTEM, at=now())
    buy(big, today - timedelta(days=5), -70_00, hour=13)
    assert (class_keys("value_tier")["Big"], waiting(big)) == ("A", ("B", Cause.MARGIN))
    classify(full=True)
    assert (class_keys("value_tier")["Big"], waiting(big)) == ("A", ("B", Cause.MARGIN))
    buy(big, today - timedelta(days=5), -20_00, hour=14)
    assert (class_keys("value_tier")["Big"], waiting(big)) == ("B", None)


def test_a_marked_move_waits_for_a_yes_and_the_owner_is_told_once(today):
    ana = make_user("ana")
    one, two = make_customer("One", owner=ana), make_customer("Two", owner=ana)
    for each in (one, two):
        buy_ago(each, today, {120: 100_00})
    classify()
    repeat, at_risk = class_id("lifecycle", "repeat"), class_id("lifecycle", "at_risk")
    set_steadiness(key="lifecycle", ask_into=[repeat], by=SYSTEM, at=now())
    for each in (one, two):
        buy(each, today - timedelta(days=1), 1_00)
    classify(full=True)
    classify()
    scheme = Scheme.objects.get(key="lifecycle").id
    assert class_keys("lifecycle") == {"One": "at_risk", "Two": "at_risk"}
    assert [facts["moves"] for _, facts in recorded("MovesAwaitApproval")] == [
        [[one.id, scheme, repeat, at_risk]],
        [[two.id, scheme, repeat, at_risk]],
    ]
    li, max_ = make_cast_actor("li", scope="all"), make_cast_actor("max")
    assert list_waiting(actor=li).count() == 2
    assert list_waiting(actor=max_).count() == 0
    asked = {"scheme_id": scheme, "class_id": repeat}
    with pytest.raises(NotFound):
        decide_move(customer_id=one.id, approve=True, by=max_, at=now(), **asked)
    with pytest.raises(MoveChanged):
        decide_move(customer_id=one.id, scheme_id=scheme, class_id=None, approve=True, by=li, at=now())
    assert class_keys("lifecycle")["One"] == "at_risk"
    decide_move(customer_id=one.id, approve=True, by=li, at=now(), **asked)
    decide_move(customer_id=two.id, approve=False, reason="One order only", by=li, at=now(), **asked)
    assert class_keys("lifecycle") == {"One": "repeat", "Two": "at_risk"}
    ended = Assignment.objects.get(customer=one, scheme_id=scheme, to_class__key="at_risk")
    assert ended.left == Assignment.Left.APPROVED
    assert Assignment.objects.get(customer=one, scheme_id=scheme, valid_to=None).by_id == li.id
    with pytest.raises(MoveChanged):
        decide_move(customer_id=one.id, approve=True, by=li, at=now(), **asked)
    classify(full=True)
    assert waiting(two) == ("repeat", Cause.DECLINED)  # until the rule says something else
    assert class_keys("lifecycle") == {"One": "repeat", "Two": "at_risk"}
    assert len(recorded("MovesAwaitApproval")) == 2


def test_wrong_settings_change_nothing():
    install_built_in_schemes()
    with pytest.raises(SteadinessWrong):
        set_steadiness(key="lifecycle", stay_days=3651, by=SYSTEM, at=now())
    with pytest.raises(MarginNeedsThresholds):
        set_steadiness(key="lifecycle", leave_percent=5, by=SYSTEM, at=now())
    assert not Steadiness.objects.exists()
    set_steadiness(key="lifecycle", stay_days=5, by=SYSTEM, at=now())
    set_steadiness(key="lifecycle", by=SYSTEM, at=now())
    assert not Steadiness.objects.exists()
    assert [facts["after"] for _, facts in recorded("SteadinessChanged")] == [{"stay_days": 5}, {"stay_days": 0}]
