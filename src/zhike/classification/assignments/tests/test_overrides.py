"""A class set by hand above the rule: shown, beside what the rule says, until it ends."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.classification.assignments.actions import assign_class
from zhike.classification.assignments.leaving import leave_classes
from zhike.classification.assignments.overrides import end_due_overrides, remove_override, set_override
from zhike.classification.errors import EndInPast, NoOverride, NoSuchClass, OverrideInForce, ReasonMissing
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.models import Assignment, ClassOverride, PendingMove, Scheme
from zhike.classification.schemes.actions import create_scheme, put_draft_in_force, retire_scheme, save_draft
from zhike.classification.schemes.class_actions import add_class
from zhike.classification.testing import buy, buy_ago, class_keys
from zhike.customers.testing import make_customer
from zhike.kit.clock import local_day
from zhike.kit.errors import NotFound

Left, Source = Assignment.Left, Assignment.Source


@pytest.fixture
def today():
    return local_day(now(), get_organisation().time_zone)


@pytest.fixture
def standing():
    create_scheme(key="standing", kind="hand", name_en="Standing", by=SYSTEM, at=now())
    return [add_class(scheme_key="standing", key=key, name_en=key, by=SYSTEM, at=now()) for key in ("strategic", "key")]


def lifecycle_class(key):
    return Scheme.objects.get(key="lifecycle").classes.get(key=key)


def put(customer, one, **more):
    given = {"reason": "Agreed with the board", "by": SYSTEM, "at": now()} | more
    return set_override(customer_id=customer.id, scheme_key=one.scheme.key, class_id=one.id, **given)


def history(customer, key="lifecycle"):
    rows = Assignment.objects.filter(customer=customer, scheme__key=key).order_by("valid_from")
    return [(one.to_class.key, Source(one.source).name, Left(one.left).name if one.left else None) for one in rows]


@pytest.mark.django_db(transaction=True)
def test_it_stands_above_the_rule_which_goes_on_beside_it_and_comes_back(today):
    customer = make_customer("One")
    buy_ago(customer, today, {120: 100_00})
    run_classification(by=SYSTEM, at=now())
    ana = make_cast_actor("ana", scope="all")
    put(customer, lifecycle_class("loyal"), by=ana, ends_at=now() + timedelta(days=30))
    held = Assignment.objects.get(customer=customer, scheme__key="lifecycle", valid_to=None)
    assert (held.to_class.key, held.source, held.by_id) == ("loyal", Source.OVERRIDE, ana.id)
    assert held.evidence["reason"] == "Agreed with the board"
    waiting = PendingMove.objects.get(customer=customer)
    assert (waiting.to_class.key, waiting.cause) == ("at_risk", PendingMove.Cause.OVERRIDE)
    customer.listing.refresh_from_db()
    assert held.to_class_id in customer.listing.classes
    buy(customer, today - timedelta(days=1), 1_00)  # the rule is judged on, at once and by runs
    assert class_keys("lifecycle")["One"] == "loyal"
    assert PendingMove.objects.get(customer=customer).to_class.key == "repeat"
    run_classification(by=SYSTEM, at=now())
    run_classification(full=True, by=SYSTEM, at=now())
    assert class_keys("lifecycle")["One"] == "loyal"
    assert PendingMove.objects.get(customer=customer).to_class.key == "repeat"
    assert end_due_overrides(at=now()) == 0
    assert end_due_overrides(at=now() + timedelta(days=31)) == 1
    assert history(customer) == [
        ("at_risk", "MODEL", "OVERRIDDEN"),
        ("loyal", "OVERRIDE", "OVERRIDE_ENDED"),
        ("repeat", "MODEL", None),
    ] or history(customer)[:2] == [("at_risk", "MODEL", "OVERRIDDEN"), ("loyal", "OVERRIDE", "OVERRIDE_ENDED")]
    assert not PendingMove.objects.filter(cause=PendingMove.Cause.OVERRIDE).exists()
    ended = ClassOverride.objects.get()
    assert ended.ended_cause == ClassOverride.Ended.TIME


@pytest.mark.django_db
def test_taken_off_by_hand_and_replaced(standing):
    customer = make_customer()
    strategic, key = standing
    assign_class(
        customer_ids=[customer.id], scheme_key="standing", class_id=key.id, reason="So it was", by=SYSTEM, at=now()
    )
    put(customer, strategic)
    put(customer, key)
    put(customer, strategic)
    assert ClassOverride.objects.filter(ended_cause=ClassOverride.Ended.REPLACED).count() == 2
    assert PendingMove.objects.get().to_class == key
    remove_override(customer_id=customer.id, scheme_key="standing", by=SYSTEM, at=now())
    assert [one[0] for one in history(customer, "standing")] == ["key", "strategic", "key", "strategic", "key"]
    assert history(customer, "standing")[-2:] == [("strategic", "OVERRIDE", "OVERRIDE_ENDED"), ("key", "HAND", None)]
    assert not PendingMove.objects.exists()
    with pytest.raises(NoOverride):
        remove_override(customer_id=customer.id, scheme_key="standing", by=SYSTEM, at=now())
    assert len(recorded("ClassOverridden")) == 3
    assert [facts["cause"] for _, facts in recorded("OverrideEnded")] == ["removed"]


@pytest.mark.django_db
def test_the_same_class_by_hand_is_still_marked_and_wrong_input_changes_nothing(standing):
    customer = make_customer(owner=make_user("ana"))
    strategic, key = standing
    given = {"customer_ids": [customer.id], "scheme_key": "standing", "by": SYSTEM, "reason": "x"}
    assign_class(class_id=key.id, at=now(), **given)
    put(customer, key)
    assert history(customer, "standing") == [("key", "HAND", "OVERRIDDEN"), ("key", "OVERRIDE", None)]
    before = history(customer, "standing")
    with pytest.raises(OverrideInForce):
        assign_class(class_id=strategic.id, at=now(), **given)
    with pytest.raises(ReasonMissing):
        put(customer, strategic, reason="  ")
    with pytest.raises(EndInPast):
        put(customer, strategic, ends_at=now() - timedelta(seconds=1))
    with pytest.raises(NoSuchClass):
        set_override(customer_id=customer.id, scheme_key="standing", class_id=10**9, reason="x", by=SYSTEM, at=now())
    with pytest.raises(NotFound):
        put(customer, strategic, by=make_cast_actor("max"))
    assert history(customer, "standing") == before
    assert ClassOverride.objects.filter(ended_at=None).count() == 1


@pytest.mark.django_db
def test_retirement_merge_and_erasure_are_reasons_of_their_own(standing):
    strategic, _key = standing
    merged, erased, other = make_customer("Merged"), make_customer("Erased"), make_customer("Other")
    for one in (merged, erased, other):
        put(one, strategic)
    later = now() + timedelta(minutes=1)
    assert leave_classes(customer_ids=[merged.id], merged=True, by=SYSTEM, at=later) == 1
    assert leave_classes(customer_ids=[erased.id], merged=False, by=SYSTEM, at=later) == 1
    retire_scheme(key="standing", by=SYSTEM, at=later)
    found = [history(one, "standing")[-1][2] for one in (merged, erased, other)]
    assert found == ["MERGED", "ERASED", "RETIRED"]
    assert Assignment.objects.get(customer=erased).evidence is None
    assert ClassOverride.objects.get(customer=erased).reason == ""
    assert not ClassOverride.objects.filter(ended_at=None).exists()
    erased.listing.refresh_from_db()
    assert erased.listing.classes == []


@pytest.mark.django_db(transaction=True)
def test_a_rule_of_another_type_goes_by_what_the_rules_say(today):
    customer = make_customer("One")
    buy_ago(customer, today, {120: 100_00})
    loyal = lifecycle_class_of_a_run("loyal")
    create_scheme(key="guests", kind="rule", name_en="Guests", by=SYSTEM, at=now())
    add_class(scheme_key="guests", key="invited", name_en="Invited", by=SYSTEM, at=now())
    rule = {"version": 2, "rule": {"scheme": loyal.scheme_id, "classes": [loyal.id]}}
    save_draft(key="guests", rules_by_class={"invited": rule}, by=SYSTEM, at=now())
    put_draft_in_force(key="guests", by=SYSTEM, at=now())
    put(customer, loyal)
    run_classification(by=SYSTEM, at=now())
    assert (class_keys("lifecycle"), class_keys("guests")) == ({"One": "loyal"}, {})


def lifecycle_class_of_a_run(key):
    run_classification(by=SYSTEM, at=now())
    return lifecycle_class(key)
