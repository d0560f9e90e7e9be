"""How the API behaves whatever room answers: damaged input, forged requests, crashes, creations sent twice."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.accounts.tokens.actions import create_token
from zhike.customers.public import Customer

COUNT = 50


@pytest.fixture
def token(db) -> str:
    ada = make_cast_actor("ada")
    return _make_token(ada)


def _make_token(ada: Any) -> str:
    made = create_token(user_id=ada.id, name="Shop", permissions=ada.permissions, lifetime=None, by=ada, at=now())
    return made[1]


def post(token: str, body: bytes = b'{"kind": "company", "name": "Kettles Ltd"}', **headers: str) -> Any:
    return Client(raise_request_exception=False).post(
        "/api/customers",
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {token}", "accept-language": "en"} | headers,
    )


def test_what_is_not_json_is_refused(token):
    response = post(token, b"{name:")
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")
    assert response.json()["detail"] == "The request could not be read. Send JSON in UTF-8."
    assert Customer.objects.count() == 0


def test_each_value_that_does_not_fit_is_named(token):
    problem = post(token, b'{"kind": "kettle", "name": 5}').json()
    assert (problem["status"], problem["code"], problem["title"]) == (422, "api.invalid", "Some values do not fit")
    assert {one["field"] for one in problem["errors"]} >= {"name"}
    assert all(set(one) == {"in", "field", "code", "detail"} for one in problem["errors"])
    assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/api/customers", {"name": "Kettles Ltd", "province": "Zhejiang"}, "province"),
        ("/api/customers", {"name": "Kettles Ltd", "address": {"line": "1 Lake Road", "zip": "310000"}}, "address.zip"),
        ("/api/orders", {"number": "K-1", "at": "2026-05-31T06:30:00Z", "currency": "CNY",
                         "lines": [{"sku": "K", "quantity": 1, "unit_price": 5, "price": 5}]}, "lines.0.price"),
        ("/api/fields", {"key": "seats", "type": "number", "name_en": "Seats", "limits": {"max": "5"}}, "limits.max"),
        ("/api/schemes", {"key": "partners", "kind": "hand", "name": "Partners"}, "name"),
        ("/api/rules/check", {"text": "value > 5", "rules": {}}, "rules"),
    ],
)  # fmt: skip
def test_a_field_that_is_not_known_is_refused_by_name(token, path, body, field):
    headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
    response = Client().post(path, body, content_type="application/json", headers=headers)
    assert (response.status_code, response.json()["detail"]) == (422, f"Some values do not fit: {field}.")
    there = {"in": "body", "field": field, "code": "extra_forbidden", "detail": "There is no such field."}
    assert response.json()["errors"] == [there]
    assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-05-31T14:30:00+08:00", "2026-05-31T06:30:00Z"),
        ("2026-05-31T14:30:00+22:23", "2026-05-30T16:07:00Z"),  # more than the database reads
        ("2026-05-31T14:30:00", "2026-05-31T14:30:00Z"),
        ("0001-01-01T00:00:00+23:59", None),
    ],
)
def test_an_instant_may_be_sent_in_any_zone(token, sent, kept):
    customer_id = post(token).json()["id"]
    asked = Client(raise_request_exception=False).get(
        f"/api/customers/{customer_id}/classes/at", {"at": sent}, headers={"authorization": f"Bearer {token}"}
    )
    if kept is None:
        assert (asked.status_code, asked.json()["errors"][0]["code"]) == (422, "datetime_parsing")
    else:
        assert (asked.status_code, asked.json()["at"]) == (200, kept)


def test_what_is_too_large_is_refused(token, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for headers in ({}, {"idempotency-key": "a"}):
        response = post(token, b'{"name": "' + b"x" * 2000 + b'"}', **headers)
        assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")
    assert Customer.objects.count() == 0


def test_a_crash_is_a_problem_that_gives_nothing_away(token, monkeypatch):
    monkeypatch.setattr("zhike.api.rendering.OrjsonRenderer.render", lambda *_, **__: 1 / 0)
    response = post(token)
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert "ZeroDivision" not in response.text


def test_a_session_needs_its_csrf_token_for_changes(db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("ada"))
    assert client.get("/api/me").status_code == 200
    response = client.post("/api/customers", {"kind": "company", "name": "Forged"}, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "accounts.forged_request")
    assert Customer.objects.count() == 0


def test_who_may_only_look_gets_403_as_a_problem(db):
    client = Client()
    client.force_login(make_user("vic"))
    response = client.post("/api/customers", {"kind": "company", "name": "X"}, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "accounts.not_allowed")
    assert response.json()["facts"] == {"permission": "customers.change_customer"}


def test_a_creation_sent_twice_creates_once(token):
    first, again = (post(token, **{"idempotency-key": "k1"}) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    other = post(token, b'{"kind": "company", "name": "Mugs Ltd"}', **{"idempotency-key": "k1"})
    assert (other.status_code, other.json()["code"]) == (409, "api.key_of_another_request")
    assert Customer.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fifty_creations_with_one_key_at_the_same_time_create_one():
    token = _make_token(make_cast_actor("ada"))

    def send(_: int) -> tuple[int, str]:
        try:
            response = post(token, **{"idempotency-key": "k1"})
            return response.status_code, response.headers.get("Retry-After", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(COUNT) as pool:
        answers = set(pool.map(send, range(COUNT)))
    assert answers <= {(201, ""), (409, "2")}
    assert (201, "") in answers
    assert Customer.objects.count() == 1
