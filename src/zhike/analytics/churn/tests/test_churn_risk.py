from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import connection
from django.utils.timezone import now
from django.utils.translation import override

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.analytics.churn.queries import Wanted, count_quadrants
from zhike.analytics.churn.rules import grade_of, quadrant_of
from zhike.analytics.churn.words import say_reason
from zhike.analytics.models import CustomerChurn, ModelRun
from zhike.analytics.runs.actions import start_run
from zhike.analytics.runs.running import compute_run
from zhike.audit.testing import recorded
from zhike.customers.public import Customer, archive_customer, refresh_listing
from zhike.customers.testing import make_customer

AS_OF = date(2026, 7, 1)
PAGE = "/churn/"
FACT = (
    "INSERT INTO customers_fact (customer_id, kind, occurred_at, received_at, channel, amount, currency, refers_kind,"
    " source_key) VALUES (%s, 'purchase', %s, now(), '', %s, 'CNY', '', %s)"
)


def write_purchases(rows: list[tuple[int, int, int]], *, key: str = "t") -> None:
    """Write purchases: customer id, days before AS_OF, amount in minor units."""
    zone = ZoneInfo(get_organisation().time_zone)
    with connection.cursor() as cursor:
        cursor.executemany(FACT, [
            (one, datetime.combine(AS_OF - timedelta(days=days), time(12), zone), amount, f"{key}:{place}")
            for place, (one, days, amount) in enumerate(rows)
        ])  # fmt: skip


def net_in_a_year(customer: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(amount)::bigint FROM customers_fact WHERE customer_id = %s"
            " AND occurred_at >= %s::timestamp AT TIME ZONE 'Asia/Shanghai'",
            [customer, AS_OF - timedelta(days=365)],
        )
        return int(cursor.fetchone()[0])


def a_firm(size: int = 150) -> list[Customer]:
    """Everybody buys every ten days or so, for about 100; a third stop at some day of the last year for good."""
    chance = np.random.default_rng(4)
    made = Customer.objects.bulk_create([Customer(kind="person", name=f"C{number:03}") for number in range(size)])
    made.sort(key=lambda one: one.name)
    rows = []
    for number, one in enumerate(made):
        stop = int(chance.integers(20, 360)) if number % 3 == 0 else 0
        rows += [
            (one.pk, int(day), int(chance.integers(8_000, 12_000)))
            for day in range(420, stop, -10)
            if chance.random() < 0.9 and day > 0
        ]
    write_purchases(rows)
    refresh_listing(select_ids="SELECT id FROM customers_customer")
    return made


def run() -> ModelRun:
    started = start_run(analysis="churn", as_of=AS_OF, by=SYSTEM, at=now())
    compute_run(run_id=started.id)
    return ModelRun.objects.get(id=started.id)


def kept(*people: tuple[Customer, float, int]) -> ModelRun:
    """Return a run in use that says these chances, of these values."""
    made = ModelRun.objects.create(
        analysis="churn", version="1", status="done", in_use=True, kept=True, as_of=AS_OF, created_at=now(),
        first_day=date(2025, 1, 1), last_day=date(2026, 6, 30), customers=len(people),
        card={"horizon": 90, "active_days": 365, "rows": 100, "left": 40, "value_cut": 50_000, "expected_left": 1.5,
              "fitted_on": "2026-01-02", "tested_on": "2026-04-02", "currency": "CNY", "leaks": {},
              "features": ["days_since_last"], "chosen": "logistic", "auc_error": 0.02, "usable": True,
              "gain": [0.21, 0.12, 0.31],
              "quality": {"logistic": {"auc": 0.8, "average_precision": 0.7, "brier": 0.15, "log_loss": 0.4}},
              "calibration": [{"customers": 100, "said": 0.42, "happened": 0.4}]},
    )  # fmt: skip
    silent = {"feature": "days_since_last", "value": 94, "usual": 20, "raises": True, "days": 94, "gap": 30}
    for customer, chance, value in people:
        CustomerChurn.objects.create(
            run=made, customer=customer, chance=chance, value=value, at_stake=round(chance * value), reasons=[silent]
        )
    return made


@pytest.mark.django_db(transaction=True)
def test_who_has_fallen_silent_is_likely_to_leave_and_the_reason_says_so():
    made = a_firm()
    write_purchases([(made[1].pk, 15, -2_500), (made[2].pk, 15, -900_000)], key="returns")
    found = run()
    assert (found.status, found.problem, found.customers) == ("done", "", CustomerChurn.objects.count())
    card = found.card
    assert (card["fitted_on"], card["tested_on"], card["leaks"]) == ("2026-01-02", "2026-04-02", {})
    assert card["quality"][card["chosen"]]["auc"] > 0.8
    assert card["quality"][card["chosen"]]["brier"] < card["quality"]["naive"]["brier"]
    gain, low, high = card["gain"]
    assert 0.1 < low < gain < high < 1
    assert sum(one["customers"] for one in card["calibration"]) == card["rows"]
    chances = {one.customer_id: one for one in CustomerChurn.objects.all()}
    stopped = [chances[one.pk].chance for place, one in enumerate(made) if place % 3 == 0 and one.pk in chances]
    going = [chances[one.pk].chance for place, one in enumerate(made) if place % 3]
    assert np.median(stopped) > 0.6 > 0.2 > np.median(going)
    worst = max(chances.values(), key=lambda one: one.chance)
    assert worst.at_stake == round(worst.chance * worst.value)
    kept = (chances[made[1].pk], chances[made[2].pk])  # returns are taken off; who gave back more is no loss
    assert [one.value for one in kept] == [net_in_a_year(one.customer_id) for one in kept]
    assert (kept[0].at_stake, kept[1].at_stake) == (round(kept[0].chance * kept[0].value), 0)
    assert worst.reasons[0]["feature"] in ("days_since_last", "gaps_since_last", "purchase_days_90")
    assert all(len(one.reasons) <= 3 for one in chances.values())
    assert sum("days" in one for one in worst.reasons) <= 1  # silence is told once, not as days and as gaps


@pytest.mark.django_db(transaction=True)
def test_only_what_happened_before_the_day_counts_and_only_who_can_be_called():
    made = a_firm()
    archive_customer(customer_id=made[0].pk, by=SYSTEM, at=now())
    found = run()
    told = CustomerChurn.objects.filter(run=found)
    assert not told.filter(customer=made[0]).exists()
    everybody = make_cast_actor("ada")
    counted = count_quadrants(found, wanted=Wanted(), actor=everybody)
    assert sum(one.customers for one in counted) == told.count()
    del found.card["quadrants"]
    assert count_quadrants(found, wanted=Wanted(), actor=everybody) == counted
    with connection.cursor() as cursor:
        since = datetime(2025, 7, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
        cursor.execute("SELECT sum(amount) FROM customers_fact WHERE customer_id = %s AND occurred_at >= %s",
                       [made[1].pk, since])  # fmt: skip
        assert cursor.fetchone() == (told.get(customer=made[1]).value,)
    write_purchases([(one.pk, -day, 5_000) for one in made for day in (3, 20, 40)], key="later")
    again = CustomerChurn.objects.filter(run=run())
    assert dict(again.values_list("customer_id", "chance")) == dict(told.values_list("customer_id", "chance"))
    made[1].delete()
    assert not CustomerChurn.objects.filter(customer_id=made[1].pk).exists()


def _by_chance(customers: list[Customer]) -> None:
    chance = np.random.default_rng(11)
    write_purchases([(one.pk, int(day), 100) for one in customers for day in chance.integers(1, 400, 5)])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fill", "problem"),
    [
        (lambda people: None, "没有任何购买"),
        (lambda people: write_purchases([(one.pk, 30, 100) for one in people]), "购买记录从 2026-06-01 开始"),
        (lambda people: write_purchases([(people[0].pk, 400, 100), (people[0].pk, 10, 100)]), "至少要 10 位"),
        (
            lambda people: write_purchases([(one.pk, day, 100) for one in people for day in range(5, 400, 40)]),
            "流失或留下的一方只有 0 位",
        ),
        (lambda people: write_purchases([(one.pk, day, 100) for one in people for day in (900, 950)]), "只有 0 位"),
        (_by_chance, "AUC"),
    ],
    ids=["nothing bought", "too short", "one customer", "nobody left", "everybody left", "by chance"],
)
def test_what_cannot_be_told_is_refused_with_the_reason_and_shows_nothing(fill, problem, client):
    fill(Customer.objects.bulk_create([Customer(kind="person", name=f"C{number}") for number in range(60)]))
    found = run()
    assert (found.status, found.in_use, CustomerChurn.objects.count()) == ("refused", False, 0)
    assert problem in found.problem
    client.force_login(make_user("ada"))
    page = client.get(PAGE).content.decode()
    assert found.problem in page
    assert "zk-matrix" not in page


@pytest.mark.django_db
def test_the_list_goes_by_expected_loss_and_the_matrix_narrows_it(client):
    people = [make_customer(name) for name in ("Save", "Keep", "Remind", "Rest")]
    kept(*zip(people, (0.9, 0.2, 0.7, 0.1), (60_000, 400_000, 40_000, 10_000), strict=True))
    client.force_login(make_user("ada"))
    page = client.get(PAGE)
    assert [line.row.name for line in page.context["lines"]] == ["Keep", "Save", "Remind", "Rest"]
    text = page.content.decode()
    assert "上次购买在 94 天前，平时约 30 天一次" in text
    assert "很可能流失" in text
    english = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "last purchase 94 days ago, usually every 30" in english
    assert "Errs by 21% less than the overall share (95 % interval 12% to 31%" in english
    cells = {cell["key"]: (cell["customers"], cell["at_stake"]) for row in page.context["matrix"] for cell in row}
    assert cells == {"save": (1, 54_000), "keep": (1, 80_000), "remind": (1, 28_000), "rest": (1, 1_000)}
    for key, name in (("save", "Save"), ("keep", "Keep"), ("remind", "Remind"), ("rest", "Rest")):
        assert [line.row.name for line in client.get(f"{PAGE}?show={key}").context["lines"]] == [name]
        assert [line.name for line in client.get(f"/customers/?churn={key}").context["lines"]] == [name]
    assert len(client.get(f"{PAGE}?show=other").context["lines"]) == 4
    assert client.get(f"{PAGE}?owner=none&class=x&after=bad").status_code == 422


@pytest.mark.django_db
def test_everybody_sees_their_own_customers_alone(client):
    ana, max_ = make_user("ana"), make_user("max")
    hers, his = make_customer("Hers", owner=ana), make_customer("His", owner=max_)
    kept((hers, 0.9, 60_000), (his, 0.8, 90_000))
    for user, name, stake in ((ana, "Hers", 54_000), (max_, "His", 72_000)):
        client.force_login(user)
        page = client.get(PAGE)
        assert [line.row.name for line in page.context["lines"]] == [name]
        assert sum(cell["at_stake"] for row in page.context["matrix"] for cell in row) == stake
        assert [one["customer_id"] for one in client.get("/api/churn-risk").json()["rows"]] == [
            {"Hers": hers.pk, "His": his.pk}[name]
        ]
    assert client.get(f"/api/customers/{hers.pk}/churn").status_code == 404
    answer = client.get(f"/api/customers/{his.pk}/churn", headers={"accept-language": "en"}).json()
    assert (answer["chance"], answer["expected_loss"], answer["quadrant"]) == (0.8, 72_000, "save")
    assert answer["reasons"][0]["text"] == "last purchase 94 days ago, usually every 30"


@pytest.mark.django_db
def test_pages_go_by_key(client):
    people = [make_customer(f"C{number}") for number in range(5)]
    made = kept(*((one, 0.5, 100_000) for one in people))
    client.force_login(make_user("ada"))
    seen, after = [], ""
    while after is not None:
        answer = client.get(f"/api/churn-risk?limit=2&after={after}").json()
        assert (answer["run"]["id"], answer["run"]["version"]) == (made.id, "1")
        seen += [one["customer_id"] for one in answer["rows"]]
        after = answer["next"]
    assert seen == sorted((one.pk for one in people), reverse=True)


@pytest.mark.django_db
def test_the_file_holds_those_of_the_list_and_is_written_down(client):
    people = [make_customer(name) for name in ("Save", "Rest")]
    kept((people[0], 0.9, 60_000), (people[1], 0.1, 10_000))
    client.force_login(make_user("ada"))
    query = client.get(f"{PAGE}?show=save").context["export_query"]
    answer = client.get(f"/customers/export/?{query}")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[0] == "name,owner,churn_value,churn_chance,churn_at_stake,churn_reasons"
    assert lines[1].startswith("Save,,600.00,")
    assert lines[1].endswith(",0.9000,540.00,上次购买在 94 天前，平时约 30 天一次")
    assert len(lines) == 2
    assert [facts["customers"] for _, facts in recorded("CustomersExported")] == [1]
    english = client.get(f"/customers/export/?{query}", headers={"accept-language": "en"})
    assert b"".join(english).decode().splitlines()[1].endswith(',"last purchase 94 days ago, usually every 30"')


@pytest.mark.django_db
def test_the_customers_page_tells_the_chance(client):
    one, other = make_customer("One"), make_customer("Other")
    kept((one, 0.72, 60_000))
    client.force_login(make_user("ada"))
    page = client.get(f"/customers/{one.pk}/").content.decode()
    assert "72%" in page
    assert "上次购买在 94 天前" in page
    assert 'id="churn"' not in client.get(f"/customers/{other.pk}/").content.decode()
    client.force_login(make_user("clerk", may=["customers.view_customer"]))
    assert 'id="churn"' not in client.get(f"/customers/{one.pk}/").content.decode()


@pytest.mark.django_db
def test_who_may_and_before_the_first_run(client):
    for login in ("ana", "li", "vic", "ada"):
        client.force_login(make_user(login))
        assert "模型还没有运行过" in client.get(PAGE).content.decode()
        assert client.get("/api/churn-risk").json() == {"rows": [], "next": None, "run": None}
    client.force_login(make_user("clerk", may=["customers.view_customer"]))
    assert [client.get(one).status_code for one in (PAGE, "/api/churn-risk")] == [403, 403]
    client.logout()
    assert [client.get(one).status_code for one in (PAGE, "/api/churn-risk")] == [302, 401]


def test_quadrants_and_words_have_clear_edges():
    assert quadrant_of(chance=0.5, value=10, value_cut=10) == "save"
    assert quadrant_of(chance=0.49, value=10, value_cut=10) == "keep"
    assert quadrant_of(chance=0.5, value=9, value_cut=10) == "remind"
    assert quadrant_of(chance=0.0, value=0, value_cut=10) == "rest"
    assert [grade_of(one) for one in (0.6, 0.59, 0.3, 0.29)] == ["likely", "possible", "possible", "unlikely"]


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        ({"feature": "gaps_since_last", "value": 3.1, "usual": 1, "days": 94, "gap": None},
         "bought on one day only, 94 days ago", "只在 94 天前买过一次"),
        ({"feature": "usual_gap", "value": None, "usual": 30}, "bought on one day only", "只在一天买过"),
        ({"feature": "usual_gap", "value": 12.4, "usual": 30},
         "usually buys every 12 days (typical: 30)", "平时约 12 天买一次（一般客户 30 天）"),
        ({"feature": "purchase_days_90", "value": 1, "usual": 2.5},
         "1 purchase day in the last 90 days (typical: 2.5)", "近 90 天购买 1 天（一般客户 2.5 天）"),
        ({"feature": "amount_365", "value": 123_456, "usual": 5000},
         "¥1,234.56 in 365 days (typical: ¥50)", "近 365 天净额 ¥1,234.56（一般客户 ¥50）"),
    ],
)  # fmt: skip
def test_reasons_read_well_in_both_languages(reason, english, chinese):
    for language, text in (("en", english), ("zh-hans", chinese)):
        with override(language):
            assert say_reason(reason, "CNY") == text
