"""The chart of purchases, and changes of class on the timeline."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from zhike.accounts.testing import make_user
from zhike.classification.assignments.purchases import (
    describe_purchases,
    draw_months,
    get_purchases,
    list_month_starts,
)
from zhike.classification.models import Assignment, CustomerClass, CustomerMetrics
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.testing import buy
from zhike.customers.public import MonthOfPurchases
from zhike.customers.testing import make_customer

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_months_go_back_over_the_turn_of_the_year():
    assert list_month_starts(date(2026, 2, 3), 4) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


def test_a_month_counts_what_was_bought_less_what_went_back_by_the_organisations_days():
    customer = make_customer("Firm")
    buy(customer, date(2026, 10, 1), 10_000, hour=0)  # still September in UTC
    buy(customer, date(2026, 10, 20), 5_000)
    buy(customer, date(2026, 10, 25), -2_000)
    months = get_purchases(customer, AT).months
    assert (len(months), months[-1], months[-2]) == (
        36,
        MonthOfPurchases(date(2026, 11, 1), 0, 0),
        MonthOfPurchases(date(2026, 10, 1), 13_000, 2),
    )


def test_who_bought_nothing_in_three_years_has_no_chart_and_who_did_long_ago_only_the_long_one():
    customer = make_customer("Firm")
    assert describe_purchases(get_purchases(customer, AT), None) is None
    buy(customer, date(2024, 5, 5), 700)
    described = describe_purchases(get_purchases(customer, AT), None)
    assert [period["months"] for period in described["periods"]] == [36]
    assert described["total"] == 700


def test_the_axis_is_in_the_units_of_the_language():
    months = [MonthOfPurchases(date(2026, 11, 1), 12_345_600, 1)]
    with override("zh-hans"):
        chart = draw_months(months, "CNY", None, None)
    assert chart["axis"] == {"size": 10_000, "unit": "万"}
    assert chart["labels"] == ["2026年11月"]
    assert (chart["series"][0]["values"], chart["series"][0]["written"]) == ([123_456.0], ["¥123,456"])
    with override("en"):
        assert draw_months(months, "CNY", None, None)["axis"] == {"size": 1000, "unit": "k"}


def test_changes_of_class_stand_among_the_facts_and_alone(client):
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ada"))
    install_built_in_schemes()
    customer = make_customer("Firm")
    buy(customer, date(2026, 9, 1), 100)
    loyal, lost = (CustomerClass.objects.get(scheme__key="lifecycle", key=key) for key in ("loyal", "lost"))
    moved = datetime(2026, 10, 5, tzinfo=UTC)
    for one, start, end in ((loyal, datetime(2026, 8, 1, tzinfo=UTC), moved), (lost, moved, None)):
        Assignment.objects.create(
            customer=customer, scheme=one.scheme, to_class=one, valid_from=start, valid_to=end, rule_version=1, source=2
        )
    both = client.get(f"/customers/{customer.id}/").context["days"]
    assert [line.icon for _, lines in both for line in lines] == ["git-branch", "shopping-cart"]
    alone = client.get(f"/customers/{customer.id}/?facts=classes").context["days"]
    assert [line.at for _, lines in alone for line in lines] == [moved]


def test_a_cell_of_the_rfm_map_leads_to_its_customers(client):
    client.force_login(make_user("ada"))
    for name, r, f in (("A", 5, 5), ("B", 5, 1), ("C", 1, 5)):
        customer = make_customer(name)
        CustomerMetrics.objects.create(customer=customer, frequency=1, rfm_r=r, rfm_f=f, rfm_m=1)
    found = client.get("/customers/?rfm_r=5&rfm_f=5").context
    assert [line.name for line in found["lines"]] == ["A"]
    assert client.get("/customers/?rfm_r=9").context["lines"] == []
