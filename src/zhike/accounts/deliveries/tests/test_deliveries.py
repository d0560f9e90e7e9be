"""Messages that could not be handed over: who sees them, and that they are tried again."""

from datetime import UTC, datetime

import pytest

from zhike.accounts.testing import make_user
from zhike.audit.testing import park_delivery, recorded

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def park(**marks):
    return park_delivery(**{"attempts": 8, "parked_at": NOON, "problem": "ValueError: <b>no</b>", **marks})


@pytest.mark.parametrize(("login", "status"), [("ada", 200), ("li", 403), ("ana", 403), ("vic", 403), ("max", 403)])
def test_who_sees_what_is_stuck(client, login, status):
    delivery = park()
    client.force_login(make_user(login))
    assert client.get("/settings/deliveries/").status_code == status
    if status != 200:
        assert client.post(f"/settings/deliveries/{delivery.id}/again/").status_code == status
        delivery.refresh_from_db()
        assert delivery.parked_at == NOON


def test_what_was_given_up_is_told_on_the_workbench_and_tried_again(client):
    client.force_login(make_user("ada"))
    english = {"Accept-Language": "en"}
    assert "given up" not in client.get("/workbench/deliveries/", headers=english).text
    assert "Nothing is stuck" in client.get("/settings/deliveries/", headers=english).text
    delivery = park()
    assert (
        "1 message could not be handed over and was given up."
        in client.get("/workbench/deliveries/", headers=english).text
    )
    page = client.get("/settings/deliveries/", headers=english).text
    assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in page
    assert client.post(f"/settings/deliveries/{delivery.id}/again/").status_code == 302
    delivery.refresh_from_db()
    assert (delivery.parked_at, delivery.attempts, delivery.message.sent_at) == (None, 0, None)
    assert recorded("DeliveryTriedAgain") == [("DeliveryTriedAgain", {"delivery_id": delivery.id})]
    assert client.post(f"/settings/deliveries/{delivery.id}/again/").status_code == 404


def test_anonymous_sees_none(client):
    assert client.get("/settings/deliveries/").status_code == 302
