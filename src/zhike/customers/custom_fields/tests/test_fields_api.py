import pytest

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.customers.models import Customer
from zhike.customers.profile.actions import change_customer
from zhike.customers.testing import NOON, make_customer, make_field

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


@pytest.fixture(autouse=True)
def signed_in(client):
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ada"))


def test_a_field_is_added_changed_archived_and_removed(client):
    body = {
        "key": "heat",
        "type": "choice",
        "name_en": "Heat",
        "choices": [{"key": "hot", "zh": "热", "hue": "orange"}],
    }
    made = client.post("/api/fields", body, **JSON)
    assert (made.status_code, made.json()["name"]) == (201, "cf_heat")
    changed = client.patch("/api/fields/heat", {"required": True}, **JSON).json()
    assert (changed["required"], changed["name_en"], changed["choices"][0]["key"]) == (True, "Heat", "hot")
    assert client.delete("/api/fields/heat").status_code == 409
    assert client.post("/api/fields/heat/archive").json()["archived"] is True
    assert client.delete("/api/fields/heat").status_code == 204
    assert client.get("/api/fields").json() == []


def test_values_are_given_and_taken_typed(client):
    make_field("seats", "number")
    make_field("budget", "money")
    make_field("vip", "yes_no")
    make_field("per_seat", "formula", formula="budget / seats")
    body = {"name": "C", "fields": {"seats": 4, "budget": 10000, "vip": False}}
    made = client.post("/api/customers", body, **JSON)
    assert made.status_code == 201
    assert made.json()["fields"] == {"seats": "4", "budget": 10000, "vip": False, "per_seat": 2500}
    answer = client.patch(f"/api/customers/{made.json()['id']}", {"fields": {"seats": None}}, **JSON).json()
    assert answer["fields"] == {"seats": None, "budget": 10000, "vip": False, "per_seat": None}


def test_a_wrong_value_is_a_problem_that_names_the_field(client):
    make_field("seats", "number", name_en="Seats", required=True)
    customer = make_customer()
    address = f"/api/customers/{customer.id}"
    wrong = client.patch(address, {"fields": {"seats": "many"}}, **JSON)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "customers.field_not_a_number")
    assert client.patch(address, {"fields": {"nope": 1}}, **JSON).json()["code"] == "customers.unknown_field"
    lacking = client.post("/api/customers", {"name": "New"}, **JSON)
    assert (lacking.status_code, lacking.json()["code"]) == (422, "customers.field_missing")
    assert Customer.objects.filter(name="New").count() == 0


def test_personal_values_are_masked_unless_revealed(client):
    make_field("income", personal=True)
    customer = make_customer()
    change_customer(customer_id=customer.id, by=SYSTEM, at=NOON, custom={"income": "98765"})
    address = f"/api/customers/{customer.id}"
    assert client.get(address).json()["fields"] == {"income": "••••"}
    assert client.get(f"{address}?reveal=true").json()["fields"] == {"income": "98765"}
    assert len(recorded("FieldRevealed")) == 1


def test_only_administrators_set_up_fields(client):
    client.force_login(make_user("li"))
    assert client.post("/api/fields", {"key": "a", "type": "text", "name_en": "A"}, **JSON).status_code == 403
    assert client.get("/api/fields").status_code == 200
