"""Forms over the API: what they are, who may change them, what a customer's form asks and what is missing."""

import pytest

from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.customers.forms.api import FORM
from zhike.customers.forms.registries import SortedClass, Sorter, Sorting, customer_sorters
from zhike.customers.models import FormLayout
from zhike.customers.testing import make_customer, make_field

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
CLASS: dict[int, str] = {}
BODY = {
    "sections": [
        {"zh": "合作", "en": "Business", "fields": [{"name": "cf_budget", "required": True}, {"name": "industry"}]}
    ],
    "visit_form": "deep",
}


@pytest.fixture(autouse=True)
def sorter(monkeypatch, client):
    CLASS.clear()
    held = Sorter(
        lambda: [Sorting("rank", "Rank", [SortedClass("key", "Key customers", "indigo")])],
        lambda one, _sorting: CLASS.get(one, ""),
    )
    monkeypatch.setattr(customer_sorters, "_items", {"tests": held})
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ada"))
    make_field("budget", "money", name_en="Budget")


def test_a_form_is_made_changed_and_removed(client):
    assert client.patch("/api/forms", {"scheme": "rank"}, **JSON).json() == {"scheme": "rank", "forms": []}
    made = client.put("/api/forms/rank/key", BODY, **JSON)
    assert (made.status_code, made.json()["sections"][0]["fields"][0]) == (200, {"name": "cf_budget", "required": True})
    assert client.get("/api/forms/rank/key").json() == made.json() == client.get("/api/forms").json()["forms"][0]
    client.put("/api/forms/-/-", {"sections": [{"en": "Rest", "fields": [{"name": "source"}]}]}, **JSON)
    assert [one["scheme"] for one in client.get("/api/forms").json()["forms"]] == ["-", "rank"]
    assert len(recorded("FormLayoutChanged")) == 3
    assert client.delete("/api/forms/rank/key").status_code == 204
    assert client.delete("/api/forms/rank/key").status_code == 404
    assert client.get("/api/forms/rank/key").json()["code"] == "customers.no_such_form"


def test_the_example_of_the_documentation_is_taken(client):
    assert client.put("/api/forms/-/-", FORM, **JSON).status_code == 200
    assert [one["name"] for one in client.get("/api/forms/-/-").json()["sections"][1]["fields"]] == ["source", "tags"]


def test_a_customer_s_form_says_what_is_missing(client):
    client.patch("/api/forms", {"scheme": "rank"}, **JSON)
    client.put("/api/forms/rank/key", BODY, **JSON)
    customer = make_customer(industry="IT")
    address = f"/api/customers/{customer.id}/form"
    plain = client.get(address).json()
    assert (plain["scheme"], plain["required"], plain["missing"]) == ("-", [], [])
    CLASS[customer.id] = "key"
    found = client.get(address).json()
    assert (found["scheme"], found["class_key"], found["visit_form"]) == ("rank", "key", "deep")
    assert found["sections"] == [
        {
            "title": "Business",
            "fields": [
                {"name": "cf_budget", "required": True, "label": "Budget", "missing": True},
                {"name": "industry", "required": False, "label": "Industry", "missing": False},
            ],
        }
    ]
    assert (found["required"], found["missing"]) == (["cf_budget"], ["cf_budget"])
    client.patch(f"/api/customers/{customer.id}", {"fields": {"budget": 1250}}, **JSON)
    assert client.get(address).json()["missing"] == []


@pytest.mark.parametrize(
    ("place", "change", "code"),
    [
        ("rank/nobody", {}, "customers.no_such_sorting"),
        ("rank/key", {"sections": [{"fields": [{"name": "cf_gone"}]}]}, "customers.no_such_form_field"),
        ("rank/key", {"sections": [{"fields": [{"name": "tags"}, {"name": "tags"}]}]}, "customers.no_such_form_field"),
        ("rank/key", {"colour": "red"}, None),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(client, place, change, code):
    answer = client.put(f"/api/forms/{place}", BODY | change, **JSON)
    assert answer.status_code == 422
    assert code is None or answer.json()["code"] == code
    assert not FormLayout.objects.exists()


@pytest.mark.parametrize(
    ("login", "reads", "writes"), [("ada", 200, 200), ("li", 200, 403), ("ana", 200, 403), ("vic", 200, 403)]
)
def test_who_may(client, login, reads, writes):
    client.force_login(make_user(login))
    assert client.get("/api/forms").status_code == reads
    assert client.put("/api/forms/rank/key", BODY, **JSON).status_code == writes
    assert client.patch("/api/forms", {"scheme": "rank"}, **JSON).status_code == writes
    assert FormLayout.objects.exists() == (writes == 200)


def test_the_form_of_somebody_else_s_customer_is_not_there(client):
    customer = make_customer(owner=make_user("ana"))
    client.force_login(make_user("max"))
    assert client.get(f"/api/customers/{customer.id}/form").status_code == 404
