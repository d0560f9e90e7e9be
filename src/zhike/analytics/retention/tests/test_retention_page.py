"""The page of retention: exact figures from a small firm, who may see it, choices in the address, files."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.test import Client

from zhike.accounts.testing import make_user
from zhike.analytics.models import ModelRun
from zhike.analytics.permissions import VIEW
from zhike.analytics.runs.actions import start_run
from zhike.analytics.runs.running import compute_run
from zhike.classification.public import install_built_in_schemes
from zhike.classification.testing import buy
from zhike.customers.testing import make_customer
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 2, tzinfo=UTC)
ENGLISH = {"Accept-Language": "en"}


def run(day: date = DAY) -> ModelRun:
    started = start_run(analysis="retention", as_of=day, by=SYSTEM, at=AT)
    compute_run(run_id=started.id)
    return ModelRun.objects.get(id=started.id)


def make_firm() -> None:
    """Anna and Bo first buy in January 2025, Chen in February; Bo stops, Anna gives something back."""
    install_built_in_schemes()
    anna, bo, chen = (make_customer(name) for name in ("Anna", "Bo", "Chen"))
    for customer, bought in (
        (anna, {date(2025, 1, 5): 100_00, date(2025, 2, 5): 50_00, date(2026, 2, 20): 80_00}),
        (bo, {date(2025, 1, 6): 300_00}),
        (chen, {date(2025, 2, 1): 200_00, date(2025, 2, 9): 100_00, date(2026, 1, 15): 10_00}),
    ):
        for day, amount in bought.items():
            buy(customer, day, amount)
    buy(anna, date(2025, 3, 1), -20_00)


def test_the_card_holds_what_counting_by_hand_gives():
    make_firm()
    found = run()
    assert (found.status, found.problem, found.in_use, found.customers) == ("done", "", True, 3)
    assert (found.first_day, found.last_day) == (date(2025, 1, 5), date(2026, 2, 20))
    cohorts = found.card["cohorts"]
    assert cohorts["starts"] == [2025 * 12, 2025 * 12 + 1]
    assert cohorts["sizes"] == [2, 1]
    assert cohorts["buyers"][0] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    assert cohorts["revenue"][0] == [400_00, 50_00, -20_00, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 80_00, 0]
    assert cohorts["buyers"][1] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]
    everybody = found.card["survival"]["curves"][0]
    assert (everybody["customers"], everybody["lost"], everybody["median"]) == (3, 1, None)
    assert everybody["points"][0][:3] == [0, 3, 0.666667]
    assert sum(map(sum, found.card["moves"]["last"])) == 3
    january = next(one for one in found.card["trend"][0]["months"] if one["month"] == 2026 * 12)
    assert sum(row[2] for row in january["rows"]) == 1  # Chen
    assert sum(row[5] for row in january["rows"]) == 10_00


def test_the_page_says_it_in_both_languages(client: Client):
    make_firm()
    run()
    client.force_login(make_user("ada"))
    english = client.get("/retention/", headers=ENGLISH).text
    assert "Jan 2025 +1: 1 of 2 customers, 50%" in english
    assert "from the purchases of 3 customers" in english
    revenue = client.get("/retention/?measure=revenue&moves=last&by=lifecycle&curve=kind", headers=ENGLISH).text
    assert "Jan 2025 +1: ¥50 against ¥400 in the first month, 12.5%" in revenue
    chinese = client.get("/retention/", headers={"Accept-Language": "zh-hans"}).text
    assert "2025年1月 +1：2 位客户中的 1 位，50%" in chinese


def test_every_part_is_given_as_a_file(client: Client):
    make_firm()
    run()
    client.force_login(make_user("ada"))
    for part in ("cohorts", "survival", "moves", "trend"):
        answer = client.get(f"/retention/file/?part={part}", headers=ENGLISH)
        rows = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))
        assert len(rows) > 1
        assert "20260310.csv" in answer.headers["Content-Disposition"]
        if part == "cohorts":
            assert rows[1][:5] == ["2025-01-01", "2", "2", "1", "0"]
        assert client.get(f"/retention/file/?part={part}&as=xlsx").getvalue()[:2] == b"PK"


def test_who_may_not_see_everybody_sees_no_figure_of_everybody(client: Client):
    make_firm()
    run()
    for login in ("ana", "li", "vic"):
        client.force_login(make_user(login))
        page = client.get("/retention/", headers=ENGLISH)
        assert page.status_code == 200
        assert "These figures are over all customers" in page.text
        assert "zk-heat" not in page.text
        assert client.get("/retention/file/?part=cohorts").status_code == 404
    client.force_login(make_user("seer", may=[VIEW]))
    assert "zk-heat" in client.get("/retention/").text
    client.force_login(make_user("none", may=["customers.view_customer"]))
    assert client.get("/retention/").status_code == 403
    assert client.get("/retention/file/?part=cohorts").status_code == 403


def test_before_a_run_the_page_leads_on_and_without_orders_a_run_says_why(client: Client):
    client.force_login(make_user("ada"))
    assert "The model has not been run yet" in client.get("/retention/", headers=ENGLISH).text
    found = run()
    assert (found.status, found.problem) == ("refused", "2026-03-10 之前没有任何购买。请先导入订单。")
    assert found.problem in client.get("/retention/").text
    assert client.get("/retention/file/?part=cohorts").status_code == 404


def test_one_customer_who_bought_today_makes_a_page(client: Client):
    buy(make_customer("Only"), date(2026, 3, 9), 100)
    found = run()
    assert found.card["survival"]["curves"] == []
    client.force_login(make_user("ada"))
    page = client.get("/retention/", headers=ENGLISH).text
    assert "it cannot be told yet who has left" in page
    assert client.get("/retention/file/?part=moves").status_code == 404


def test_amounts_in_two_currencies_are_not_added(client: Client):
    customer = make_customer("Two")
    buy(customer, date(2026, 1, 5), 100_00)
    add_foreign(customer.id)
    found = run()
    assert found.card["cohorts"]["revenue"] == [[100_00, 0, 0]]
    assert found.card["cohorts"]["buyers"] == [[1, 1, 0]]
    client.force_login(make_user("ada"))
    assert "Amounts in USD are not converted" in client.get("/retention/", headers=ENGLISH).text


def add_foreign(customer_id: int) -> None:
    from zhike.customers.public import add_fact

    add_fact(
        customer_id=customer_id,
        kind="purchase",
        occurred_at=datetime(2026, 2, 5, 4, tzinfo=UTC),
        source_key="test:usd",
        amount=70_00,
        currency="USD",
        by=SYSTEM,
        at=AT,
    )


def test_programs_read_what_the_page_shows():
    make_firm()
    made, client = run(), Client()
    client.force_login(make_user("ada"))
    found = client.get("/api/retention", headers=ENGLISH).json()
    assert (found["run"]["id"], found["run"]["first_day"], found["currency"]) == (made.id, "2025-01-05", "CNY")
    assert [(one["month"], one["customers"]) for one in found["cohorts"]] == [("2025-01-01", 2), ("2025-02-01", 1)]
    assert found["cohorts"][0]["amounts"][:3] == [400_00, 50_00, -20_00]
    assert found["survival"][0]["points"][0] == {"days": 0, "watched": 3, "share": 0.666667} | {
        key: found["survival"][0]["points"][0][key] for key in ("low", "high")
    }
    assert found["moves"]["classes"][-1] == {"class_id": None, "name": "Not a customer yet"}
    assert sum(map(sum, found["moves"]["last_month"])) == 3
    assert {one["kind"] for one in found["trends"]} == {"lifecycle", "value_tier"}
    assert found["trends"][0]["months"][-1]["month"] == "2026-02-01"
    client.force_login(make_user("li"))
    assert client.get("/api/retention").json()["code"] == "analytics.figures_of_everybody"
    client.force_login(make_user("clerk", may=["customers.view_customer"]))
    assert client.get("/api/retention").status_code == 403
