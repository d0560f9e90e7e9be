"""The page of value: exact figures of a small firm, who may see what, files, poor inputs."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils.translation import override

from zhike.accounts.testing import make_user
from zhike.analytics.models import CustomerValue, ModelRun
from zhike.analytics.permissions import VIEW
from zhike.analytics.runs.actions import start_run
from zhike.analytics.runs.running import compute_run
from zhike.analytics.testing import fill_firm
from zhike.analytics.value.looking_back import sureness
from zhike.classification.public import install_built_in_schemes
from zhike.classification.testing import buy
from zhike.customers.public import visible_listing
from zhike.customers.testing import make_customer
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 2, tzinfo=UTC)
ENGLISH = {"Accept-Language": "en"}
AMOUNTS = (8_000_00, 1_000_00, 500_00, 400_00, 100_00)


def run() -> ModelRun:
    started = start_run(analysis="concentration", as_of=DAY, by=SYSTEM, at=AT)
    compute_run(run_id=started.id)
    return ModelRun.objects.get(id=started.id)


def make_firm() -> None:
    """Five buy on five days a month ago, a sixth only gives back, a seventh bought two years ago."""
    install_built_in_schemes()
    for place, amount in enumerate(AMOUNTS):
        buy(make_customer(f"C{place}"), date(2026, 2, 3 + place), amount)
    back, old = make_customer("Back"), make_customer("Old")
    buy(back, date(2025, 2, 1), 30_00)
    buy(back, date(2026, 2, 1), -50_00)
    buy(old, date(2024, 2, 1), 700_00)


def test_the_card_holds_what_counting_by_hand_gives():
    make_firm()
    found = run()
    assert (found.status, found.problem, found.customers) == ("done", "", 7)
    year, ever = found.card["year"], found.card["ever"]
    assert (year["customers"], year["amount"], year["median"]) == (5, 10_000_00, 500_00)
    assert year["without"] == {"customers": 1, "amount": -50_00}
    assert (ever["customers"], ever["amount"], ever["without"]["amount"]) == (6, 10_700_00, -20_00)
    pairs = sum(abs(one - two) for one in AMOUNTS for two in AMOUNTS)
    assert year["gini"] == pytest.approx(pairs / (2 * 5 * sum(AMOUNTS)), abs=1e-6)
    assert year["top"] == [[1, 1, 0.8], [5, 1, 0.8], [10, 1, 0.8], [20, 1, 0.8]]
    march = found.card["tiers"]["months"][-1]
    held = {key: (customers, revenue) for key, customers, revenue in march["rows"]}
    first, second, third = found.card["tiers"]["classes"]
    assert (march["month"], held[first], held[second]) == (2026 * 12 + 2, (1, 8_000_00), (2, 1_500_00))
    assert (held[third], held[None][0]) == ((2, 500_00), 2)


def test_the_page_says_it_in_both_languages_and_asks_few_queries(client: Client, django_assert_max_num_queries):
    make_firm()
    run()
    client.force_login(make_user("ada"))
    client.get("/value/")
    with django_assert_max_num_queries(16):
        client.get("/value/")
    english = client.get("/value/", headers=ENGLISH).text
    for said in ("and 1 at 0 or below", "80%", "1 customer<", "Gini coefficient", "No forecast could be made then"):
        assert said in english
    assert "The model of customer value has not been run yet." in english
    assert "客户净额分布" in client.get("/value/?window=ever", headers={"Accept-Language": "zh-hans"}).text


def test_every_part_is_given_as_a_file(client: Client):
    make_firm()
    run()
    client.force_login(make_user("ada"))
    for part, lines in (("distribution", 7), ("concentration", 102), ("tiers", 4)):
        answer = client.get(f"/value/file/?part={part}", headers=ENGLISH)
        rows = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))
        assert len(rows) >= lines
        if part == "concentration":
            assert rows[21] == ["0.200000", "0.800000"]
        assert client.get(f"/value/file/?part={part}&as=xlsx").getvalue()[:2] == b"PK"
    assert client.get("/value/file/?part=hindsight").status_code == 404


def test_the_forecast_of_an_earlier_day_stands_beside_what_happened(client: Client):
    fill_firm(250, until=DAY)
    card = run().card["hindsight"]
    assert (card["day"], card["days"], card["identified"]) == ("2025-12-01", 90, True)
    assert sum(one[3] for one in card["bands"]) == card["happened"] > 100
    assert abs(card["model_test"]["total"] / card["happened"] - 1) < 0.25
    client.force_login(make_user("ada"))
    page = client.get("/value/", headers=ENGLISH).text
    assert f'<td class="r num zk-strong">{card["happened"]}</td>' in page
    assert "Everyone at their own rate so far" in page
    assert "For the single customer the " in page
    gain, low, high = card["gain"]
    assert low < gain < high


@pytest.mark.parametrize(
    ("gain", "sentence"),
    [
        ([0.12, 0.08, 0.16], "the model errs by 0.12 purchase days less (95 % interval 0.08 to 0.16)."),
        ([-0.12, -0.16, -0.08], "the model errs by 0.12 purchase days more (95 % interval 0.08 to 0.16)."),
        ([0.01, -0.02, 0.04], "the two differ by no more than chance would give (95 % interval −0.02 to 0.04)."),
    ],
)
def test_how_sure_a_difference_is_stands_beside_it(gain: list[float], sentence: str):
    with override("en"):
        assert sureness({"gain": gain}).removeprefix("For the single customer ") == sentence
        assert sureness({}) == ""


def test_figures_of_everybody_are_for_who_may_see_everybody_and_names_for_who_may_see_them(client: Client):
    make_firm()
    run()
    made = {login: make_customer(f"Of {login}", owner=make_user(login)) for login in ("ana", "max")}
    model = ModelRun.objects.create(
        analysis="value", version="1", status="done", in_use=True, kept=True, as_of=DAY, created_at=AT, customers=2,
        card={"horizon_days": 365, "currency": "CNY"},
    )  # fmt: skip
    for place, customer in enumerate(made.values()):
        CustomerValue.objects.create(
            run=model, customer=customer, purchase_days=3, last_day=DAY - timedelta(days=9), expected=2.0,
            clv=1_000_00 * (place + 1), past=900_00, past_year=900_00,
        )  # fmt: skip
    tier = run().card["tiers"]["classes"][0]
    visible_listing(SYSTEM).filter(customer__in=made.values()).update(classes=[tier])
    client.force_login(make_user("ana"))
    page = client.get("/value/", headers=ENGLISH).text
    assert ("Of ana" in page, "Of max" in page, "¥1,000" in page, "Gini" in page) == (True, False, True, False)
    assert client.get("/value/file/?part=distribution").status_code == 404
    client.force_login(make_user("ada"))
    page = client.get("/value/", headers=ENGLISH).text
    assert ("Of ana" in page, "Of max" in page, "¥3,000" in page) == (True, True, True)
    client.force_login(make_user("none", may=["customers.view_customer"]))
    assert client.get("/value/").status_code == 403


def test_nobody_sees_figures_before_a_run_and_all_at_nothing_make_a_page(client: Client):
    client.force_login(make_user("seer", may=[VIEW]))
    assert "The model has not been run yet" in client.get("/value/", headers=ENGLISH).text
    assert run().status == "refused"
    customer = make_customer("Only")
    buy(customer, date(2026, 3, 1), 100)
    buy(customer, date(2026, 3, 2), -100)
    found = run()
    assert (found.status, found.card["year"]["customers"], found.card["year"]["curve"]) == ("done", 0, [])
    assert "Nobody brought anything in this time." in client.get("/value/", headers=ENGLISH).text
