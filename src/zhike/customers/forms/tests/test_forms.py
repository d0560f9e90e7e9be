import pytest

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.customers.errors import NoSuchFormField, NoSuchSorting
from zhike.customers.forms import actions
from zhike.customers.forms.layouts import FormField, Section, all_forms
from zhike.customers.forms.queries import list_missing
from zhike.customers.forms.registries import SortedClass, Sorter, Sorting, customer_sorters
from zhike.customers.models import Customer, FormLayout
from zhike.customers.testing import NOON, make_customer, make_field

pytestmark = pytest.mark.django_db
WHO = {"by": SYSTEM, "at": NOON}
CLASS: dict[int, str] = {}


@pytest.fixture(autouse=True)
def sorter(monkeypatch, client):
    """Customers are sorted into key and ordinary ones, as `CLASS` says."""
    CLASS.clear()
    classes = [SortedClass("key", "Key customers", "indigo"), SortedClass("ordinary", "Ordinary customers")]
    held = Sorter(lambda: [Sorting("rank", "Rank", classes)], lambda one, _sorting: CLASS.get(one, ""))
    monkeypatch.setattr(customer_sorters, "_items", {"tests": held})
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ada"))


@pytest.fixture
def forms():
    make_field("budget", "money", name_en="Budget")
    make_field("contract", "date", name_en="Contract")
    make_field("hobby", name_en="Hobby")
    actions.choose_scheme(scheme="rank", **WHO)
    key = Section(
        "合作", "Business", (FormField("cf_budget", True), FormField("cf_contract", True), FormField("industry", True))
    )
    actions.save_layout(scheme="rank", class_key="key", sections=[key], visit_form="deep", **WHO)
    actions.save_layout(scheme="", class_key="", sections=[Section("其他", "Rest", (FormField("cf_hobby"),))], **WHO)


def test_the_class_decides_what_is_shown_and_required(forms, client):
    customer = make_customer()
    page = client.get(f"/customers/{customer.id}/").text
    assert ("Hobby" in page, "Budget" in page, "Still missing" in page) == (True, False, False)
    CLASS[customer.id] = "key"
    page = client.get(f"/customers/{customer.id}/").text
    assert ("Hobby" in page, "Budget" in page, "Business" in page) == (False, True, True)
    assert "Still missing: Budget、Contract、Industry" in page.replace("</div>", "").replace("  ", " ")


def test_a_change_of_type_asks_only_for_what_is_missing(forms, client):
    customer = make_customer(industry="Education")
    CLASS[customer.id] = "key"
    assert list_missing(customer) == ["cf_budget", "cf_contract"]
    address = f"/customers/{customer.id}/missing/"
    page = client.get(address)
    assert list(page.context["form"].fields) == ["cf_budget", "cf_contract"]
    half = client.post(address, {"cf_budget": "12.50", "cf_contract": ""})
    assert half.status_code == 422
    assert Customer.objects.get(id=customer.id).custom == {}
    assert client.post(address, {"cf_budget": "12.50", "cf_contract": "2026-03-08"}).status_code == 302
    assert Customer.objects.get(id=customer.id).custom == {"budget": 1250, "contract": "2026-03-08"}
    assert "Nothing is missing" in client.get(address).text


def test_a_value_outside_of_the_form_stays_visible(forms, client):
    customer = make_customer()
    Customer.objects.filter(id=customer.id).update(custom={"hobby": "chess"})
    CLASS[customer.id] = "key"
    assert "chess" in client.get(f"/customers/{customer.id}/").text


def test_the_form_of_a_new_customer_follows_the_class(forms, client):
    assert "Hobby" in client.get("/customers/new/").text
    page = client.get("/customers/new/?class=key").text
    assert "Budget" in page
    assert "Hobby" not in page
    given = {"name": "C", "kind": "company", "industry": "IT", "cf_budget": "x", "cf_contract": "2026-03-08"}
    assert "is not a number that fits Budget" in client.post("/customers/new/?class=key", given).text
    assert Customer.objects.count() == 0
    assert client.post("/customers/new/?class=key", {**given, "cf_budget": "5"}).status_code == 302
    assert Customer.objects.get().custom == {"budget": 500, "contract": "2026-03-08"}
    assert client.post("/customers/new/?class=key", {"name": "D", "kind": "company"}).status_code == 422


def test_an_administrator_edits_a_form_and_looks_at_it_first(forms, client):
    address = "/settings/forms/rank/ordinary/"
    given = {"zh_1": "基本", "en_1": "Basics", "section_cf_hobby": "1", "order_cf_hobby": "2", "section_cf_budget": "1",
             "order_cf_budget": "1", "required_cf_budget": "on"}  # fmt: skip
    page = client.post(address, {**given, "preview": "1"})
    assert page.context["preview"] == [("Basics", [("Budget", True), ("Hobby", False)])]
    assert FormLayout.objects.filter(class_key="ordinary").count() == 0
    assert client.post(address, given).status_code == 302
    assert all_forms().of_class("ordinary").fields == [FormField("cf_budget", True), FormField("cf_hobby")]
    assert "Basics" in client.get("/settings/forms/").text
    client.post(f"{address}remove/")
    assert all_forms().of_class("ordinary").class_key == ""


def test_forms_of_classes_or_fields_that_are_not_there_are_refused():
    with pytest.raises(NoSuchSorting):
        actions.choose_scheme(scheme="nope", **WHO)
    with pytest.raises(NoSuchSorting):
        actions.save_layout(scheme="rank", class_key="nope", sections=[], **WHO)
    with pytest.raises(NoSuchFormField):
        actions.save_layout(scheme="", class_key="", sections=[Section("a", "a", (FormField("cf_nope"),))], **WHO)
    assert FormLayout.objects.count() == 0


def test_only_administrators_set_up_forms(client):
    client.force_login(make_user("li"))
    assert client.get("/settings/forms/").status_code == 403
    assert client.post("/settings/forms/rank/key/", {}).status_code == 403
