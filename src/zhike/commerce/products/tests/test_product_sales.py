"""How a product sells, on its page."""

from datetime import UTC, datetime

import pytest

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.commerce.models import Product
from zhike.commerce.permissions import VIEW_ORDER, VIEW_PRODUCT
from zhike.commerce.products.sales import count_sales, describe_sales, list_months
from zhike.commerce.testing import make_order
from zhike.customers.testing import make_customer
from zhike.kit.actor import Scope

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 20, 4, tzinfo=UTC)


@pytest.fixture
def cup():
    """Sold to two customers, sent back once, once in dollars; what was cancelled was not sold."""
    ding, wang = make_customer("丁氏仪器", owner=make_user("lin")), make_customer("王氏电子")
    last_of_february = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)  # in Shanghai the first of March
    make_order("A1", customer=ding, lines=[("CUP", "2", "10.00"), ("POT", "9", "99.00")], ordered_at=last_of_february)
    make_order("A2", customer=ding, lines=[("CUP", "-1", "10.00")], ordered_at=datetime(2026, 3, 5, tzinfo=UTC))
    make_order("A3", customer=wang, lines=[("CUP", "3", "9.50")], ordered_at=datetime(2025, 12, 5, tzinfo=UTC))
    make_order("A4", lines=[("CUP", "1", "5.00")], ordered_at=datetime(2026, 3, 6, tzinfo=UTC), currency="USD")
    make_order("A5", customer=wang, lines=[("CUP", "7", "1.00")], ordered_at=AT, status="cancelled")
    make_order("A6", customer=wang, lines=[("CUP", "4", "1.00")], ordered_at=datetime(2024, 3, 5, tzinfo=UTC))
    return Product.objects.get(sku="CUP")


def test_months_are_those_of_the_firm_and_returns_are_taken_off(cup):
    months = list_months(product_id=cup.id, actor=make_cast_actor("ada"), at=AT)
    assert len(months) == 12
    assert [(f"{one.month:%Y-%m}", one.net, int(one.quantity)) for one in months if one.quantity] == [
        ("2025-12", 2850, 3), ("2026-03", 1000, 1),
    ]  # fmt: skip


def test_figures_of_a_year_leave_out_other_currencies_and_what_was_cancelled(cup):
    year = describe_sales(product_id=cup.id, actor=make_cast_actor("ada"), at=AT)
    assert year
    assert [one["value"] for one in year["stats"]] == ["¥38.5", "4", "3", "2"]
    assert year["total"] == 3850
    sums = count_sales(product_id=cup.id, actor=make_cast_actor("ada"))
    assert [(one["currency"], int(one["quantity"]), one["amount"]) for one in sums] == [
        ("CNY", 8, 4250),
        ("USD", 1, 500),
    ]


def test_who_sees_their_own_customers_sees_what_those_bought(cup, client):
    lin = make_cast_actor("lin", may=[VIEW_ORDER, VIEW_PRODUCT], scope=Scope.OWN)
    year = describe_sales(product_id=cup.id, actor=lin, at=AT)
    assert year
    assert [one["value"] for one in year["stats"]] == ["¥10", "1", "2", "1"]
    client.force_login(make_user("max", may=[VIEW_PRODUCT]))
    page = client.get(f"/products/{cup.id}/")
    assert "data-chart" not in page.text
    assert page.status_code == 200


def test_what_was_not_sold_for_a_year_shows_no_empty_chart(cup):
    later = datetime(2028, 6, 1, tzinfo=UTC)
    assert describe_sales(product_id=cup.id, actor=make_cast_actor("ada"), at=later) is None
