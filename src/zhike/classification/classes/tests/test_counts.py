"""Counts cover what the reader may see; the same in the API."""

from datetime import UTC, datetime

import pytest

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.classification.classes.queries import get_heat, get_overview, list_counts
from zhike.classification.models import Assignment, CustomerClass, CustomerMetrics
from zhike.classification.schemes.installing import install_built_in_schemes
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


@pytest.mark.parametrize(
    ("login", "loyal", "lost"), [("ana", 1, 0), ("li", 2, 0), ("vic", 2, 0), ("max", 0, 1), ("ada", 2, 1)]
)
def test_everyone_counts_their_own(firm, login, loyal, lost):
    counts = list_counts(actor=make_cast_actor(login))
    assert (counts.get(firm["loyal"].id, 0), counts.get(firm["lost"].id, 0)) == (loyal, lost)
    assert get_heat(actor=make_cast_actor(login)).best == loyal + lost


def test_the_overview_has_counts_shares_values_and_moves(firm):
    overview = get_overview(key="lifecycle", actor=make_cast_actor("ada"), at=NOON)
    rows = {row.one.key: row for row in overview.chosen.rows}
    assert (rows["loyal"].count, rows["loyal"].before, rows["loyal"].change, rows["loyal"].value) == (2, 3, -1, 300)
    assert (rows["lost"].count, rows["lost"].change, rows["lost"].value) == (1, 1, 300)
    assert round(rows["loyal"].share, 4) == 0.6667
    assert rows["loyal"].value_share == 0.5
    assert [(one.before.key, one.after.key, one.count) for one in overview.moves] == [("loyal", "lost", 1)]


def test_the_page_leads_to_the_customers_of_a_class(firm, client):
    client.force_login(make_user("li"))
    page = client.get("/classes/lifecycle/").text
    assert f'href="/customers/?class={firm["loyal"].id}">2</a>' in page
    listed = client.get(f"/customers/?class={firm['loyal'].id}").text
    assert "Of max" not in listed


def test_the_page_asks_few_queries(firm, client, django_assert_max_num_queries):
    client.force_login(make_user("ada"))
    client.get("/classes/lifecycle/")
    with django_assert_max_num_queries(24):
        client.get("/classes/lifecycle/")


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
