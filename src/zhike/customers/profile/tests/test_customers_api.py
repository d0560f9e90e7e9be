import pytest

from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.customers.models import ContactPoint, Customer
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db
NEW = {
    "name": "苏州澜图精密",
    "kind": "company",
    "tags": ["VIP"],
    "contact_points": [{"kind": "phone", "value": "13812341234"}],
    "address": {"place": "江苏苏州"},
    "external_ids": [{"source": "erp", "value": "7"}],
}


@pytest.fixture
def ana(client):
    client.cookies["zhike_language"] = "en"
    user = make_user("ana")
    client.force_login(user)
    return user


def send(client, method, path, body=None, **headers):
    return getattr(client, method)(f"/api/{path}", body, content_type="application/json", headers=headers)


def test_a_customer_is_created_read_changed_archived_and_restored(client, ana):
    made = send(client, "post", "customers", NEW)
    assert made.status_code == 201, made.text
    customer = made.json()
    assert customer["city"] == "320500"
    assert customer["contact_points"][0]["value"] == "138****1234"
    assert customer["external_ids"] == [{"source": "erp", "value": "7"}]
    path = f"customers/{customer['id']}"
    assert send(client, "get", path).json() == customer
    changed = send(client, "patch", path, {"industry": "精密制造", "employees": 380}).json()
    assert (changed["industry"], changed["employees"], changed["tags"]) == ("精密制造", 380, ["VIP"])
    assert send(client, "post", f"{path}/archive").json()["archived_at"]
    refused = send(client, "patch", path, {"industry": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "customers.already_archived")
    assert send(client, "post", f"{path}/restore").json()["archived_at"] is None


def test_the_same_idempotency_key_creates_once(client, ana):
    first = send(client, "post", "customers", NEW, **{"Idempotency-Key": "k1"})
    again = send(client, "post", "customers", NEW, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        ({"name": ""}, "customers.name_missing", 422),
        ({"name": "x" * 10_000}, "customers.too_long", 422),
        ({"name": "x", "kind": "robot"}, "customers.bad_value", 422),
        ({"name": "x", "birthday": "never"}, "customers.bad_value", 422),
        ({"name": "x", "tags": ["t" * 61]}, "customers.too_long", 422),
        ({"name": "x", "owner": 999999}, "customers.no_such_owner", 422),
        ({"name": "x", "contact_points": [{"kind": "pigeon", "value": "coo"}]}, "customers.bad_value", 422),
        ({"name": "x", "address": {"country": "Atlantis"}}, "customers.bad_value", 422),
    ],
)
def test_what_does_not_fit_is_a_problem_and_creates_nothing(client, ana, body, code, status):
    answer = send(client, "post", "customers", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Customer.objects.count() == 0
    assert recorded("CustomerCreated") == []


def test_a_look_alike_is_refused_unless_wanted(client, ana):
    make_customer(phones=["13812341234"])
    answer = send(client, "post", "customers", NEW)
    assert (answer.status_code, answer.json()["code"]) == (409, "customers.look_alikes")
    assert answer.json()["facts"] == {"count": 1}
    assert send(client, "post", "customers", {**NEW, "despite_look_alikes": True}).status_code == 201


def test_customers_of_others_do_not_exist(client, ana):
    foreign = make_customer("C", owner=make_user("max"), phones=["13812341234"])
    point = ContactPoint.objects.get()
    path = f"customers/{foreign.id}"
    contact, fact = {"kind": "phone", "value": "1"}, {"kind": "call", "source_key": "k", "occurred_at": "2026-01-01"}
    for method, tail, body in (
        ("get", "", None), ("patch", "", {}), ("post", "/archive", {}), ("get", "/timeline", None),
        ("get", "/notes", None), ("post", "/notes", {"text": "x"}), ("post", "/contact-points", contact),
        ("post", f"/contact-points/{point.id}/reveal", {}), ("put", "/address", {}), ("post", "/facts", fact),
        ("delete", f"/contact-points/{point.id}", {}),
    ):  # fmt: skip
        assert send(client, method, path + tail, body).status_code == 404, (method, tail)
    assert send(client, "get", "customers").json() == {"rows": [], "next": None}
    assert send(client, "get", "customers/count").json() == {"count": 0, "exact": True}
    assert send(client, "get", "search?q=C").json() == []


def test_viewers_read_and_do_not_write(client):
    vic = make_user("vic")
    customer = make_customer("C", owner=vic, phones=["13812341234"])
    client.force_login(vic)
    assert send(client, "get", f"customers/{customer.id}").status_code == 200
    assert send(client, "patch", f"customers/{customer.id}", {"name": "D"}).status_code == 403
    assert send(client, "post", "customers", NEW).status_code == 403
    revealed = send(client, "get", f"customers/{customer.id}?reveal=true")
    assert (revealed.status_code, revealed.json()["code"]) == (403, "customers.may_not_reveal")
    assert recorded("ContactRevealed") == []


def test_the_list_filters_sorts_and_pages_by_key(client, ana):
    for name in ("A", "B", "C"):
        make_customer(name, owner=ana, tags=["VIP"] if name != "B" else [])
    first = send(client, "get", "customers?sort=name&limit=2").json()
    assert [row["name"] for row in first["rows"]] == ["A", "B"]
    rest = send(client, "get", f"customers?sort=name&limit=2&after={first['next']}").json()
    assert ([row["name"] for row in rest["rows"]], rest["next"]) == (["C"], None)
    assert [row["name"] for row in send(client, "get", "customers?sort=name&tag=VIP").json()["rows"]] == ["A", "C"]
    assert send(client, "get", "customers?limit=1000").status_code == 422
    assert send(client, "get", "customers?after=xx").json()["code"] == "paging.bad_cursor"


def test_contact_points_are_revealed_to_who_may_and_that_is_written_down(client, ana):
    customer = make_customer("C", owner=ana, phones=["13812341234"], emails=["a@b.cn"])
    points = send(client, "get", f"customers/{customer.id}?reveal=true").json()["contact_points"]
    assert sorted(one["value"] for one in points) == ["13812341234", "a@b.cn"]
    one = send(client, "post", f"customers/{customer.id}/contact-points/{points[0]['id']}/reveal").json()
    assert one["value"] == points[0]["value"]
    assert len(recorded("ContactRevealed")) == 3


def test_facts_are_written_once_per_key_and_notes_stand_on_the_timeline(client, ana):
    customer, other = make_customer("C", owner=ana), make_customer("D", owner=ana)
    fact = {
        "kind": "visit",
        "occurred_at": "2026-01-02T03:04:05+08:00",
        "source_key": "door:1",
        "amount": 5,
        "currency": "CNY",
    }
    path = f"customers/{customer.id}"
    first, again = (send(client, "post", f"{path}/facts", fact) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["occurred_at"] == "2026-01-01T19:04:05Z"
    taken = send(client, "post", f"customers/{other.id}/facts", fact)
    assert (taken.status_code, taken.json()["code"]) == (409, "customers.source_key_taken")
    bad = send(client, "post", f"{path}/facts", {**fact, "source_key": "door:2", "currency": "ABC"})
    assert bad.status_code == 422
    assert send(client, "post", f"{path}/notes", {"text": "Called"}).status_code == 201
    assert send(client, "post", f"{path}/notes", {"text": " "}).status_code == 422
    rows = send(client, "get", f"{path}/timeline").json()["rows"]
    assert [(row["kind"], row["note"], row["amount"]) for row in rows] == [("note", "Called", None), ("visit", "", 5)]
    assert [one["text"] for one in send(client, "get", f"{path}/notes").json()] == ["Called"]


@pytest.mark.parametrize(
    "path",
    [
        "customers?tag=%00", "customers?city=%00&q=%00", "customers?owner=99999999999999999999", "search?q=%00",
        "customers?after=WyJceDAwIiwxXQ", "customers/99999999999999999999", "customers?class=x&class=%F0%9F%98%80",
        "customers?sort=id;drop", "search?q=%25%25%25%25", "search?q=((((((((", "customers?after=W251bGwsMV0",
        "customers?sort=name&after=WyJcdTAwMDAiLDFd", "customers?sort=created&after=WyJ4IiwxXQ",
    ],
)  # fmt: skip
def test_odd_parameters_are_answered_and_never_break(client, ana, path):
    assert send(client, "get", path).status_code in {200, 404, 422}


@pytest.mark.parametrize(
    "change",
    [
        {"source_key": "\x00"},
        {"occurred_at": "0001-01-01T00:00:00+08:00"},
        {"occurred_at": "9999-12-31T23:59:59-12:00"},
        {"attrs": {"x": "\x00"}},
        {"kind": "x\x00"},
        {"quantity": "1e30"},
        {"amount": 2**70},
    ],
)
def test_odd_facts_are_refused(client, ana, change):
    customer = make_customer("C", owner=ana)
    fact = {"kind": "visit", "occurred_at": "2026-01-02T03:04:05Z", "source_key": "k", **change}
    answer = send(client, "post", f"customers/{customer.id}/facts", fact)
    assert answer.status_code == 422, answer.text
    assert customer.facts.count() == 0
