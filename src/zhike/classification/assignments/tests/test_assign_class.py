from datetime import UTC, datetime, timedelta

import pytest

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.classification.assignments.actions import assign_class
from zhike.classification.errors import CustomerNotYours, NoSuchClass, NotByHand, ReasonMissing, TooManyAtOnce
from zhike.classification.models import Assignment
from zhike.classification.schemes.actions import create_scheme
from zhike.classification.schemes.class_actions import add_class
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.customers.testing import make_customer

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def tiers():
    create_scheme(key="standing", kind="hand", name_zh="战略分层", name_en="Standing", by=SYSTEM, at=NOON)
    return [
        add_class(scheme_key="standing", key=key, name_en=key.capitalize(), by=SYSTEM, at=NOON)
        for key in ("strategic", "key")
    ]


def assign(customers, one, *, by=SYSTEM, at=NOON, reason="Signed for three years"):
    return assign_class(
        customer_ids=[each.id for each in customers],
        scheme_key="standing",
        class_id=one.id if one else None,
        reason=reason,
        by=by,
        at=at,
    )


def test_moves_keep_their_history_and_reason(tiers):
    strategic, key = tiers
    customer = make_customer()
    ana = make_cast_actor("ana", scope="all")
    assert assign([customer], strategic, by=ana) == 1
    assert assign([customer], key, by=ana, at=NOON + timedelta(days=1), reason="Left the group") == 1
    rows = Assignment.objects.filter(customer=customer).order_by("valid_from")
    assert [(one.to_class.key, one.valid_from, one.valid_to, one.evidence, one.by_id) for one in rows] == [
        ("strategic", NOON, NOON + timedelta(days=1), {"reason": "Signed for three years"}, ana.id),
        ("key", NOON + timedelta(days=1), None, {"reason": "Left the group"}, ana.id),
    ]
    assert recorded("ClassAssigned")[0] == (
        "ClassAssigned",
        {
            "customer_id": customer.id,
            "scheme_id": strategic.scheme_id,
            "class_id": strategic.id,
            "reason": "Signed for three years",
        },
    )
    customer.listing.refresh_from_db()
    assert customer.listing.classes == [key.id]


def test_the_same_class_again_changes_nothing(tiers):
    customer = make_customer()
    assign([customer], tiers[0])
    assert assign([customer], tiers[0], at=NOON + timedelta(days=1)) == 0
    assert Assignment.objects.count() == 1


def test_taken_out_of_all_and_put_back(tiers):
    customer = make_customer()
    assign([customer], tiers[0])
    assert assign([customer], None, at=NOON + timedelta(days=1)) == 1
    customer.listing.refresh_from_db()
    assert customer.listing.classes == []
    assert assign([customer], tiers[0], at=NOON + timedelta(days=2)) == 1
    assert Assignment.objects.filter(valid_to=None).count() == 1


def test_two_moves_in_the_same_instant_keep_the_last(tiers):
    customer = make_customer()
    assign([customer], tiers[0])
    assign([customer], tiers[1])
    assert Assignment.objects.get(valid_to=None).to_class == tiers[1]


def test_many_at_once(tiers):
    customers = [make_customer(f"Firm {number}") for number in range(3)]
    assert assign(customers, tiers[0]) == 3
    assert Assignment.objects.filter(to_class=tiers[0], valid_to=None).count() == 3


def test_somebody_elses_customer_stops_the_whole_move(tiers):
    ana, max_ = make_user("ana"), make_user("max")
    mine, theirs = make_customer("Mine", owner=ana), make_customer("Theirs", owner=max_)
    with pytest.raises(CustomerNotYours):
        assign([mine, theirs], tiers[0], by=make_cast_actor("ana"))
    assert not Assignment.objects.exists()


def test_refused_input_changes_nothing(tiers):
    install_built_in_schemes()
    customer = make_customer()
    with pytest.raises(ReasonMissing):
        assign([customer], tiers[0], reason="  ")
    with pytest.raises(ReasonMissing):
        assign([customer], tiers[0], reason="x" * 301)
    with pytest.raises(NotByHand):
        assign_class(customer_ids=[customer.id], scheme_key="lifecycle", class_id=1, reason="x", by=SYSTEM, at=NOON)
    with pytest.raises(NoSuchClass):
        assign_class(customer_ids=[customer.id], scheme_key="standing", class_id=10**9, reason="x", by=SYSTEM, at=NOON)
    with pytest.raises(TooManyAtOnce):
        assign_class(
            customer_ids=list(range(1, 1002)), scheme_key="standing", class_id=None, reason="x", by=SYSTEM, at=NOON
        )
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(("login", "status"), [("ana", 302), ("li", 302), ("ada", 302), ("vic", 403)])
def test_the_page_asks_who_may(tiers, client, login, status):
    user = make_user(login)
    customer = make_customer(owner=make_user("ana"))
    client.force_login(user)
    answer = client.post(
        "/classes/assign/",
        {"customer": customer.id, "scheme": "standing", "class": tiers[0].id, "reason": "Why", "next": "/classes/"},
    )
    assert answer.status_code == status
    assert Assignment.objects.count() == (1 if status == 302 else 0)


def test_the_way_back_stays_in_the_house(tiers, client):
    client.force_login(make_user("ada"))
    answer = client.post("/classes/assign/", {"scheme": "standing", "reason": "x", "next": "https://evil.example/"})
    assert answer["Location"] == "/customers/"


def test_ticked_customers_of_the_list_are_put_into_a_class_on_a_page(client, tiers):
    client.force_login(make_user("ada"))
    anna, bert, carl = (make_customer(name) for name in ("Anna", "Bert", "Carl"))
    sent = client.post("/customers/bulk/?sort=name", {"do": "class", "id": [anna.id, bert.id]})
    assert sent["Location"] == f"/classes/by-hand/?id={anna.id}&id={bert.id}"
    page = client.get(sent["Location"], headers={"Accept-Language": "en"}).text
    assert "2 customers are chosen." in page
    assert f'<option value="standing:{tiers[0].id}">Strategic</option>' in page
    form = {"target": f"standing:{tiers[0].id}", "reason": "Signed"}
    assert "reason" in client.post(sent["Location"], {**form, "reason": ""}).text
    assert not Assignment.objects.exists()
    assert client.post(sent["Location"], form)["Location"] == "/customers/?"
    assert set(Assignment.objects.values_list("customer_id", "to_class_id")) == {
        (anna.id, tiers[0].id),
        (bert.id, tiers[0].id),
    }
    everybody = client.post("/customers/bulk/?kind=company", {"do": "class", "all": "1", "id": [carl.id]})
    assert everybody["Location"] == "/classes/by-hand/?kind=company"


def test_without_a_type_set_by_hand_the_page_leads_to_making_one(client):
    client.force_login(make_user("ada"))
    page = client.get("/classes/by-hand/?kind=company", headers={"Accept-Language": "en"}).text
    assert "No type is set by hand yet" in page
    assert 'href="/settings/schemes/new/"' in page


@pytest.mark.parametrize(("login", "status"), [("ana", 422), ("li", 422), ("vic", 403), ("max", 422)])
def test_who_may_put_many_into_a_class(client, tiers, login, status):
    client.force_login(make_user(login))
    mine, theirs = make_customer("Mine", owner=make_user(login)), make_customer("Theirs", owner=make_user("ada"))
    address = f"/classes/by-hand/?id={mine.id}&id={theirs.id}"
    answer = client.post(address, {"target": f"standing:{tiers[0].id}", "reason": "x"})
    assert answer.status_code == status
    assert not Assignment.objects.exists()
