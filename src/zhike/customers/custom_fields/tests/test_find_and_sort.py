import threading

import psycopg
import pytest
from django.db import connection

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.customers.custom_fields import indexes
from zhike.customers.custom_fields.definitions import read_fields
from zhike.customers.custom_fields.errors import CustomersBusy, FieldTaken
from zhike.customers.models import Customer
from zhike.customers.profile.actions import change_customer
from zhike.customers.search.queries import find_customers
from zhike.customers.testing import NOON, make_customer, make_field


def put(customer, **custom):
    return change_customer(customer_id=customer.id, by=SYSTEM, at=NOON, custom=custom)


@pytest.mark.django_db
def test_the_search_box_finds_what_a_searchable_field_begins_with():
    make_field("machine", searchable=True)
    make_field("hidden")
    a, b = make_customer("A"), make_customer("B")
    put(a, machine="SN-2026-77", hidden="secret")
    put(b, machine="测试机 9")
    assert [row.name for row in find_customers(text="sn-2026", actor=SYSTEM)] == ["A"]
    assert [row.name for row in find_customers(text="测试", actor=SYSTEM)] == ["B"]
    assert find_customers(text="2026-77", actor=SYSTEM) == []
    assert find_customers(text="secret", actor=SYSTEM) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("type", "values"), [("number", ["-5", "2.5", "10"]), ("date", ["2020-01-01", "2024-05-05", "2026-01-01"])]
)
def test_the_list_is_sorted_by_a_custom_field_and_paged(client, type, values):
    make_field("f", type)
    for name, value in zip("abc", values, strict=True):
        put(make_customer(name), f=value)
    make_customer("none")
    client.force_login(make_user("ada"))
    names = [line.name for line in client.get("/customers/?sort=-cf_f&col=cf_f").context["lines"]]
    assert names == ["c", "b", "a", "none"]
    answer = client.get("/api/customers?sort=cf_f&limit=2").json()
    assert [one["name"] for one in answer["rows"]] == ["none", "a"]
    rest = client.get(f"/api/customers?sort=cf_f&limit=2&after={answer['next']}").json()
    assert [one["name"] for one in rest["rows"]] == ["b", "c"]


@pytest.mark.django_db
def test_the_list_is_filtered_by_what_a_formula_comes_to(client):
    make_field("seats", "number")
    make_field("budget", "money")
    make_field("per_seat", "formula", name_zh="每席", formula="budget / seats + value")
    make_field("share", "formula", formula="seats / employees")
    for name, seats, budget in (("a", "3", 100_00), ("b", "-4", 100_00), ("c", "0", 100_00), ("d", "0.5", 1)):
        put(make_customer(name, employees=3), seats=seats, budget=budget)
    client.force_login(make_user("ada"))

    def found(asked):
        return "".join(sorted(line.name for line in client.get(f"/customers/?{asked}").context["lines"]))

    assert found("cf_per_seat=33.33") == "a"
    assert found("cf_per_seat=..0.02") == "bd"
    assert found("cf_per_seat=-25..33.32") == "bd"
    assert found("cf_per_seat=none") == "c"
    assert found("cf_per_seat=any") == "abd"
    assert found("cf_share=0.17..1") == "ad"
    assert found("cf_share=x") == ""
    assert "每席" in client.get("/customers/?cf_per_seat=33.33").text
    one = client.get("/api/customers?cf_per_seat=30..").json()
    assert [row["name"] for row in one["rows"]] == ["a"]


@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_write_one_unique_value_at_once_one_gets_it():
    make_field("code", unique=True)
    customers = [make_customer(f"C{number}") for number in range(50)]
    gate, told = threading.Barrier(10), []

    def write(mine):
        gate.wait()
        for customer in mine:
            try:
                put(customer, code="SAME")
                told.append("kept")
            except FieldTaken:
                told.append("taken")
        connection.close()

    threads = [threading.Thread(target=write, args=(customers[start::10],)) for start in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.count("kept"), told.count("taken")) == (1, 49)
    assert Customer.objects.filter(custom={"code": "SAME"}).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_field_that_needs_an_index_says_so_while_customers_stay_locked(monkeypatch):
    monkeypatch.setattr(indexes, "PATIENCE", "100ms")
    make_customer("A")
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("UPDATE customers_customer SET source = 'x'")
        with pytest.raises(CustomersBusy):
            make_field("code", unique=True)
        other.rollback()
    assert read_fields() == {}
    make_field("code", unique=True)
    assert list(read_fields()) == ["code"]


@pytest.mark.django_db
def test_a_formula_says_where_columns_are_chosen_why_it_does_not_sort(client):
    make_field("budget", "money", name_en="Budget")
    make_field("double", "formula", name_en="Double", formula="budget * 2")
    client.force_login(make_user("ada"))
    page = client.get("/customers/", headers={"accept-language": "en"}).text
    assert 'Double<br><small class="zk-cap zk-3">Does not sort: a formula is computed for each customer' in page
    assert page.count("Does not sort") == 1
