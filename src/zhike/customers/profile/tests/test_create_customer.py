from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_cast_actor
from zhike.audit.testing import recorded
from zhike.customers.contacts.actions import NewContact
from zhike.customers.errors import (
    BadValue,
    BirthdayInFuture,
    ExternalIdTaken,
    LookAlikes,
    NameMissing,
    TooLong,
    TooManyTags,
)
from zhike.customers.models import Customer, Listing
from zhike.customers.profile.actions import create_customer
from zhike.customers.testing import NOON, make_customer


@pytest.mark.django_db
def test_whoever_creates_a_customer_owns_it_and_finds_it_listed():
    ana = make_cast_actor("ana")
    customer = create_customer(name=" 苏州澜图  精密 ", kind="company", tags=["老客户", "老客户"], by=ana, at=NOON)
    assert (customer.name, customer.owner_id, customer.tags) == ("苏州澜图 精密", ana.id, ["老客户"])
    row = Listing.objects.get(customer=customer)
    assert (row.name_pinyin, row.owner_id, row.value, row.classes) == ("suzhoulantujingmi", ana.id, 0, [])
    assert recorded("CustomerCreated") == [("CustomerCreated", {"customer_id": customer.id, "name": "苏州澜图 精密"})]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": "   "}, NameMissing),
        ({"name": "\u200b\u200e"}, NameMissing),
        ({"name": "长" * 10_000}, TooLong),
        ({"name": "A", "kind": "robot"}, BadValue),
        ({"name": "A", "tags": [f"t{number}" for number in range(400)]}, TooManyTags),
        ({"name": "A", "birthday": "2026-02-30"}, BadValue),
        ({"name": "A", "birthday": "2999-01-01"}, BirthdayInFuture),
        ({"name": "A", "employees": "-1"}, BadValue),
        ({"name": "A", "nonsense": 1}, BadValue),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(fields, refusal):
    with pytest.raises(refusal):
        create_customer(by=SYSTEM, at=NOON, **fields)
    assert Customer.objects.count() == 0
    assert recorded() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "😀🎉",
        "👨\u200d👩\u200d👧 一家",
        "علی\u200cرضا",
        "شركة النور",
        "<b>Bobby</b>'; DROP TABLE",
        "𠮷野家",
        "O'Neil & Söhne",
    ],
)
def test_names_of_any_script_are_kept_as_they_are(name):
    assert create_customer(name=name, by=SYSTEM, at=NOON).name == name


@pytest.mark.django_db
def test_a_known_phone_is_warned_of_before_a_second_customer_is_made():
    make_customer(phones=["13800138000"])
    twin = {"name": "李四", "contacts": [NewContact("phone", "+86 138 0013 8000")], "by": SYSTEM, "at": NOON}
    with pytest.raises(LookAlikes) as refused:
        create_customer(**twin, despite_look_alikes=False)
    assert refused.value.facts == {"count": 1}
    assert Customer.objects.count() == 1
    create_customer(**twin)
    assert Customer.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_with_the_same_external_id_make_exactly_one():
    def attempt(number: int) -> str:
        try:
            create_customer(name=f"C{number}", external_ids={"shop": "42"}, by=SYSTEM, at=NOON)
        except ExternalIdTaken:
            return "refused"
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(attempt, range(50)))
    assert sorted(results) == ["made"] + ["refused"] * 49
    assert Customer.objects.count() == 1
