"""Counts cover what the reader may see; the same in the API."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.classification.classes.queries import get_overview
from zhike.classification.evaluation.schedule import run_soon
from zhike.classification.models import Assignment, CustomerClass, CustomerMetrics
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.testing import make_rule_scheme
from zhike.customers.public import visible_listing
from zhike.customers.testing import make_customer

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 5, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    """Three customers: one of Ana, one of Li (the same team), one of Max; one of them moved this month."""
    install_built_in_schemes()
    loyal, lost = (CustomerClass.objects.get(scheme__key="lifecycle", key=key) for key in ("loyal", "lost"))
    made = {}
    for login, held, value in (("ana", loyal, 100), ("li", loyal, 200), ("max", lost, 300)):
        customer = made[login] = make_customer(f"Of {login}", owner=make_user(login))
        if login == "max":
            put(customer, loyal, OCTOBER, NOON)
        put(customer, held, NOON if login == "max" else OCTOBER)
        visible_listing(SYSTEM).filter(customer=customer).update(value=value)
        CustomerMetrics.objects.create(customer=customer, frequency=1, rfm_r=5, rfm_f=5, rfm_m=1)
    return {"loyal": loyal, "lost": lost, **made}


def put(customer, one, start, end=None):
    Assignment.objects.create(
        customer=customer, scheme=one.scheme, to_class=one, valid_from=start, valid_to=end, rule_version=1, source=2
    )


def look(login, key):
    return get_overview(key=key, actor=make_cast_actor(login), at=NOON).chosen


@pytest.mark.parametrize(
    ("login", "loyal", "lost"), [("ana", 1, 0), ("li", 2, 0), ("vic", 2, 0), ("max", 0, 1), ("ada", 2, 1)]
)
def test_everyone_counts_their_own(firm, login, loyal, lost):
    rows = {row.one.key: row.count for row in look(login, "lifecycle").rows}
    assert (rows["loyal"], rows["lost"]) == (loyal, lost)
    assert (look(login, "rfm").heat.best, look(login, "rfm").heat.days) == (loyal + lost, 365)


def test_the_overview_has_counts_shares_values_and_moves(firm):
    chosen = look("ada", "lifecycle")
    rows = {row.one.key: row for row in chosen.rows}
    assert (rows["loyal"].count, rows["loyal"].before, rows["loyal"].change, rows["loyal"].value) == (2, 3, -1, 300)
    assert (rows["lost"].count, rows["lost"].change, rows["lost"].value) == (1, 1, 300)
    assert round(rows["loyal"].share, 4) == 0.6667
    assert rows["loyal"].value_share == 0.5
    assert [(one.before.key, one.after.key, one.count) for one in chosen.moves] == [("loyal", "lost", 1)]


def test_the_page_leads_to_the_customers_of_a_class(firm, client):
    client.force_login(make_user("li"))
    page = client.get("/classes/lifecycle/").text
    assert f'href="/customers/?class={firm["loyal"].id}">2</a>' in page
    listed = client.get(f"/customers/?class={firm['loyal'].id}").text
    assert "Of max" not in listed


def test_a_type_whose_rules_nobody_meets_does_not_ask_for_customers(firm, client, monkeypatch):
    monkeypatch.setattr("zhike.classification.classes.queries.is_run_under_way", lambda: False)
    make_rule_scheme("rich", {"rich": {"trait": "monetary", "op": "gt", "value": 10**14}})
    client.force_login(make_user("ada"))
    page = client.get("/classes/rich/", headers={"accept-language": "en"}).text
    assert "No customer meets its rules" in page
    assert "Import customers" not in page


def test_the_page_asks_few_queries(firm, client, django_assert_max_num_queries):
    client.force_login(make_user("ada"))
    client.get("/classes/lifecycle/")
    with django_assert_max_num_queries(25):
        client.get("/classes/lifecycle/")


def test_while_the_worker_classifies_an_empty_page_says_so_and_asks_again(client):
    install_built_in_schemes()
    client.force_login(make_user("ada"))
    assert "zk-empty" in client.get("/classes/lifecycle/").text
    run_soon()
    page = client.get("/classes/lifecycle/").text
    assert 'hx-trigger="every 2s"' in page
    assert "zk-skel" in page.partition('id="classes"')[2]


@pytest.fixture
def many(monkeypatch, firm):
    """The firm, as if it were so large that counting took a while."""
    monkeypatch.setattr("zhike.classification.classes.remembering.LARGE", -1)
    cache.clear()
    yield firm
    cache.clear()


def test_among_very_many_the_page_comes_at_once_and_counts_by_itself(many, client):
    client.force_login(make_user("ada"))
    page = client.get("/classes/lifecycle/").text
    assert "zk-skel" in page
    assert 'hx-get="?counted=1" hx-trigger="load"' in page
    assert f'/customers/?class={many["loyal"].id}"' not in page
    part = client.get("/classes/lifecycle/?counted=1", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div class="zk-cols zk-cols-left" id="classes">')
    assert f'href="/customers/?class={many["loyal"].id}">2</a>' in part
    again = client.get("/classes/lifecycle/").text
    assert f'href="/customers/?class={many["loyal"].id}">2</a>' in again
    assert "hx-trigger" not in again.partition('id="classes"')[2].partition("</main>")[0]


def test_counts_say_of_when_they_are_and_are_made_anew_once_something_changed(many):
    def count(at, **how):
        overview = get_overview(key="lifecycle", actor=make_cast_actor("ada"), at=at, **how)
        rows = {row.one.key: row.count for row in overview.chosen.rows}
        return rows["loyal"], overview.counted_at, overview.again

    assert count(NOON, fresh=True) == (2, NOON, None)
    assert count(NOON + timedelta(minutes=1), fresh=True) == (2, NOON, None)  # nothing has happened
    put(make_customer("Fourth"), many["loyal"], NOON)
    later = NOON + timedelta(minutes=1)
    assert count(later) == (2, NOON, 0)
    assert count(later, fresh=True) == (3, later, None)


def test_readers_of_other_customers_have_counts_of_their_own(many):
    assert [row.count for row in look_anew("ada") if row.one.key == "loyal"] == [2]
    assert [row.count for row in look_anew("ana") if row.one.key == "loyal"] == [1]
    assert look("max", "lifecycle") is None


def look_anew(login):
    return get_overview(key="lifecycle", actor=make_cast_actor(login), at=NOON, fresh=True).chosen.rows


def test_api_members_of_a_class(firm, client):
    url = f"/api/classes/{firm['loyal'].id}/customers"
    client.force_login(make_user("ana"))
    assert [row["name"] for row in client.get(url).json()["rows"]] == ["Of ana"]
    client.force_login(make_user("ada"))
    first = client.get(url, {"limit": 1}).json()
    second = client.get(url, {"limit": 1, "after": first["next"]}).json()
    assert [row["name"] for row in first["rows"] + second["rows"]] == ["Of ana", "Of li"]
    assert second["next"] is None
    assert client.get("/api/classes/999999999/customers").status_code == 404


def test_api_classes_of_a_customer(firm, client):
    client.force_login(make_user("ana"))
    found = client.get(f"/api/customers/{firm['ana'].id}/classes").json()
    assert [(one["scheme"], one["key"], one["source"]) for one in found["current"]] == [
        ("lifecycle", "loyal", "computed")
    ]
    assert client.get(f"/api/customers/{firm['max'].id}/classes").status_code == 404
