"""The list of orders: what its address asks for, its sums, its columns, and the file it gives."""

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.commerce.models import Order
from zhike.commerce.permissions import EXPORT_ORDER, VIEW_ORDER
from zhike.commerce.testing import make_order
from zhike.customers.testing import make_customer
from zhike.kit.actor import Scope

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 3, 1, 4, tzinfo=UTC)


@pytest.fixture
def ada(client):
    person = make_user("ada")
    client.force_login(person)
    return client


@pytest.fixture
def firm(ada):
    """Four orders, on four days: two of 丁氏, one of 王氏, one anonymous."""
    ding = make_customer("丁氏仪器", owner=make_user("lin"))
    wang = make_customer("王氏电子")
    make_order("A1", customer=ding, lines=[("CUP", "2", "10.00"), ("POT", "1", "5.50")], ordered_at=DAY)
    make_order("A2", customer=ding, lines=[("CUP", "-1", "10.00")], ordered_at=DAY + timedelta(days=1))
    make_order(
        "B1", customer=wang, lines=[("POT", "3", "5.50")], ordered_at=DAY + timedelta(days=2), status="cancelled"
    )
    make_order("C1", lines=[("JAR", "1", "99.00")], ordered_at=DAY + timedelta(days=3), currency="USD")


def numbers(page) -> list[str]:
    return [order.number for order in page.context["page"].rows]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", ["C1", "B1", "A2", "A1"]),
        ("?q=A", ["A2", "A1"]),
        ("?q=丁氏", ["A2", "A1"]),
        ("?q=dingshi", ["A2", "A1"]),
        ("?q=谁也不是", []),
        ("?product=POT", ["B1", "A1"]),
        ("?status=cancelled", ["B1"]),
        ("?status=cancelled&status=completed", ["C1", "B1", "A2", "A1"]),
        ("?owner=none", ["B1"]),
        ("?source=test&returns=1", ["A2"]),
        ("?since=2026-03-02&until=2026-03-03", ["B1", "A2"]),
        ("?sort=-net", ["C1", "A1", "B1", "A2"]),
        ("?sort=net", ["A2", "B1", "A1", "C1"]),
        ("?sort=nonsense", ["C1", "B1", "A2", "A1"]),
    ],
)
def test_the_address_says_which_orders_and_in_what_order(ada, firm, address, found):
    assert numbers(ada.get(f"/orders/{address}")) == found


def test_filters_that_hold_are_chips_and_what_fits_nothing_is_told(ada, firm):
    owner = Order.objects.get(number="A1").customer.owner_id
    page = ada.get(f"/orders/?product=POT&owner={owner}&status=placed&status=completed&since=2026-03-01&returns=1")
    assert [(str(one.label), str(one.operator), one.value) for one in page.context["chips"]] == [
        ("状态", "属于", "已下单、已完成"), ("起始日期", "", "3月1日"), ("产品", "是", "POT"),
        ("客户负责人", "是", "Lin"), ("只看退货", "", ""),
    ]  # fmt: skip
    assert page.context["chips"][2].url == f"?owner={owner}&status=placed&status=completed&since=2026-03-01&returns=1"
    bad = ada.get("/orders/?status=<b>&owner=9999&sort=net")
    assert "“[&#x27;&lt;b&gt;&#x27;]”" not in bad.text
    assert "“&lt;b&gt;”不是有效的“状态”，已忽略这个条件。" in bad.text
    assert numbers(bad) == ["A2", "B1", "A1", "C1"]


def test_a_list_says_how_many_and_what_they_come_to_cancelled_ones_left_out(ada, firm):
    assert ada.get("/orders/").context["count"] == "4 张订单 · ¥15.50 · US$99"
    assert ada.get("/orders/?q=B1").context["count"] == "1 张订单"


def test_the_page_before_is_a_link_too(ada):
    for number in range(52):
        make_order(f"N{number:02}", ordered_at=DAY + timedelta(hours=number))
    first = ada.get("/orders/")
    second = ada.get(f"/orders/?after={first.context['page'].next}")
    assert numbers(second) == ["N01", "N00"]
    assert numbers(ada.get(f"/orders/?before={second.context['page'].previous}")) == numbers(first)


def test_chosen_columns_are_remembered_for_this_person_and_this_list(ada, firm):
    assert ada.post("/orders/columns/?sort=net", {"col": ["owner", "net", "nonsense"]}).url == "/orders/?sort=net"
    page = ada.get("/orders/")
    assert page.context["columns"] == {"owner", "net"}
    assert "Lin" in page.text
    assert "王氏电子" not in page.text
    assert "王氏电子" in ada.get("/customers/").text


def test_the_lines_of_the_list_are_a_workbook_that_says_who_took_it(ada, firm):
    answer = ada.get("/orders/export/?status=completed&product=CUP")
    rows = list(load_workbook(BytesIO(b"".join(answer))).active.iter_rows(values_only=True))
    assert rows == [
        (
            "订单号",
            "时间",
            "客户编号",
            "客户名称",
            "产品编号（SKU）",
            "产品名称",
            "产品类别",
            "数量",
            "单价",
            "货币",
            "订单状态",
        ),
        ("A1", datetime(2026, 3, 1, 12), None, "丁氏仪器", "CUP", "CUP", None, 2, 10, "CNY", "已完成"),
        ("A1", datetime(2026, 3, 1, 12), None, "丁氏仪器", "POT", "POT", None, 1, 5.5, "CNY", "已完成"),
        ("A2", datetime(2026, 3, 2, 12), None, "丁氏仪器", "CUP", "CUP", None, -1, 10, "CNY", "已完成"),
    ]
    assert recorded("OrdersExported") == [
        ("OrdersExported", {"orders": 2, "lines": 3, "filters": "status=completed&product=CUP"})
    ]


def test_a_csv_holds_no_formula_and_reads_in_a_spreadsheet(ada):
    make_order("=1+1", customer=make_customer("@cmd"), lines=[("CUP", "1000", "0.125")])
    text = b"".join(ada.get("/orders/export/?as=csv")).decode()
    assert text.startswith("\ufeff订单号,")
    [_, row] = csv.reader(StringIO(text))
    assert row == [
        "'=1+1",
        "2026-01-05T12:00:00+00:00",
        "",
        "'@cmd",
        "CUP",
        "CUP",
        "",
        "1000",
        "0.125",
        "CNY",
        "已完成",
    ]


def test_who_sees_their_own_takes_their_orders_only_and_who_may_not_export_takes_none(client, firm):
    eve = make_user("eve", may=[VIEW_ORDER, EXPORT_ORDER], scope=Scope.OWN)
    make_order("OURS", customer=make_customer("Ours", owner=eve))
    client.force_login(eve)
    text = b"".join(client.get("/orders/export/?as=csv")).decode()
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["OURS"]
    client.force_login(make_user("gil", may=[VIEW_ORDER], scope=Scope.OWN))
    assert client.get("/orders/export/").status_code == 403
    assert "/orders/export/" not in client.get("/orders/").text


def test_the_dialog_offers_every_filter_or_the_one_that_is_asked_for(ada, firm):
    page = ada.get("/orders/filters/?only=source&status=placed", headers={"HX-Request": "true"})
    assert '<option value="test">test</option>' in page.text
    assert 'name="status" value="placed"' in page.text
    assert 'name="product"' not in page.text
    whole = ada.get("/orders/filters/")
    assert "<title>" in whole.text
    assert '<option value="CUP">CUP CUP</option>' in whole.text


def test_narrow_windows_search_in_the_dialog_and_a_customer_of_a_link_can_only_be_taken_away(ada, firm):
    customer = Order.objects.get(number="A1").customer
    page = ada.get(f"/orders/?customer={customer.id}&q=A")
    search, whom = page.context["chips"]
    assert (whom.value, whom.url, whom.edit_url) == ("丁氏仪器", "?q=A", "")
    asked = ada.get(f"/orders/filters/{search.edit_url}", headers={"HX-Request": "true"}).text
    assert '<input type="search" name="q" value="A"' in asked
    assert f'<input type="hidden" name="customer" value="{customer.id}">' in asked
    assert 'name="status"' not in asked
    assert 'name="status"' in ada.get(f"/orders/filters/?only=customer&customer={customer.id}").text
    assert '<input type="search" name="q"' in ada.get("/products/filters/").text


def test_orders_written_down_by_hand_say_so_wherever_their_source_is_told(ada):
    Order.objects.filter(id=make_order("M-1").id).update(source=Order.BY_HAND)
    assert "手工录入" in ada.get("/orders/?col=source").text
    assert '<option value="manual">手工录入</option>' in ada.get("/orders/filters/?only=source").text
    assert [one.value for one in ada.get("/orders/?source=manual").context["chips"]] == ["手工录入"]
