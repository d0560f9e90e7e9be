"""Owners by policy: seen before, given evenly, undone, and never taken from whom somebody chose."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from zhike.accounts.public import SYSTEM, User
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.classification.models import OwnerGrant, OwnerRun
from zhike.classification.policies.errors import AlreadyUndone, NoSuchOwnerRun
from zhike.classification.policies.owners.actions import give_owners, take_back_owners
from zhike.classification.policies.owners.following import give_after
from zhike.classification.policies.owners.pages import preview_page
from zhike.classification.policies.owners.rules import Desk
from zhike.classification.policies.testing import NOON, give, make_scheme, put, put_all
from zhike.customers.public import Customer, change_customer, hand_over_customers
from zhike.customers.testing import make_customer

KEEP = ["customers.view_customer", "customers.change_customer"]


@pytest.fixture
def gold(db):
    return make_scheme("standing", "gold", "silver")[0]


@pytest.fixture
def north(gold):
    """The team North: Ana and Li can own customers, Vic only looks."""
    people = {login: make_user(login) for login in ("ana", "li", "vic", "max")}
    return people


def owner_policy(one, assign, *, at=NOON, **value):
    return give(one, "owner", {"owner_kind": "dedicated", "assign": assign, **value}, at=at)


def customers_in(one, count, **facts):
    made = [make_customer(f"Customer {number}", **facts) for number in range(count)]
    put_all(made, one)
    return made


def owners(customers):
    found = Customer.objects.filter(id__in=[one.id for one in customers]).order_by("id")
    return [one.owner.login if one.owner else "" for one in found.select_related("owner")]


def test_a_named_person_gets_the_customers_of_the_class(gold, north):
    made = customers_in(gold, 2)
    other = make_customer("Not gold")
    owner_policy(gold, "person", person=north["ana"].id)
    run, _plan = give_owners(by=make_cast_actor("ada"), at=NOON)
    assert owners([*made, other]) == ["ana", "ana", ""]
    assert recorded("OwnersGiven") == [("OwnersGiven", {"run_id": run.id, "customers": 2})]
    assert give_owners(by=SYSTEM, at=NOON)[0] is None
    assert OwnerRun.objects.count() == 1


def test_the_preview_says_who_would_get_whom_and_changes_nothing(gold, north):
    made = customers_in(gold, 5)
    customers_in(gold, 1, owner=north["max"])
    owner_policy(gold, "turns", team=north["ana"].team_id)
    page = preview_page(make_cast_actor("ada"))
    assert [(one.owner.login, one.count) for one in page["shares"]] == [("ana", 3), ("li", 2)]
    assert (page["total"], page["kept"], page["left"]) == (5, 1, [])
    assert owners(made) == [""] * 5
    give_owners(by=SYSTEM, at=NOON)
    assert owners(made) == ["ana", "li", "ana", "li", "ana"]
    assert preview_page(make_cast_actor("ada"))["total"] == 0


def test_turns_go_on_where_they_stopped(gold, north):
    owner_policy(gold, "turns", team=north["ana"].team_id)
    made = []
    for _round in range(3):
        made += customers_in(gold, 1)
        give_owners(by=SYSTEM, at=NOON)
    assert owners(made) == ["ana", "li", "ana"]


def test_who_has_the_fewest_comes_first(gold, north):
    customers_in(gold, 3, owner=north["ana"])
    owner_policy(gold, "load", team=north["ana"].team_id)
    made = customers_in(gold, 5)
    give_owners(by=SYSTEM, at=NOON)
    assert Counter(owners(made)) == {"li": 4, "ana": 1}


def test_a_city_goes_before_its_province_and_other_places_stay_without(gold, north):
    areas = [
        {"place": "浙江", "to": f"person:{north['ana'].id}"},
        {"place": "杭州", "to": f"team:{north['max'].team_id}"},
    ]
    owner_policy(gold, "territory", areas=areas)
    made = [make_customer(place, place=place) for place in ("浙江省宁波市", "浙江省杭州市西湖区", "江苏省苏州市")]
    for one in made:
        put(one, gold)
    _run, plan = give_owners(by=SYSTEM, at=NOON)
    assert owners(made) == ["ana", "max", ""]
    assert [one.customer_id for one, _policy in plan.without] == [made[2].id]


def test_an_owner_whom_somebody_chose_stays(gold, north):
    by_hand = customers_in(gold, 1, owner=north["max"])
    given = customers_in(gold, 2)
    owner_policy(gold, "person", person=north["ana"].id)
    give_owners(by=SYSTEM, at=NOON)
    change_customer(customer_id=given[0].id, owner=north["li"].id, by=SYSTEM, at=NOON)
    hand_over_customers(customer_ids=[given[1].id], owner=north["li"].id, by=SYSTEM, at=NOON)
    hand_over_customers(customer_ids=[given[1].id], owner=north["ana"].id, by=SYSTEM, at=NOON)
    owner_policy(gold, "person", person=north["max"].id, at=NOON + timedelta(days=1))
    assert give_owners(by=SYSTEM, at=NOON)[0] is None
    assert owners([*by_hand, *given]) == ["max", "li", "ana"]
    assert set(OwnerGrant.objects.values_list("ending", flat=True)) == {"hand"}


def test_a_change_of_class_brings_the_owner_of_the_new_class(gold, north):
    silver = gold.scheme.classes.get(key="silver")
    owner_policy(gold, "person", person=north["ana"].id)
    owner_policy(silver, "person", person=north["max"].id)
    made = customers_in(gold, 2)
    give_owners(by=SYSTEM, at=NOON)
    put(made[0], silver, at=NOON + timedelta(days=1))
    give_owners(by=SYSTEM, at=NOON + timedelta(days=1))
    assert owners(made) == ["max", "ana"]
    put(made[0], gold, at=NOON + timedelta(days=2))
    give_owners(by=SYSTEM, at=NOON + timedelta(days=2))
    assert owners(made) == ["ana", "ana"]


def test_a_new_value_leaves_whom_it_could_have_chosen_where_they_are(gold, north):
    made = customers_in(gold, 3)
    owner_policy(gold, "turns", team=north["ana"].team_id)
    give_owners(by=SYSTEM, at=NOON)
    owner_policy(gold, "load", team=north["ana"].team_id, at=NOON + timedelta(days=1))
    page = preview_page(make_cast_actor("ada"))
    assert (page["total"], page["shares"]) == (0, [])
    run, _plan = give_owners(by=SYSTEM, at=NOON + timedelta(days=1))
    assert owners(made) == ["ana", "li", "ana"]
    assert run.customers == 0
    assert len(recorded("OwnersGiven")) == 1


def test_undo_gives_the_earlier_owners_back_and_spares_what_was_changed_since(gold, north):
    made = customers_in(gold, 3)
    owner_policy(gold, "person", person=north["ana"].id)
    run, _plan = give_owners(by=SYSTEM, at=NOON)
    change_customer(customer_id=made[1].id, owner=north["li"].id, by=SYSTEM, at=NOON)
    assert take_back_owners(run_id=run.id, by=make_cast_actor("ada"), at=NOON) == (2, 1)
    assert owners(made) == ["", "li", ""]
    assert recorded("OwnersTakenBack") == [("OwnersTakenBack", {"run_id": run.id, "customers": 2, "kept": 1})]
    with pytest.raises(AlreadyUndone):
        take_back_owners(run_id=run.id, by=SYSTEM, at=NOON)
    with pytest.raises(NoSuchOwnerRun):
        take_back_owners(run_id=10**9, by=SYSTEM, at=NOON)


def test_by_itself_only_where_the_policy_says_so_and_not_against_a_hand(gold, north):
    made = customers_in(gold, 2)
    owner_policy(gold, "person", person=north["ana"].id)
    give_after({"run_id": 1})
    assert owners(made) == ["", ""]
    owner_policy(gold, "person", person=north["ana"].id, automatic=True, at=NOON + timedelta(days=1))
    give_after({"customer_id": made[0].id})
    assert owners(made) == ["ana", ""]
    give_after({"run_id": 1})
    assert owners(made) == ["ana", "ana"]
    hand_over_customers(customer_ids=[made[0].id], owner=None, by=SYSTEM, at=NOON)
    give_after({"run_id": 2})
    assert owners(made) == ["", "ana"]


def test_who_left_or_only_looks_gets_nobody(gold, north):
    made = customers_in(gold, 1)
    owner_policy(gold, "person", person=north["ana"].id)
    User.objects.filter(login="ana").update(is_active=False)
    _run, plan = give_owners(by=SYSTEM, at=NOON)
    assert (owners(made), len(plan.without)) == ([""], 1)


def test_archived_customers_get_nobody(gold, north):
    made = customers_in(gold, 1)
    Customer.objects.update(archived_at=NOON)
    made[0].listing.__class__.objects.update(archived=True)
    owner_policy(gold, "person", person=north["ana"].id)
    assert give_owners(by=SYSTEM, at=NOON)[0] is None


def test_the_pages_give_and_undo(gold, north, client):
    made = customers_in(gold, 2)
    owner_policy(gold, "person", person=north["ana"].id)
    client.force_login(make_user("ada"))
    assert "Ana" in client.get("/policies/owners/").text
    receipt = client.post("/policies/owners/give/").headers["Location"]
    assert owners(made) == ["ana", "ana"]
    assert "Customer 0" in client.get(receipt).text
    client.post(f"{receipt}undo/")
    assert owners(made) == ["", ""]
    for login in ("ana", "li", "vic"):
        client.force_login(make_user(login))
        assert client.get("/policies/owners/").status_code == 403
        assert client.post("/policies/owners/give/").status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("assign", [pytest.param("turns", marks=pytest.mark.slow), "load"])
def test_fifty_at_once_stay_balanced(assign):
    gold = make_scheme("standing", "gold")[0]
    people = [make_user(f"keeper{number}", may=KEEP) for number in range(5)]
    team = make_user("ana").team
    User.objects.filter(id__in=[one.id for one in people]).update(team=team)
    User.objects.filter(login="ana").update(is_active=False)
    made = customers_in(gold, 50)
    owner_policy(gold, assign, team=team.id)

    def give_one(customer):
        give_owners(by=SYSTEM, at=NOON, ids=[customer.id])
        connection.close()

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(give_one, made))
    assert sorted(Counter(owners(made)).values()) == [10, 10, 10, 10, 10]


@pytest.mark.django_db(transaction=True)
def test_the_same_customer_at_once_is_given_once():
    gold = make_scheme("standing", "gold")[0]
    ana = make_user("ana")
    make_user("li")
    (customer,) = customers_in(gold, 1)
    owner_policy(gold, "turns", team=ana.team_id)

    def give_it(_number):
        give_owners(by=SYSTEM, at=NOON, ids=[customer.id])
        connection.close()

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(give_it, range(50)))
    assert OwnerGrant.objects.count() == 1


def test_choosing_needs_no_database():
    desk = Desk({1: [7, 8]}, frozenset({7, 8, 9}), turns={1: 3}, loads={7: 2})
    turns, load = {"assign": "turns", "team": 1}, {"assign": "load", "team": 1}
    place = {"province": "", "city": ""}
    assert [desk.choose(turns, **place, now=None) for _ in range(2)] == [8, 7]
    assert [desk.choose(load, **place, now=None) for _ in range(3)] == [8, 8, 7]
    assert desk.choose(load, **place, now=7) == 7
    assert desk.choose({"assign": "load", "team": 2}, **place, now=None) is None
