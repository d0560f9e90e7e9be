"""Each number of the workbench is the number of rows behind the link beside it, by days of the organisation."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from zhike.accounts.testing import make_user
from zhike.classification.public import install_built_in_schemes
from zhike.commerce.testing import make_order
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db
Assignment = apps.get_model("classification", "Assignment")
CustomerClass = apps.get_model("classification", "CustomerClass")
Listing = apps.get_model("customers", "Listing")
NOW = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)  # 14:30 in Shanghai
MIDNIGHT = datetime(2026, 6, 8, 16, tzinfo=UTC)  # at which the first of the last 7 days begins there


@pytest.fixture
def clocks(monkeypatch):
    for module in ("commerce.orders.workbench", "customers.workbench.panels", "classification.workbench.panels"):
        monkeypatch.setattr(f"zhike.{module}.now", lambda: NOW)


@pytest.fixture
def ada(client):
    client.force_login(make_user("ada"))
    return client


def hits(html: str, words: str) -> int:
    return int(re.search(words, html).group(1).replace(",", ""))


@pytest.mark.parametrize("days", [7, 30])
def test_orders_and_their_list(ada, clocks, days):
    first = MIDNIGHT - timedelta(days=days - 7)
    customer = make_customer()
    moments = [first, first - timedelta(seconds=1), NOW, NOW + timedelta(hours=2), NOW - timedelta(days=days, hours=-1)]
    for number, at in enumerate(moments):
        make_order(f"N{number}", customer=customer, lines=[("A", "1", "10")], ordered_at=at)
    make_order("USD", customer=customer, lines=[("A", "1", "10")], ordered_at=NOW, currency="USD")
    make_order("OFF", customer=customer, lines=[("A", "1", "10")], ordered_at=NOW, status="cancelled")
    panel = ada.get(f"/workbench/takings/?days={days}", headers={"accept-language": "en"}).text
    listed = ada.get(re.search(r'href="(/orders/\?[^"]*)"', panel).group(1).replace("&amp;", "&")).context["page"].rows
    assert sorted(one.number for one in listed) == ["N0", "N2", "N3"]
    assert re.search(r'<div class="zk-stat"><[^>]*>Orders</[^>]*><[^>]*>\s*3\b', re.sub(r"\n\s*", "", panel)), panel


@pytest.mark.parametrize("days", [7, 30])
def test_new_customers_and_their_list(ada, clocks, days):
    first = MIDNIGHT - timedelta(days=days - 7)
    for name, at in {"Before": first - timedelta(seconds=1), "First": first, "Last": NOW}.items():
        make_customer(name, at=at)
    panel = ada.get(f"/workbench/newcomers/?days={days}", headers={"accept-language": "en"}).text
    listed = ada.get(f"/customers/?created={days}").context["page"].rows
    assert {one.name for one in listed} == {"First", "Last"}
    assert hits(panel, rf"(\d+) in {days} days") == 2


def test_who_moved_down_or_is_leaving_and_their_lists(ada, clocks):
    install_built_in_schemes()
    loyal, at_risk = (CustomerClass.objects.get(scheme__key="lifecycle", key=key) for key in ("loyal", "at_risk"))
    for moved in (MIDNIGHT, MIDNIGHT - timedelta(seconds=1), NOW):
        customer = make_customer(str(moved))
        for one, start, end in ((loyal, NOW - timedelta(days=90), moved), (at_risk, moved, None)):
            Assignment.objects.create(
                customer=customer, scheme_id=one.scheme_id, to_class=one, valid_from=start, valid_to=end,
                rule_version=1, source=Assignment.Source.RULE,
            )  # fmt: skip
    Listing.objects.update(classes=[at_risk.id])
    panel = ada.get("/workbench/falling/?days=7", headers={"accept-language": "en"}).text
    assert hits(panel, r"(\d+) customers? in 7 days") == 2
    assert len(ada.get("/customers/?fell=7").context["page"].rows) == 2
    assert hits(panel, r"(\d+) customers? at risk") == 3
    assert len(ada.get(f"/customers/?class={at_risk.id}").context["page"].rows) == 3


def test_what_profiles_lack_and_its_lists(ada):
    make_customer("Bare", kind="person"), make_customer("Reached", phones=["13812345678"], place="浙江杭州")
    panel = ada.get("/workbench/missing/", headers={"accept-language": "en"}).text
    counts = re.findall(r'href="(/customers/\?missing=\w+)">[^<]*</a><span class="zk-push num">(\d+)<', panel)
    assert len(counts) == 3
    assert [len(ada.get(address).context["page"].rows) for address, _count in counts] == [int(c) for _a, c in counts]
