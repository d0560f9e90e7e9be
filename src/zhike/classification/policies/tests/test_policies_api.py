"""Policies, owners and reviews over the API."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.classification.models import Assignment, Policy
from zhike.classification.policies.testing import give, make_scheme, put
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(client):
    gold, silver = make_scheme("standing", "gold", "silver")
    customer = make_customer("Ours")
    put(customer, gold)
    client.force_login(make_user("ada"))
    return {"gold": gold, "silver": silver, "customer": customer}


def send(client, method, path, body=None):
    return getattr(client, method)(f"/api{path}", body or {}, content_type="application/json")


def test_a_policy_is_set_read_applied_and_ended(firm, client):
    path = f"/classes/{firm['gold'].id}/policies/discount"
    made = send(client, "put", path, {"value": {"most_percent": "7.50"}, "number": 0})
    assert (made.status_code, made.json()["value"], made.json()["number"]) == (200, {"most_percent": "7.5"}, 1)
    assert send(client, "put", path, {"value": {"most_percent": "9"}, "number": 0}).status_code == 409
    applied = client.get(f"/api/customers/{firm['customer'].id}/policies").json()
    assert [(one["kind"], one["policy"]["class_key"], one["gives_way"]) for one in applied] == [
        ("discount", "gold", [])
    ]
    assert [one["kind"] for one in client.get("/api/policies").json()] == ["discount"]
    assert client.delete(f"/api{path}").status_code == 204
    assert client.get("/api/policies").json() == []
    assert [one["number"] for one in client.get(f"/api{path}/versions").json()] == [1]


def test_more_policies_versions_and_conflicts_cost_no_more_queries(firm, client):
    (risky,) = make_scheme("danger", "risky")
    put(firm["customer"], risky)
    paths = (
        "/policies/conflicts",
        f"/customers/{firm['customer'].id}/policies",
        f"/classes/{firm['gold'].id}/policies/contact/versions",
    )

    def ask():
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(f"/api{path}")
            counts.append((len(answer.json()), len(asked)))
        return counts

    give(firm["gold"], "contact", {"every_days": 30})
    give(risky, "contact", {"every_days": 7})
    few = ask()
    give(firm["gold"], "contact", {"every_days": 31}, by=make_cast_actor("ada"))
    give(firm["gold"], "contact", {"every_days": 32}, by=make_cast_actor("li"))
    for one, days in ((firm["gold"], 90), (risky, 30)):
        give(one, "review", {"every_days": days}, by=make_cast_actor("ada"))
        give(one, "form", {"form": f"F{days}"}, by=make_cast_actor("li"))
    more = ask()
    assert [rows for rows, _queries in few] == [1, 1, 1]
    assert [rows for rows, _queries in more] == [3, 3, 3]
    assert [queries for _rows, queries in more] == [queries for _rows, queries in few]


def test_what_does_not_fit_is_a_problem_with_its_field(firm, client):
    path = f"/classes/{firm['gold'].id}/policies/discount"
    wrong = send(client, "put", path, {"value": {"most_percent": "200"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "classification.policy_wrong")
    assert send(client, "put", f"/classes/{firm['gold'].id}/policies/magic", {"value": {}}).status_code == 404
    assert not Policy.objects.exists()


def test_kinds_say_their_fields(firm, client):
    kinds = {one["key"]: one for one in client.get("/api/policies/kinds").json()}
    assert list(kinds) == [
        "owner", "service_level", "care_plan", "contact", "discount", "incentive", "review", "form"
    ]  # fmt: skip
    assert [key for key, one in kinds.items() if one["is_price"]] == ["discount", "incentive"]
    assert kinds["service_level"]["fields"][0] == {
        "key": "response_hours",
        "label": "首次响应时限（小时）",
        "type": "whole",
        "required": True,
        "least": 1,
        "most": 720,
        "choices": [],
    }


def test_the_order_and_the_conflicts(firm, client):
    (risky,) = make_scheme("danger", "risky")
    put(firm["customer"], risky)
    give(firm["gold"], "contact", {"every_days": 30})
    give(risky, "contact", {"every_days": 7})
    assert client.get("/api/policies/order").json() == {"schemes": ["standing", "danger"]}
    assert send(client, "put", "/policies/order", {"schemes": ["danger"]}).json() == {"schemes": ["danger", "standing"]}
    (found,) = client.get("/api/policies/conflicts").json()
    assert (found["applies"]["class_key"], found["gives_way"]["class_key"], found["customers"]) == ("risky", "gold", 1)


def test_owners_are_previewed_given_and_taken_back(firm, client):
    ana = make_user("ana")
    give(firm["gold"], "owner", {"owner_kind": "dedicated", "assign": "person", "person": ana.id})
    preview = client.get("/api/policies/owners").json()
    assert (preview["customers"], preview["shares"][0]["owner"]) == (1, "Ana")
    given = send(client, "post", "/policies/owners").json()
    assert given["customers"] == 1
    assert send(client, "post", "/policies/owners").json() == {"run_id": None, "customers": 0, "more": False}
    assert send(client, "post", f"/policies/owners/{given['run_id']}/undo").json() == {"customers": 1, "kept": 0}


def test_reviews_are_listed_decided_and_covered(firm, client):
    give(firm["gold"], "review", {"every_days": 30})
    Assignment.objects.update(valid_from=now() - timedelta(days=31))
    due = client.get("/api/reviews").json()
    assert (due["count"], due["rows"][0]["name"], due["rows"][0]["suggested"]) == (1, "Ours", "gold")
    path = f"/customers/{firm['customer'].id}/reviews"
    assert send(client, "post", path, {"outcome": "postponed", "reason": "Abroad"}).status_code == 422
    body = {"outcome": "changed", "class_id": firm["silver"].id, "reason": "Buys less", "seen": 0}
    done = send(client, "post", path, body)
    assert (done.status_code, done.json()["new_class_id"], done.json()["by"]) == (201, firm["silver"].id, "Ada")
    assert client.get("/api/reviews").json() == {"count": 0, "rows": []}
    assert [one["outcome"] for one in client.get(f"/api{path}").json()] == ["changed"]
    assert client.get("/api/reviews/coverage").json() == []


@pytest.mark.parametrize("login", ["ana", "vic", "max"])
def test_who_may_not_is_refused(firm, client, login):
    client.force_login(make_user(login))
    path = f"/classes/{firm['gold'].id}/policies/discount"
    assert send(client, "put", path, {"value": {"most_percent": "5"}}).status_code == 403
    assert send(client, "post", "/policies/owners").status_code == 403
    assert client.get(f"/api/customers/{firm['customer'].id}/policies").status_code == 404
    assert client.get(f"/api/customers/{firm['customer'].id}/reviews").status_code == 404
    assert client.get("/api/policies").status_code == 200
