"""What came in over the last days beside the days before: exact, and of one's own customers."""

from datetime import UTC, datetime, timedelta

import pytest

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.commerce.orders.workbench import get_takings
from zhike.commerce.testing import make_order
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.fixture
def orders():
    ana, other = make_customer(owner=make_user("ana")), make_customer("Other", owner=make_user("max"))
    for number, (customer, hours, price, facts) in enumerate(
        (
            (ana, 1, "100", {}),
            (ana, 30, "50", {}),
            (ana, 7 * 24 + 1, "40", {}),
            (ana, 14 * 24 + 1, "999", {}),
            (other, 2, "10", {}),
            (None, 3, "5", {}),
            (ana, 4, "7", {"currency": "USD"}),
            (ana, 5, "8", {"status": "cancelled"}),
            (ana, -13, "9", {}),  # tomorrow
        )
    ):
        lines = [("SKU-1", "1", price)]
        make_order(f"N{number}", customer=customer, lines=lines, ordered_at=NOW - timedelta(hours=hours), **facts)


def test_two_spans_are_compared(orders):
    found = get_takings(actor=make_cast_actor("ana"), days=7, at=NOW)
    assert (found.net, found.orders, found.net_before, found.orders_before) == (15000, 2, 4000, 1)
    assert found.line == [0, 0, 0, 0, 0, 5000, 10000]


def test_in_thirty_days_the_line_has_ten_points(orders):
    found = get_takings(actor=make_cast_actor("ana"), days=30, at=NOW)
    assert (found.net, found.orders, found.net_before) == (118900, 4, 0)
    assert (len(found.line), sum(found.line)) == (10, 118900)


@pytest.mark.parametrize(
    ("login", "net"), [("ana", 15000), ("li", 15000), ("vic", 15000), ("max", 1000), ("ada", 16500)]
)
def test_everyone_counts_their_own(orders, login, net):
    assert get_takings(actor=make_cast_actor(login), days=7, at=NOW).net == net


def test_no_orders_no_figures():
    assert get_takings(actor=make_cast_actor("ada"), days=7, at=NOW) is None


def test_who_may_not_see_orders_sees_no_figures(orders, client):
    client.force_login(make_user("eve", may=["customers.view_customer"]))
    assert client.get("/workbench/takings/").content == b""
