"""Setting a class above the rule on the customer page and over the API: who may, what is shown, what answers 404."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.assignments.actions import assign_class
from zhike.classification.models import Assignment, ClassOverride
from zhike.classification.schemes.actions import create_scheme
from zhike.classification.schemes.class_actions import add_class
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return make_customer("One", owner=make_user("ana"))


@pytest.fixture
def standing(customer):
    create_scheme(key="standing", kind="hand", name_en="Standing", by=SYSTEM, at=now())
    made = [add_class(scheme_key="standing", key=key, name_en=key, by=SYSTEM, at=now()) for key in ("first", "second")]
    given = {"customer_ids": [customer.id], "scheme_key": "standing", "class_id": made[0].id, "reason": "So it was"}
    assign_class(**given, by=SYSTEM, at=now() - timedelta(hours=2))
    return made


@pytest.mark.parametrize(("login", "status"), [("ana", 302), ("li", 302), ("ada", 302), ("vic", 403), ("max", 404)])
def test_the_page_asks_who_may(client, customer, standing, login, status):
    client.force_login(make_user(login))
    sent = {"class_id": standing[1].id, "reason": "Agreed", "ends_on": "2099-01-01"}
    assert client.post(f"/customers/{customer.id}/classes/standing/", sent).status_code == status
    assert ClassOverride.objects.count() == (1 if status == 302 else 0)


def test_the_customer_page_tells_of_both_and_takes_it_off(client, customer, standing):
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ana"))
    client.post(f"/customers/{customer.id}/classes/standing/", {"class_id": standing[1].id, "reason": "Agreed"})
    page = client.get(f"/customers/{customer.id}/").text
    assert "until taken off" in page
    assert "The rule says" in page
    assert "comes back when what was set by hand ends" in page
    assert client.post(f"/customers/{customer.id}/classes/standing/end/").status_code == 302
    assert Assignment.objects.get(customer=customer, valid_to=None).to_class == standing[0]
    assert "Agreed" in client.get(f"/customers/{customer.id}/").text  # the history keeps it


def test_a_day_that_is_none_changes_nothing(client, customer, standing):
    client.force_login(make_user("ana"))
    for day in ("2026-13-45", "2001-01-01"):
        sent = {"class_id": standing[1].id, "reason": "Agreed", "ends_on": day}
        assert client.post(f"/customers/{customer.id}/classes/standing/", sent).status_code == 302
    assert not ClassOverride.objects.exists()


def test_over_the_api_now_and_then(client, customer, standing):
    client.force_login(make_user("ana"))
    where = f"/api/customers/{customer.id}/classes"
    sent = {"class_id": standing[1].id, "reason": "Agreed"}
    answer = client.post(f"{where}/standing/override", sent, content_type="application/json")
    assert answer.status_code == 200
    (current,) = answer.json()["current"]
    says = {"class_id": standing[0].id, "key": "first", "cause": "override", "due_at": None}
    assert (current["key"], current["source"], current["rule_says"]) == ("second", "override", says)
    then = client.get(f"{where}/at", {"at": (now() - timedelta(hours=1)).isoformat()}).json()
    assert [(one["key"], one["left"]) for one in then["classes"]] == [("first", "overridden")]
    long_ago = client.get(f"{where}/at", {"at": "2020-01-01T00:00:00Z"}).json()
    assert long_ago["classes"] == []
    assert client.delete(f"{where}/standing/override").status_code == 200
    assert client.delete(f"{where}/standing/override").status_code == 404
    rows = client.get(f"{where}/history", {"limit": 2}).json()
    assert [one["key"] for one in rows["rows"]] == ["first", "second"]
    more = client.get(f"{where}/history", {"limit": 2, "after": rows["next"]}).json()
    assert [(one["key"], one["left"]) for one in more["rows"]] == [("first", "overridden")]
    client.force_login(make_user("max"))
    assert client.get(f"{where}/at", {"at": "2020-01-01T00:00:00Z"}).status_code == 404
    assert client.get(f"{where}/history").status_code == 404
    assert client.post(f"{where}/standing/override", sent, content_type="application/json").status_code == 404
