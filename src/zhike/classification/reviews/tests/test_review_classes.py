"""Going through priorities on schedule: who is due, what speaks for what, and how far the reviews have come."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.classification.errors import NoSuchClass, ReasonMissing
from zhike.classification.models import Assignment, ClassifyRun, ClassOverride, CustomerClass, CustomerMetrics, Review
from zhike.classification.policies.actions import order_schemes
from zhike.classification.policies.queries import read_book
from zhike.classification.policies.testing import NOON, give, make_scheme, put, put_all
from zhike.classification.reviews.actions import change_class, confirm_class, decide, postpone_review
from zhike.classification.reviews.errors import (
    DayWrong,
    MayNotChange,
    NotUnderReview,
    ReviewedMeanwhile,
    SameClass,
)
from zhike.classification.reviews.evidence import load_evidence
from zhike.classification.reviews.pages import load_panel
from zhike.classification.reviews.queries import find_duty, list_coverage, list_due
from zhike.classification.reviews.rules import suggest
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.customers.testing import make_customer
from zhike.kit.errors import NotFound

LATER = NOON + timedelta(days=31)  # 2 July 2026, a day after the first reviews are due
pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(db):
    """Ana has two strategic customers and Max an ordinary one; strategic ones are reviewed every 30 days."""
    strategic, key, ordinary = make_scheme("standing", "strategic", "key", "ordinary")
    give(strategic, "review", {"every_days": 30})
    give(key, "review", {"every_days": 90})
    ana, mx = make_user("ana"), make_user("max")
    made = {name: make_customer(name, owner=ana) for name in ("First", "Second")}
    made["Third"] = make_customer("Third", owner=mx)
    put_all([made["First"], made["Second"]], strategic)
    put(made["Third"], ordinary)
    return {"strategic": strategic, "key": key, "ordinary": ordinary, **made}


def due(login="ada", at=LATER):
    return [one.name for one in list_due(actor=make_cast_actor(login), at=at).rows]


def metrics(customer, monetary):
    CustomerMetrics.objects.update_or_create(customer=customer, defaults={"monetary": monetary, "frequency": 2})


def confirm(customer, *, login="ana", at=LATER, **more):
    return confirm_class(customer_id=customer.id, by=make_cast_actor(login), at=at, **more)


def test_a_customer_is_due_an_interval_after_coming_into_the_class(firm):
    assert due(at=NOON + timedelta(days=29)) == []
    assert sorted(due(at=NOON + timedelta(days=30))) == ["First", "Second"]
    assert list_due(actor=make_cast_actor("ada"), at=LATER).rows[0].due == date(2026, 7, 1)


@pytest.mark.parametrize(("login", "count"), [("ana", 2), ("li", 2), ("vic", 2), ("ada", 2), ("max", 0)])
def test_everyone_sees_their_own(firm, login, count):
    assert len(due(login)) == count


def test_confirming_sets_the_next_day_and_keeps_what_was_seen(firm):
    metrics(firm["First"], 5000)
    review = confirm(firm["First"], reason="Signed again")
    assert (review.due_on, review.next_on, review.figures["monetary"]) == (date(2026, 7, 1), date(2026, 8, 1), 5000)
    assert due() == ["Second"]
    assert sorted(due(at=LATER + timedelta(days=30))) == ["First", "Second"]
    assert recorded("CustomerReviewed") == [
        (
            "CustomerReviewed",
            {
                "customer_id": firm["First"].id,
                "scheme_id": firm["strategic"].scheme_id,
                "class_id": firm["strategic"].id,
                "outcome": "confirmed",
                "reason": "Signed again",
                "next_on": "2026-08-01",
            },
        )
    ]


def test_changing_moves_the_customer_and_follows_the_new_interval(firm):
    ana = make_cast_actor("ana")
    review = change_class(customer_id=firm["First"].id, class_id=firm["key"].id, reason="Bought less", by=ana, at=LATER)
    assert review.next_on == date(2026, 9, 30)
    held = Assignment.objects.get(customer=firm["First"], valid_to=None)
    assert (held.to_class_id, held.evidence, held.by_id) == (firm["key"].id, {"reason": "Bought less"}, ana.id)
    assert due() == ["Second"]
    assert due(at=LATER + timedelta(days=91)) == ["Second", "First"]


def test_postponing_needs_a_reason_and_a_day_that_is_not_too_far(firm):
    ana, first = make_cast_actor("ana"), firm["First"].id
    with pytest.raises(ReasonMissing):
        postpone_review(customer_id=first, reason=" ", next_on=date(2026, 7, 10), by=ana, at=LATER)
    for day in (date(2026, 7, 2), date(2026, 8, 2)):
        with pytest.raises(DayWrong, match=r"2026-07-03.*2026-08-01"):
            postpone_review(customer_id=first, reason="Abroad", next_on=day, by=ana, at=LATER)
    assert not Review.objects.exists()
    postpone_review(customer_id=first, reason="Abroad", next_on=date(2026, 7, 10), by=ana, at=LATER)
    assert due() == ["Second"]
    assert sorted(due(at=LATER + timedelta(days=8))) == ["First", "Second"]


def test_what_is_refused_changes_nothing(firm):
    ana, first = make_cast_actor("ana"), firm["First"].id
    with pytest.raises(SameClass):
        change_class(customer_id=first, class_id=firm["strategic"].id, reason="x", by=ana, at=LATER)
    with pytest.raises(NoSuchClass):
        change_class(customer_id=first, class_id=10**9, reason="x", by=ana, at=LATER)
    with pytest.raises(ReasonMissing):
        change_class(customer_id=first, class_id=firm["key"].id, reason="", by=ana, at=LATER)
    with pytest.raises(NotUnderReview):
        confirm(firm["Third"], login="max")
    with pytest.raises(NotFound):
        confirm(firm["Third"])
    viewer = make_cast_actor("zoe", may=["classification.review_customer"])
    with pytest.raises(MayNotChange):
        decide(customer_id=first, outcome="changed", class_id=firm["key"].id, reason="x", by=viewer, at=LATER)
    assert not Review.objects.exists()
    assert due(at=LATER) == ["First", "Second"] or due(at=LATER) == ["Second", "First"]


def test_a_class_that_follows_rules_is_set_above_them_until_the_next_review(firm):
    install_built_in_schemes()
    best, middle = (CustomerClass.objects.get(scheme__key="value_tier", key=key) for key in "AB")
    give(best, "review", {"every_days": 10})
    order_schemes(scheme_keys=["value_tier"], by=make_cast_actor("ada"), at=NOON)
    third = firm["Third"]
    Assignment.objects.create(
        customer=third, scheme=best.scheme, to_class=best, valid_from=NOON, rule_version=1, source=2
    )
    third.listing.__class__.objects.filter(customer=third).update(classes=[best.id])
    assert due("max", at=NOON + timedelta(days=10)) == ["Third"]
    reviewer = make_cast_actor("max")
    review = change_class(customer_id=third.id, class_id=middle.id, reason="One order only", by=reviewer, at=LATER)
    assert (review.outcome, review.next_on) == ("changed", date(2026, 7, 12))
    override = ClassOverride.objects.get(customer=third)
    assert (override.to_class_id, override.reason, override.ended_at) == (middle.id, "One order only", None)
    assert override.ends_at.isoformat() == "2026-07-12T16:00:00+00:00"


def test_who_is_slower_is_told_who_was_faster(firm):
    confirm(firm["First"], seen=0)
    with pytest.raises(ReviewedMeanwhile, match="Ana"):
        confirm(firm["First"], login="li", seen=0)
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "place", "reasons"),
    [
        ({"value_before": None}, 1, []),
        ({"value_before": 100}, 1, []),
        ({"value_before": 78}, 1, []),
        ({"value_before": 76}, 0, ["value_up"]),
        ({"value_before": 0}, 0, ["value_up"]),
        ({"value_before": 143}, 2, ["value_down"]),
        ({"value_before": 0, "value_now": -50}, 2, ["value_down"]),
        ({"value_before": -50, "value_now": -200}, 2, ["value_down"]),
        ({"value_before": -50, "value_now": 0}, 0, ["value_up"]),
        ({"value_before": 100, "fallen": 1}, 2, ["fallen"]),
        ({"value_before": 100, "risen": 1, "fallen": 1}, 1, ["risen", "fallen"]),
        ({"value_before": 50, "place": 0}, 0, ["value_up"]),
        ({"value_before": 200, "place": 2}, 2, ["value_down"]),
    ],
)
def test_the_figures_suggest_the_class_above_or_below(facts, place, reasons):
    found = suggest(**({"place": 1, "classes": 3, "value_now": 100, "risen": 0, "fallen": 0} | facts))
    assert (found.place, found.reasons, found.keeps) == (place, reasons, place == facts.get("place", 1))


def test_the_evidence_compares_with_the_last_review(firm):
    metrics(firm["First"], 10_000)
    confirm(firm["First"])
    metrics(firm["First"], 5_000)
    at = LATER + timedelta(days=40)
    row = find_duty(customer_id=firm["First"].id, at=at, actor=make_cast_actor("ana"))
    (evidence,) = load_evidence([row])
    assert (evidence.change, evidence.suggested.key, evidence.suggestion.reasons) == (-50, "key", ["value_down"])


def test_coverage_counts_by_class_and_person(firm):
    confirm(firm["First"])
    (found,) = list_coverage(actor=make_cast_actor("ada"), at=LATER)
    assert (found.class_id, found.owner_id) == (firm["strategic"].id, make_user("ana").id)
    assert (found.due, found.reviewed, found.postponed, found.customers, found.share) == (1, 1, 0, 2, 50)


def test_of_two_review_policies_the_one_that_applies_decides(firm):
    (risky,) = make_scheme("danger", "risky")
    give(risky, "review", {"every_days": 7})
    put_all([firm["First"], firm["Third"]], risky)
    at = NOON + timedelta(days=8)
    assert due(at=at) == ["Third"]


@pytest.mark.parametrize(("login", "status"), [("ana", 302), ("li", 302), ("vic", 403), ("max", 404)])
def test_the_pages_say_who_may_and_lead_to_the_next(firm, client, login, status):
    Assignment.objects.update(valid_from=now() - timedelta(days=40))
    client.force_login(make_user(login))
    page = client.get("/reviews/")
    assert ("First" in page.text) == (login != "max")
    path = f"/reviews/{firm['First'].id}/"
    assert client.get(path).status_code == (404 if login == "max" else 200)
    answer = client.post(path, {"outcome": "confirmed", "seen": "0"})
    assert answer.status_code == status
    if status == 302:
        assert answer.headers["Location"] == f"/reviews/{firm['Second'].id}/"
        again = client.post(path, {"outcome": "postponed", "seen": "0", "reason": "x", "next_on": "2099-01-01"})
        assert again.status_code == 409
        assert client.post(path, {"outcome": "magic"}).status_code == 422
    assert Review.objects.count() == (1 if status == 302 else 0)


def test_the_workbench_shows_them(firm, client):
    assert load_panel(make_cast_actor("ana"), 7) is None or now() > LATER
    Assignment.objects.update(valid_from=now() - timedelta(days=40))
    client.force_login(make_user("ana"))
    assert f"/reviews/{firm['First'].id}/" in client.get("/").text


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_make_one_review(firm):
    actor = make_cast_actor("ana")

    def attempt(_number):
        try:
            confirm_class(customer_id=firm["First"].id, seen=0, by=actor, at=LATER)
        except ReviewedMeanwhile:
            return "refused"
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(attempt, range(50)))
    assert sorted(results) == ["made"] + ["refused"] * 49
    assert Review.objects.count() == 1


def test_among_very_many_the_worklist_is_kept_until_somebody_reviews(firm, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("zhike.classification.classes.remembering.LARGE", 0)
    ClassifyRun.objects.create(as_of=LATER.date(), status="done", judged_at=LATER, customers=3)
    ada, book = make_cast_actor("ada"), read_book()
    assert len(list_due(actor=ada, at=LATER, book=book).rows) == 2
    with django_assert_num_queries(3):  # the organisation, the last review, the last run
        assert list_due(actor=ada, at=LATER, book=book).count == 2
    confirm(firm["First"])
    assert [one.name for one in list_due(actor=ada, at=LATER, book=book).rows] == ["Second"]
