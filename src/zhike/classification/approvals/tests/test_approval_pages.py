"""The worklist of moves that wait, the panel on the workbench, and the page of what a type asks."""

import pytest
from django.utils.timezone import now

from zhike.accounts.testing import make_user
from zhike.classification.models import Assignment, PendingMove, Scheme, Steadiness
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.customers.public import refresh_listing
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def move():
    install_built_in_schemes()
    scheme = Scheme.objects.get(key="value_tier")
    customer = make_customer("Waiting Ltd", owner=make_user("ana"))
    held = {"customer": customer, "scheme": scheme, "rule_version": 1}
    Assignment.objects.create(**held, to_class=scheme.classes.get(key="B"), valid_from=now(), source=2)
    refresh_listing(select_ids="SELECT id FROM customers_customer")
    asked = {"to_class": scheme.classes.get(key="A"), "cause": PendingMove.Cause.APPROVAL, "since": now()}
    return PendingMove.objects.create(track=scheme.id, **held, **asked)


def sent(move, decision):
    return {"scheme": move.scheme_id, "class": move.to_class_id, "decision": decision}


@pytest.mark.parametrize(
    ("login", "status", "key"), [("li", 302, "A"), ("ada", 302, "A"), ("ana", 403, "B"), ("vic", 403, "B")]
)
def test_who_may_approve(client, move, login, status, key):
    client.force_login(make_user(login))
    answer = client.post(f"/classes/approvals/{move.customer_id}/", sent(move, "approve"))
    assert answer.status_code == status
    assert Assignment.objects.get(valid_to=None).to_class.key == key


def test_the_list_and_the_workbench_show_what_waits(client, move):
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("li"))
    page = client.get("/classes/approvals/").text
    assert "Waiting Ltd" in page
    assert "1 move waits" in page
    assert "Waits for approval" in client.get("/").text
    assert "waits for approval: would become “Class A”" in client.get(f"/customers/{move.customer_id}/").text
    assert client.post(f"/classes/approvals/{move.customer_id}/", sent(move, "decline")).status_code == 302
    assert "Nothing waits" in client.get("/classes/approvals/").text
    client.force_login(make_user("max"))
    assert "Waiting Ltd" not in client.get("/classes/approvals/").text


def test_over_the_api(client, move):
    client.force_login(make_user("li"))
    (row,) = client.get("/api/moves/waiting").json()["rows"]
    assert (row["customer_id"], row["class_id"], row["scheme"]) == (move.customer_id, move.to_class_id, "value_tier")
    where = f"/api/customers/{move.customer_id}/classes/decision"
    decision = {"scheme": "value_tier", "class_id": row["held_class_id"], "approve": True}
    assert client.post(where, decision, content_type="application/json").status_code == 409
    decision["class_id"] = row["class_id"]
    assert client.post(where, decision, content_type="application/json").status_code == 204
    assert Assignment.objects.get(valid_to=None).to_class.key == "A"


def test_the_page_of_what_a_type_asks(client, move):
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ada"))
    where = "/settings/schemes/value_tier/steadiness/"
    assert client.get(where).status_code == 200
    given = {"stay_days": "30", "grace_days": "", "leave_percent": "10", "ask_into": [move.to_class_id]}
    assert client.post(where, given).status_code == 302
    found = Steadiness.objects.get()
    assert (found.stay_days, found.grace_days, found.leave_percent) == (30, 0, 10)
    assert (found.ask_into, found.ask_out_of) == ([move.to_class_id], [])
    refused = client.post(where, given | {"stay_days": "ten"})
    assert refused.status_code == 422 or refused.status_code == 400
    assert "ten does not fit here" in refused.text
    assert Steadiness.objects.get().stay_days == 30
    answer = client.get("/api/schemes/value_tier/steadiness").json()
    assert answer == {"stay_days": 30, "grace_days": 0, "leave_percent": 10, "ask_into": [move.to_class_id],
                      "ask_out_of": []}  # fmt: skip
    client.force_login(make_user("li"))
    assert client.get(where).status_code == 403
