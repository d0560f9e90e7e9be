import pytest

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.customers.custom_fields import actions
from zhike.customers.custom_fields.definitions import list_fields
from zhike.customers.models import Customer
from zhike.customers.profile.actions import change_customer
from zhike.customers.testing import NOON, make_customer, make_field

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["zhike_language"] = "en"


def put(customer, **custom):
    return change_customer(customer_id=customer.id, by=SYSTEM, at=NOON, custom=custom)


def test_an_administrator_sets_up_a_field_and_everybody_else_may_not(client):
    for login, status in (("li", 403), ("ana", 403), ("vic", 403)):
        client.force_login(make_user(login))
        assert client.get("/settings/fields/").status_code == status
    client.force_login(make_user("ada"))
    assert "No fields of your own yet" in client.get("/settings/fields/").text
    assert "Choice" in client.get("/settings/fields/new/").text
    form = {"name_zh": "预算", "name_en": "Budget", "least": "0", "most": "1000000", "required": "on"}
    assert client.post("/settings/fields/new/?type=money", form).status_code == 302
    (one,) = list_fields()
    assert (one.key, one.type, one.required, one.limits.most) == ("budget", "money", True, "100000000")
    page = client.get("/settings/fields/").text
    assert "Budget" in page
    assert "required" in page


def test_a_wrong_definition_says_why_and_nothing_is_made(client):
    client.force_login(make_user("ada"))
    page = client.post("/settings/fields/new/?type=choice", {"name_en": "Heat", "choices": "A B = x"}).text
    assert "Line 1 of the choices cannot be read" in page
    page = client.post("/settings/fields/new/?type=number", {"name_en": "N", "least": "5", "most": "1"}).text
    assert "the least is above the most" in page
    page = client.post("/settings/fields/new/?type=formula", {"name_en": "F", "formula": "1 + spam"}).text
    assert "There is no number, amount or formula of this name." in page
    assert list_fields() == []


def test_a_chinese_name_makes_a_key_of_its_pinyin(client):
    client.force_login(make_user("ada"))
    client.post("/settings/fields/new/?type=text", {"name_zh": "设备编号"})
    client.post("/settings/fields/new/?type=text", {"name_zh": "设备编号"})
    assert [one.key for one in list_fields()] == ["shebeibianhao", "shebeibianhao_2"]


def test_a_value_is_edited_in_place_and_the_change_can_be_undone(client):
    make_field("budget", "money", name_en="Budget")
    customer = make_customer()
    client.force_login(make_user("ada"))
    assert "Budget" in client.get(f"/customers/{customer.id}/").text
    address = f"/customers/{customer.id}/custom/budget/"
    answer = client.post(address, {"value": "1,280.50", "was": "1"}, headers=PART).text
    assert "1,280.50" in answer
    assert "<html" not in answer
    assert f'hx-post="{address}?value="' in answer
    assert Customer.objects.get(id=customer.id).custom == {"budget": 128050}
    wrong = client.post(address, {"value": "much", "was": "1"}, headers=PART).text
    assert "is not a number that fits Budget" in wrong
    client.post(f"{address}?value=")
    assert Customer.objects.get(id=customer.id).custom == {}


def test_whose_customer_it_is_not_gets_404(client):
    make_field("a")
    customer = make_customer(owner=make_user("max"))
    client.force_login(make_user("ana"))
    assert client.post(f"/customers/{customer.id}/custom/a/", {"value": "x", "was": "1"}).status_code == 404
    client.force_login(make_user("vic"))
    assert client.post(f"/customers/{customer.id}/custom/a/", {"value": "x", "was": "1"}).status_code in (403, 404)
    assert Customer.objects.get(id=customer.id).custom == {}


def test_a_personal_field_is_masked_until_somebody_looks_and_that_is_written_down(client):
    make_field("income", name_en="Income", personal=True)
    customer = put(make_customer(owner=make_user("ana")), income="98765")
    client.force_login(make_user("ana"))
    assert "98765" not in client.get(f"/customers/{customer.id}/").text
    answer = client.post(f"/customers/{customer.id}/custom/income/reveal/")
    assert answer.text == "98765"
    event, facts = recorded()[-1]
    assert (event, facts["field"]) == ("FieldRevealed", "cf_income")
    assert "98765" not in str(recorded())
    client.force_login(make_user("eve", may=["customers.view_customer", "customers.change_customer"]))
    assert client.post(f"/customers/{customer.id}/custom/income/reveal/").status_code in (403, 404)


def test_a_personal_field_is_no_column_no_filter_and_in_no_file(client):
    make_field("income", personal=True)
    put(make_customer(), income="98765")
    client.force_login(make_user("ada"))
    assert "98765" not in client.get("/customers/?col=cf_income").text
    assert len(client.get("/customers/?cf_income=98765").context["lines"]) == 1  # not narrowed
    assert client.get("/customers/export/?column=name&column=cf_income").status_code == 422


@pytest.mark.parametrize(
    ("type", "settings", "value", "address", "found"),
    [
        ("choice", {"choices": "a=甲\nb=乙"}, "a", "cf_f=a", True),
        ("choice", {"choices": "a=甲\nb=乙"}, "a", "cf_f=b", False),
        ("choices", {"choices": "a=甲\nb=乙"}, ["a", "b"], "cf_f=b", True),
        ("yes_no", {}, False, "cf_f=false", True),
        ("yes_no", {}, True, "cf_f=any", True),
        ("number", {}, "12.5", "cf_f=10..20", True),
        ("number", {}, "12.5", "cf_f=..12", False),
        ("money", {}, 128050, "cf_f=1280.50", True),
        ("date", {}, "2026-03-08", "cf_f=2026-03-01..2026-03-31", True),
        ("date", {}, "2026-03-08", "cf_f=2026-13-99", False),
        ("text", {}, "Alpha 7", "cf_f=alpha", True),
        ("text", {}, "100%", "cf_f=10%", False),
    ],
)
def test_the_list_is_filtered_by_a_custom_field(client, type, settings, value, address, found):
    make_field("f", type, **settings)
    put(make_customer("Has"), f=value)
    make_customer("Has not")
    client.force_login(make_user("ada"))
    page = client.get(f"/customers/?{address}&col=cf_f")
    assert [line.name for line in page.context["lines"]] == (["Has"] if found else [])


def test_columns_and_files_hold_the_values(client):
    make_field("heat", "choice", choices="hot=热=Hot")
    make_field("seats", "number")
    make_field("boss", "user")
    make_field("double", "formula", formula="seats * 2")
    ana = make_user("ana")
    put(make_customer("A"), heat="hot", seats="12.5", boss=ana.id)
    client.force_login(make_user("ada"))
    page = client.get("/customers/?col=cf_heat,cf_seats,cf_boss,cf_double").text
    assert all(word in page for word in ("Hot", "12.5", ana.name, "25"))
    address = "/customers/export/?column=name&column=cf_heat&column=cf_seats&column=cf_boss&column=cf_double"
    lines = client.get(address).getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "name,cf_heat,cf_seats,cf_boss,cf_double"
    assert lines[1] == f"A,Hot,12.5,{ana.name},25.00"


def test_names_with_tags_are_written_out_not_run(client):
    make_field("f", name_zh="<script>alert(1)</script>", choices="x=<b>X</b>", type="choice")
    customer = put(make_customer(), f="x")
    client.force_login(make_user("ada"))
    for address in (
        f"/customers/{customer.id}/",
        "/customers/?col=cf_f&cf_f=x",
        "/settings/fields/",
        "/settings/fields/f/",
    ):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "<b>X</b>" not in text


def test_fields_are_moved_archived_and_restored_on_their_page(client):
    for key in "ab":
        make_field(key)
    client.force_login(make_user("ada"))
    client.post("/settings/fields/b/move/", {"way": "up"})
    assert [one.key for one in list_fields()] == ["b", "a"]
    client.post("/settings/fields/b/move/", {"way": "down"})
    assert [one.key for one in list_fields()] == ["a", "b"]
    client.post("/settings/fields/b/archive/", {"do": "archive"})
    assert [one.key for one in list_fields()] == ["a"]
    assert "b" in client.get("/settings/fields/?archived=1").text
    client.post("/settings/fields/b/archive/", {"do": "restore"})
    assert [one.key for one in list_fields()] == ["a", "b"]


def test_the_list_of_fields_says_how_many_customers_have_a_value_and_shows_some(client):
    make_field("seats", "number", name_en="Seats")
    for number in (3, 4):
        put(make_customer(str(number)), seats=number)
    make_customer("none")
    client.force_login(make_user("ada"))
    (row,) = client.get("/settings/fields/").context["rows"]
    assert (row.filled, row.samples) == ("2", "4、3")


def test_a_removed_field_in_a_kept_address_is_no_fault(client):
    make_field("a")
    actions.archive_field(key="a", by=SYSTEM, at=NOON)
    actions.remove_field(key="a", by=SYSTEM, at=NOON)
    client.force_login(make_user("ada"))
    assert client.get("/customers/?cf_a=x&col=cf_a&sort=cf_a").status_code == 200


def test_a_formula_says_what_it_may_ask_for_and_what_is_missing_at_its_end(client):
    make_field("budget", "money")
    make_field("half", "formula", formula="budget / 2")
    client.force_login(make_user("ada"))
    page = client.get("/settings/fields/half/").text
    assert "<code>budget</code>" in page
    assert "<code>half</code> " not in page  # a formula does not ask for itself
    sent = {"name_zh": "差", "kinds": "", "formula": "budget + (3", "decimals": "2"}
    answer = client.post("/settings/fields/new/?type=formula", sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors["formula"][0].startswith("The formula ends too early")
