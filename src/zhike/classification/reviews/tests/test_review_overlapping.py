"""Reviews of a type whose classes overlap: confirmed, put off, put into one more class, kept out of one."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.classification.assignments.overrides import end_due_overrides
from zhike.classification.errors import EndInPast, KeepsOutOfOne, NoSuchClass
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.models import Assignment, ClassOverride, CustomerClass, Review
from zhike.classification.policies.testing import give, make_scheme, put
from zhike.classification.reviews.actions import change_class, confirm_class, postpone_review
from zhike.classification.reviews.errors import NotInIt, NotUnderReview, ReviewedMeanwhile, SameClass
from zhike.classification.reviews.queries import find_duty, list_due
from zhike.classification.rule_language.reading import read_rule
from zhike.classification.testing import make_rule_scheme
from zhike.customers.testing import make_customer
from zhike.engine.public import rule_to_json
from zhike.kit.clock import day_end, local_day

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {"companies": 'kind = "company"', "steel": 'industry = "steel"', "wood": 'industry = "wood"'}


@pytest.fixture
def firm():
    """One is in two of three classes, and both are reviewed, companies first; class key → class, and the customer."""
    nodes = {one: rule_to_json(read_rule(text=text))["rule"] for one, text in RULES.items()}
    make_rule_scheme("segments", nodes, overlapping=True)
    found = {one.key: one for one in CustomerClass.objects.filter(scheme__key="segments")}
    one = make_customer("One", kind="company", industry="steel", owner=make_user("ana"))
    give(found["companies"], "review", {"every_days": 30})
    give(found["steel"], "review", {"every_days": 60})
    run_classification(by=SYSTEM, at=now())
    return found | {"one": one}


def held(customer):
    return set(Assignment.objects.filter(customer=customer, valid_to=None).values_list("to_class__key", flat=True))


def segments(customer):
    return held(customer) & set(RULES)


def change(firm, key, **more):
    given = {"customer_id": firm["one"].id, "class_id": firm[key].id, "reason": "Looked at it"}
    return change_class(**given | {"by": make_cast_actor("ana"), "at": now()} | more)


def duty(firm, at=None):
    found = find_duty(customer_id=firm["one"].id, at=at or now(), actor=make_cast_actor("ana"))
    return found and (found.policy.to_class.key, found.review_id)


def test_kept_out_of_the_class_until_the_day_and_the_next_class_is_reviewed_by_itself(firm):
    confirmed = confirm_class(customer_id=firm["one"].id, seen=0, by=make_cast_actor("ana"), at=now())
    assert duty(firm) == ("companies", confirmed.id)
    today = local_day(now(), get_organisation().time_zone)
    review = change(firm, "companies", kept_out=True, ends_on=today + timedelta(days=9), seen=confirmed.id)
    assert (segments(firm["one"]), review.kept_out, review.new_class.key) == ({"steel"}, True, "companies")
    assert duty(firm) == ("steel", 0)  # what was said of another class says nothing of this one
    override = ClassOverride.objects.get(customer=firm["one"])
    ends = day_end(today + timedelta(days=9), get_organisation().time_zone)
    assert (override.kept_out, override.reason, override.ends_at) == (True, "Looked at it", ends)
    assert end_due_overrides(at=ends + timedelta(seconds=1)) == 1
    assert segments(firm["one"]) == {"companies", "steel"}


def test_put_into_one_more_class_until_the_next_review_and_put_off(firm):
    today = local_day(now(), get_organisation().time_zone)
    review = change(firm, "wood")
    assert (segments(firm["one"]), review.kept_out) == ({"companies", "steel", "wood"}, False)
    assert review.next_on == today + timedelta(days=30)
    assert ClassOverride.objects.get().ends_at == day_end(review.next_on, get_organisation().time_zone)
    given = {"customer_id": firm["one"].id, "by": make_cast_actor("ana"), "at": now()}
    later = postpone_review(reason="Abroad", next_on=today + timedelta(days=3), seen=review.id, **given)
    assert [one.name for one in list_due(actor=given["by"], at=now() + timedelta(days=3)).rows] == ["One"]
    assert duty(firm) == ("companies", later.id)


def test_what_is_refused_changes_nothing(firm):
    for wrong, refusal in (
        ({"key": "companies"}, SameClass),
        ({"key": "steel"}, SameClass),
        ({"key": "wood", "kept_out": True}, NotInIt),
        ({"key": "wood", "ends_on": date(2020, 1, 1)}, EndInPast),
        ({"key": "wood", "class_id": 10**8}, NoSuchClass),
        ({"key": "wood", "seen": 77}, ReviewedMeanwhile),
    ):
        with pytest.raises(refusal):
            change(firm, **wrong)
    change(firm, "companies", kept_out=True, seen=0, seen_class=firm["companies"].id)
    given = {"customer_id": firm["one"].id, "seen": 0, "by": make_cast_actor("li"), "at": now()}
    with pytest.raises(ReviewedMeanwhile, match="Ana"):  # who looked at the one left does not confirm another
        confirm_class(**given, seen_class=firm["companies"].id)
    change(firm, "steel", kept_out=True)
    with pytest.raises(NotUnderReview):
        confirm_class(**given)
    assert (Review.objects.count(), ClassOverride.objects.count(), segments(firm["one"])) == (2, 2, set())
    (strategic,) = make_scheme("standing", "strategic")
    give(strategic, "review", {"every_days": 7})
    put(firm["one"], strategic, at=now())
    with pytest.raises(KeepsOutOfOne):
        change(firm, "wood", class_id=strategic.id, kept_out=True)


def test_over_page_and_api(client, firm):
    where = f"/reviews/{firm['one'].id}/"
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ana"))
    page = client.get(where).text
    assert f'<option value="out-{firm["steel"].id}">Keep out of Steel</option>' in page
    assert f'<option value="{firm["wood"].id}">Put into Wood</option>' in page
    assert "Suggestion" not in page
    sent = {"outcome": "changed", "reason": "x", "seen": "0", "seen_class": firm["companies"].id, "ends_on": ""}
    assert client.post(where, sent | {"class_id": "out-x"}).status_code == 422
    assert client.post(where, sent | {"class_id": f"out-{firm['companies'].id}"}).status_code == 302
    assert segments(firm["one"]) == {"steel"}
    assert "kept out <span" in client.get(where).text
    body = {"outcome": "changed", "reason": "y", "class_id": firm["companies"].id}
    answer = client.post(f"/api/customers/{firm['one'].id}/reviews", body, content_type="application/json")
    assert (answer.status_code, answer.json()["kept_out"]) == (201, False)
    assert segments(firm["one"]) == {"steel", "companies"}
