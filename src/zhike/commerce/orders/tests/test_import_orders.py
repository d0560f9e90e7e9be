from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pytest
from django.apps import apps

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.commerce.models import Order, OrderLine, Product
from zhike.commerce.orders.rules import order_digest
from zhike.customers.public import Customer
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db
Fact, Listing = apps.get_model("customers", "Fact"), apps.get_model("customers", "Listing")
HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
FILE = HEAD + (
    "1,A,Mug,3,2011-07-01 10:30:00,1.005,17850,United Kingdom\n"
    "1,B,,2,2011-07-01 10:29:00,2,17850,United Kingdom\n"
    "C2,A,Cup,-1,2011-07-02 9:00,1.005,17850,United Kingdom\n"
    "3,A,,1,2011-07-03 00:10:00,5,,France\n"
)


def figures(run):
    return {key: run.report[key] for key in ("rows", "accepted", "rejected", "orders", "customers")}


def counts(created=0, updated=0, unchanged=0):
    return {"created": created, "updated": updated, "unchanged": unchanged}


def test_lines_become_orders_customers_products_and_facts(import_orders):
    run = import_orders(FILE, time_zone="Europe/London")
    assert figures(run) == {"rows": 4, "accepted": 4, "rejected": 0, "orders": counts(3), "customers": counts(1)}
    order = Order.objects.get(number="1")
    assert (order.at, order.net, order.lines_count, order.currency) == (
        datetime(2011, 7, 1, 9, 29, tzinfo=UTC), 302 + 400, 2, "GBP",
    )  # fmt: skip
    assert list(order.lines.order_by("position").values_list("product__sku", "amount")) == [("A", 302), ("B", 400)]
    assert Order.objects.get(number="C2").net == -101  # |1 × 1.005| half up, then the sign
    customer = Customer.objects.get()
    assert (customer.name, customer.kind, customer.country) == ("17850", "person", "GB")
    assert Listing.objects.get().country == "GB"
    facts = Fact.objects.order_by("source_key").values_list("kind", "amount", "source_key", "occurred_at")
    assert [(kind, amount, key) for kind, amount, key, _ in facts] == [
        ("purchase", 302, "import:1:1"),
        ("purchase", 400, "import:1:2"),
        ("return", -101, "import:C2:1"),
    ]
    assert {at for kind, _, _, at in facts if kind == "purchase"} == {order.at}
    assert Order.objects.get(number="3").customer is None
    assert list(Product.objects.order_by("sku").values_list("sku", "name")) == [("A", "Mug"), ("B", "B")]


def test_the_same_file_again_changes_nothing(import_orders):
    import_orders(FILE)
    before = [list(model.objects.order_by("id").values()) for model in (Order, OrderLine, Fact, Customer, Product)]
    run = import_orders(FILE)
    assert figures(run)["orders"] == counts(unchanged=3)
    assert figures(run)["customers"] == counts(unchanged=1)
    assert [
        list(model.objects.order_by("id").values()) for model in (Order, OrderLine, Fact, Customer, Product)
    ] == before


def test_a_changed_order_is_corrected_by_reversing_facts(import_orders):
    import_orders(FILE)
    for price, revision in (("4", 2), ("6", 3)):
        run = import_orders(FILE.replace("2011-07-01 10:29:00,2", f"2011-07-01 10:29:00,{price}"))
        assert figures(run)["orders"] == counts(updated=1, unchanged=2)
        order = Order.objects.get(number="1")
        assert (order.revision, order.net, order.lines.count()) == (revision, 302 + 200 * int(price), 2)
    sums = Fact.objects.filter(refers_id=order.id).values_list("source_key", "amount").order_by("id")
    assert dict(sums) == {
        "import:1:1": 302, "import:1:2": 400,
        "import:1:1#r2-": -302, "import:1:2#r2-": -400, "import:1:1#r2": 302, "import:1:2#r2": 800,
        "import:1:1#r3-": -302, "import:1:2#r3-": -800, "import:1:1#r3": 302, "import:1:2#r3": 1200,
    }  # fmt: skip
    assert sum(amount for _, amount in sums) == order.net


def test_an_order_that_moves_to_another_customer_leaves_the_first_with_nothing(import_orders):
    import_orders(FILE)
    import_orders(FILE.replace("17850", "99"))
    first = Customer.objects.get(external_ids__value="17850")
    assert sum(Fact.objects.filter(customer=first).values_list("amount", flat=True)) == 0
    second = Customer.objects.get(external_ids__value="99")
    assert sum(Fact.objects.filter(customer=second).values_list("amount", flat=True)) == 302 + 400 - 101


def test_bad_rows_are_refused_with_their_reasons_and_good_ones_kept(import_orders):
    lines = (
        "1,A,,1,2011-07-01 10:00,1,5,\n"
        "2,A,,x,2011-07-01 10:00,1,5,\n"
        "3,A,,1,yesterday,1,5,\n"
        "4,A,,1,2011-07-01 10:00,-1,5,\n"
        ",A,,1,2011-07-01 10:00,1,5,\n"
        "6,,,1,2011-07-01 10:00,1,5,\n"
        "7,A,,1,2011-07-01 10:00,1,5,\n"
        "7,A,,1,2011-07-01 10:00,1,6,\n"
        "8,A,,1,2011-07-01 10:00,,5,\n"
        "9,A,,99999999999,2011-07-01 10:00,99999999999,5,\n"
        "10,A\n"
        ",,,,,,,\n"
    )
    run = import_orders(HEAD + lines)
    assert figures(run)["rows"] == 11
    assert run.progress["reasons"] == {
        "amount_too_large:quantity": 1, "differs:customer": 1, "missing:order_no": 1, "missing:sku": 1,
        "missing:unit_price": 1, "not_a_number:quantity": 1, "not_a_time:at": 1, "price_negative:unit_price": 1,
        "unreadable:": 1,
    }  # fmt: skip
    assert list(Order.objects.order_by("id").values_list("number", "lines_count")) == [("1", 1), ("7", 1)]


def test_unknown_currency_is_refused_and_yen_has_no_minor_unit(import_orders):
    head = "order,date,sku,qty,price,currency\n"
    run = import_orders(head + "1,2024-03-01,A,3,120.5,JPY\n2,2024-03-01,A,1,1,XXQ\n3,2024-03-01,A,1,2.5,人民币\n")
    assert run.progress["reasons"] == {"unknown_currency:currency": 1}
    assert list(Order.objects.order_by("number").values_list("net", "currency")) == [(362, "JPY"), (250, "CNY")]


def test_cancelled_orders_have_no_facts_and_chinese_headings_are_known(import_orders):
    run = import_orders(
        "订单编号,下单时间,客户编号,客户名称,商品编码,商品名称,数量,单价,订单状态\n"
        'D1,2024年3月1日 8:05,K1,苏州澜图精密机械有限公司,S1,工控机,１,"1,200.00",已完成\n'
        "D2,2024/3/2,K1,,S1,,2,¥5,交易关闭\n",
        currency="CNY",
    )
    assert figures(run)["orders"] == counts(2)
    customer = Customer.objects.get()
    assert (customer.name, customer.kind, customer.name_initials[:4]) == ("苏州澜图精密机械有限公司", "company", "szlt")
    assert list(Fact.objects.values_list("amount", flat=True)) == [120000]
    assert Order.objects.get(number="D1").at == datetime(2024, 3, 1, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["12/1/2010 8:26", "12/13/2010 8:26"], [(12, 1), (12, 13)]),  # month first, as one day says
        (["12/1/2010 8:26", "13/1/2010 8:26"], [(1, 12), (1, 13)]),
        (["40513.5", "40514"], [(12, 1), (12, 2)]),  # what a spreadsheet counts
        (["2010-12-01T23:00:00-05:00", "2010-12-02T08:00:00Z"], [(12, 2), (12, 2)]),
        (["20101201", "2010.12.2"], [(12, 1), (12, 2)]),
    ],
)
def test_a_whole_column_tells_how_its_days_are_written(import_orders, days, expected):
    rows = "".join(f"{number},A,,1,{day},1,5,\n" for number, day in enumerate(days))
    import_orders(HEAD + rows, time_zone="UTC")
    orders = Order.objects.order_by("number")
    assert [(order.at.month, order.at.day) for order in orders] == expected


def test_ids_that_went_through_a_float_are_whole_again(import_orders):
    import_orders(HEAD + "536365.0,A,,1,2011-07-01,1,17850.0,\n536366.0,85123.0,,1,2011-07-01,1,,\n")
    assert list(Order.objects.order_by("id").values_list("number", flat=True)) == ["536365", "536366"]
    assert Customer.objects.get().name == "17850"
    assert set(Product.objects.values_list("sku", flat=True)) == {"A", "85123.0"}


def test_decimal_commas_of_a_semicolon_file(import_orders):
    import_orders("order;date;sku;qty;price\n1;2024-03-01;A;2;2,55\n2;2024-03-01;A;1;1.200,50\n")
    assert list(Order.objects.order_by("number").values_list("net", flat=True)) == [510, 120050]


def test_a_dry_run_says_what_would_be_and_writes_nothing(import_orders):
    import_orders(FILE)
    more = FILE + "4,A,,1,2011-07-04,1,17850,\n5,A,,1,2011-07-04,1,200,\n"
    run = import_orders(more.replace(",1.005,17850", ",9,17850"), dry=True)
    assert figures(run)["orders"] == counts(created=2, updated=2, unchanged=1)
    assert figures(run)["customers"] == counts(created=1, unchanged=1)
    assert Order.objects.count() == 3


def test_who_sees_only_their_own_may_not_add_to_a_colleagues_customer(import_orders):
    max_ = make_user("max")
    make_customer(owner=max_, external_ids={"import": "17850"})
    run = import_orders(FILE, by=make_cast_actor("ana"))
    assert run.progress["reasons"] == {"not_yours:": 3}
    assert not Fact.objects.exists()


def test_python_and_sql_tell_the_same_orders_apart():
    from zhike.commerce.orders.merging import ORDERS

    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE batch AS SELECT 1 AS \"row\", 'N' AS order_no, 'K' AS customer, 'CNY' AS money,"
            " 'completed' AS state, TIMESTAMPTZ '2024-03-01 08:00:00+00' AS \"at\", 'A' AS item,"
            " 2::DECIMAL(20, 6) AS quantity, 2.55::DECIMAL(20, 6) AS unit_price, 510 AS amount"
            " UNION ALL SELECT 2, 'N', 'K', 'CNY', 'completed', TIMESTAMPTZ '2024-03-01 09:00:00+00',"
            " 'B', -1, 0.000001, 0"
        )
        connection.execute("CREATE TABLE told AS " + ORDERS)
        told = connection.execute("SELECT COLUMNS('md5.*') FROM told").fetchall()[0][0]
    assert told == order_digest(
        customer="K",
        at=datetime(2024, 3, 1, 8, tzinfo=UTC),
        currency="CNY",
        status="completed",
        lines=[("A", Decimal(2), Decimal("2.55")), ("B", Decimal(-1), Decimal("0.000001"))],
    )
