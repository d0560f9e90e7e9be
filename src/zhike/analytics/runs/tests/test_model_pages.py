"""Who sees the models and who runs them; the card of a run, and another run beside it."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from zhike.accounts.testing import make_user
from zhike.analytics.models import ModelRun
from zhike.analytics.runs.actions import start_run
from zhike.analytics.runs.registry import analyses
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
FIT = {
    "identified": True, "reason": None, "customers": 90, "parameters": {"r": 0.25, "alpha": 4.5},
    "standard_errors": {"r": 0.01, "alpha": 0.4}, "log_likelihood": -9582.4,
}  # fmt: skip
TEST = {"total": 90.2, "mae": 0.71, "rmse": 1.6, "log_score": -0.9}
CARD = {
    "buyers": 100, "repeat_buyers": 40, "customers_on_record": 120, "purchase_days": 300, "not_positive_days": 0,
    "other_currencies": {"USD": 3}, "unit": "week", "chosen": "mbgnbd", "horizon_days": 365, "currency": "CNY",
    "set_apart": {"customers": 2, "above": 120.0},
    "models": [
        {"model": "bgnbd", "identified": False, "reason": {"code": "no_customers", "facts": {}}},
        {"model": "mbgnbd", **FIT, "holdout": TEST},
    ],
    "amounts": {**FIT, "parameters": {"p": 6.0}, "standard_errors": {"p": 0.5}},
    "held_out": {
        "until": "2026-03-01", "weeks": 17.4, "customers": 80, "actual_total": 99,
        "naive": {"total": 130.0, "mae": 0.9, "rmse": 2.1},
        "common": {"total": 131.0, "mae": 1.4, "rmse": 2.9},
        "bands": [
            {"from": 0, "to": 0, "customers": 60, "predicted": 0.2, "naive": 0, "actual": 0.25},
            {"from": 20, "to": None, "customers": 20, "predicted": 6.0, "naive": 8.5, "actual": 6.5},
        ],
    },
}  # fmt: skip


def made_run(**fields: object) -> ModelRun:
    given = {"analysis": "value", "version": "1", "status": "done", "kept": True, "as_of": date(2026, 7, 1)}
    given |= {"created_at": AT, "finished_at": AT, "card": CARD, "customers": 100}
    return ModelRun.objects.create(**(given | fields))


def client_of(login: str) -> Client:
    client = Client()
    client.force_login(make_user(login))
    return client


def test_before_the_first_run_the_list_leads_on_and_running_asks_the_worker():
    li = client_of("li")
    page = li.get("/models/").content.decode()
    assert "客户价值" in page
    assert "还没有运行过" in page
    assert "/models/value/run/" in page
    assert li.post("/models/value/run/").url == "/models/value/"
    run = ModelRun.objects.get()
    assert (run.analysis, run.status) == ("value", "queued")
    page = li.get("/models/value/").content.decode()
    assert "等待后台处理" in page
    assert "/models/value/progress/" in page
    assert "等待后台处理" in li.get("/models/value/progress/").content.decode()
    li.post("/models/value/run/")  # told, and nothing more
    assert ModelRun.objects.count() == 1


def test_one_press_runs_all_models_and_the_list_follows_them():
    li, vic = client_of("li"), client_of("vic")
    assert 'hx-trigger="every 3s"' not in li.get("/models/").text
    assert li.post("/models/run-all/").url == "/models/"
    assert {one.analysis for one in ModelRun.objects.filter(status="queued")} == set(analyses.keys())
    assert 'hx-trigger="every 3s"' in li.get("/models/").text
    li.post("/models/run-all/")  # all are under way: nothing more is asked for
    assert ModelRun.objects.count() == len(analyses.keys())
    assert "/models/run-all/" not in vic.get("/models/").text
    assert vic.post("/models/run-all/").status_code == 403


def test_who_may_only_look_sees_no_button_and_is_refused():
    vic, made = client_of("vic"), made_run()
    assert "/models/value/run/" not in vic.get("/models/").content.decode()
    assert vic.post("/models/value/run/").status_code == 403
    assert vic.post(f"/models/runs/{made.id}/use/").status_code == 403
    made.refresh_from_db()
    assert (ModelRun.objects.count(), made.in_use) == (1, False)
    nobody = Client()
    nobody.force_login(make_user("nobody", may=[]))
    assert [nobody.get(one).status_code for one in ("/models/", "/models/value/", f"/models/runs/{made.id}/")] == [
        403
    ] * 3


def test_a_day_to_come_is_refused_beside_the_field():
    answer = client_of("li").post("/models/value/run/", {"as_of": "2999-01-01"})
    assert (answer.status_code, ModelRun.objects.count()) == (422, 0)
    assert "这一天还没有到。" in answer.content.decode()


def test_the_card_shows_the_test_beside_the_naive_rate_and_what_was_set_apart():
    made = made_run(in_use=True, first_day=date(2025, 1, 1), last_day=date(2026, 6, 30))
    page = client_of("vic").get(f"/models/runs/{made.id}/").content.decode()
    for words in (
        "0.71",
        "按以往频率推算：0.9",
        "无法识别：没有客户",
        "USD 3",
        "20+",
        "MBG/NBD",
        "−9,582.4",
        "card-bands",
    ):
        assert words in page
    assert "2 个账户" in page


def test_two_runs_stand_beside_each_other_and_one_goes_back():
    older = made_run(as_of=date(2026, 6, 1), card={**CARD, "buyers": 70})
    newer = made_run(in_use=True)
    li = client_of("li")
    page = li.get(f"/models/runs/{older.id}/?beside={newer.id}").content.decode()
    assert "70" in page
    assert f"{newer.id} 号运行" in page
    assert li.post(f"/models/runs/{older.id}/use/").url == f"/models/runs/{older.id}/"
    assert ModelRun.objects.get(in_use=True).id == older.id
    refused = made_run(status="refused", kept=False, sentence="不比猜测更准")
    li.post(f"/models/runs/{refused.id}/use/")
    assert ModelRun.objects.get(in_use=True).id == older.id


def test_unknown_ones_are_not_found(django_assert_max_num_queries):
    li = client_of("li")
    assert [li.get(one).status_code for one in ("/models/nothing/", "/models/runs/7/")] == [404, 404]
    assert li.post("/models/nothing/run/").status_code == 404
    start_run(analysis="value", by=SYSTEM, at=AT)
    with django_assert_max_num_queries(12):
        assert li.get("/models/").status_code == 200
