"""Programs list models and runs, run one and put one in use; a customer's value with its interval."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from zhike.accounts.testing import make_user
from zhike.analytics.models import CustomerValue, ModelRun
from zhike.analytics.runs.actions import start_due_runs, start_runs
from zhike.analytics.runs.registry import analyses
from zhike.customers.testing import make_customer
from zhike.engine.datasets import SCHEMA
from zhike.engine.store.manifest import Manifest, write_manifest
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)


def made_run(**fields: object) -> ModelRun:
    given = {"analysis": "value", "version": "1", "status": "done", "kept": True, "as_of": date(2026, 7, 1)}
    given |= {"created_at": AT, "finished_at": AT, "card": {"currency": "CNY", "horizon_days": 365}}
    return ModelRun.objects.create(**(given | fields))


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(make_user(login))
    return client


def post(client: Client, path: str, body: object = None):
    return client.post(path, json.dumps({} if body is None else body), content_type="application/json")


def test_runs_are_listed_started_and_put_in_use():
    li, made = signed_in("li"), made_run()
    rows = li.get("/api/analyses").json()["rows"]
    assert {one["key"] for one in rows} == set(analyses.keys())
    assert next(one for one in rows if one["key"] == "value")["last"]["id"] == made.id
    assert [one["id"] for one in li.get("/api/analyses/value/runs").json()["rows"]] == [made.id]
    answer = post(li, f"/api/analyses/runs/{made.id}/put-in-use")
    assert (answer.status_code, answer.json()["in_use"]) == (200, True)
    answer = post(li, "/api/analyses/value/runs", {"as_of": "2026-03-01"})
    assert (answer.status_code, answer.json()["status"], answer.json()["as_of"]) == (202, "queued", "2026-03-01")
    assert post(li, "/api/analyses/value/runs").json()["code"] == "analytics.run_goes_on"


def test_who_may_only_look_is_refused_and_a_day_to_come_too():
    vic, li = signed_in("vic"), signed_in("li")
    assert vic.get("/api/analyses").status_code == 200
    assert post(vic, "/api/analyses/value/runs").status_code == 403
    assert post(li, "/api/analyses/value/runs", {"as_of": "2999-01-01"}).json()["code"] == "analytics.day_in_future"
    assert [post(li, one).status_code for one in ("/api/analyses/no/runs", "/api/analyses/runs/7/put-in-use")] == [
        404
    ] * 2
    assert not ModelRun.objects.exists()


def test_the_value_of_a_customer_in_full_and_of_nobody_elses():
    customer, li, ana = make_customer(owner=make_user("li")), signed_in("li"), signed_in("ana")
    path = f"/api/customers/{customer.id}/value"
    assert li.get(path).status_code == 404
    CustomerValue.objects.create(
        run=made_run(in_use=True), customer=customer, purchase_days=3, last_day=date(2026, 6, 1), p_alive=0.5,
        expected=1.25, clv=12_345, past=500, past_year=400,
    )  # fmt: skip
    found = li.get(path).json()
    assert (found["clv"], found["p_alive"], found["potential"], found["as_of"]) == (12_345, 0.5, None, "2026-07-01")
    assert (found["currency"], found["horizon_days"]) == ("CNY", 365)
    assert ana.get(path).status_code == 404


def test_models_run_by_themselves_once_there_are_orders_then_every_week_and_not_twice(settings):
    assert start_due_runs(at=AT) == []  # nothing to learn from
    write_manifest(settings.STORE, Manifest(SCHEMA, "here", "e", 7, last_at="2026-06-30T10:00:00+00:00"))
    made_run(in_use=True)
    made_run(analysis="churn", status="refused", kept=False)
    others = set(analyses.keys()) - {"value", "churn"}
    assert {(one.analysis, one.by_id) for one in start_due_runs(at=AT + timedelta(days=1))} == {
        (key, None) for key in others
    }
    assert start_due_runs(at=AT + timedelta(days=6, hours=23)) == []
    again = start_due_runs(at=AT + timedelta(days=7, hours=1))
    assert {one.analysis for one in again} == {"value", "churn"}
    ModelRun.objects.update(status="refused")
    assert start_due_runs(at=AT + timedelta(days=7, hours=2)) == []


def test_all_models_start_once():
    assert {one.analysis for one in start_runs(by=SYSTEM, at=AT)} == set(analyses.keys())
    assert start_runs(by=SYSTEM, at=AT) == []
