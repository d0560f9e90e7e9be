from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.apps import apps

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.commerce.errors import BadOrder, LineTooLarge, OrderExists, PriceNegative
from zhike.commerce.models import Order, OrderLine, Product
from zhike.commerce.orders.actions import NewLine, create_order
from zhike.commerce.testing import make_order
from zhike.customers.testing import make_customer
from zhike.kit.actor import SYSTEM
from zhike.kit.errors import NotFound

pytestmark = pytest.mark.django_db
Fact = apps.get_model("customers", "Fact")
AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def create(lines, *, number="7", source="shop", customer_id=None, by=SYSTEM):
    return create_order(
        source=source, number=number, customer_id=customer_id, ordered_at=AT, currency="CNY", lines=lines, by=by, at=AT
    )


def line(quantity="1", price="1", sku="A"):
    return NewLine(sku, Decimal(quantity), Decimal(price))


def test_each_line_becomes_a_fact_of_the_customer():
    customer = make_customer()
    order = create([line("3", "1.005"), line("-1", "2.335", "B")], customer_id=customer.id)
    assert (order.net, order.lines_count) == (302 - 234, 2)
    assert list(order.lines.order_by("position").values_list("product__sku", "amount")) == [("A", 302), ("B", -234)]
    facts = Fact.objects.filter(customer=customer).order_by("source_key")
    assert [(f.kind, f.amount, f.quantity, f.occurred_at, f.source_key) for f in facts] == [
        ("purchase", 302, Decimal(3), AT, "shop:7:1"),
        ("return", -234, Decimal(-1), AT, "shop:7:2"),
    ]
    assert recorded("OrderCreated") == [
        ("OrderCreated", {"order_id": order.id, "customer_id": customer.id, "source": "shop", "number": "7", "net": 68,
                          "currency": "CNY"})
    ]  # fmt: skip


def test_an_anonymous_sale_has_no_facts():
    create([line()])
    assert Order.objects.get().customer is None
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("lines", "source", "refusal"),
    [
        ([line(price="-1")], "shop", PriceNegative),
        ([line("1e12")], "shop", LineTooLarge),
        ([line(sku=" ")], "shop", BadOrder),
        ([line()], "a:b", BadOrder),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(lines, source, refusal):
    with pytest.raises(refusal):
        create(lines, source=source)
    assert not Order.objects.exists()
    assert not Product.objects.exists()
    assert recorded("OrderCreated") == []


def test_the_same_number_twice_is_refused():
    create([line()])
    with pytest.raises(OrderExists, match=r"shop.* 7"):
        create([line("5")])
    assert OrderLine.objects.count() == 1


def test_a_colleagues_customer_cannot_be_ordered_for():
    customer = make_customer(owner=make_user("max"))
    with pytest.raises(NotFound):
        create([line()], customer_id=customer.id, by=make_cast_actor("ana"))
    assert not Order.objects.exists()


def test_the_api_creates_once_per_key(client):
    client.force_login(make_user("ana"))
    customer = make_customer(owner=make_user("ana"))
    body = {"number": "9", "customer_id": customer.id, "at": "2026-01-05T12:00:00Z", "currency": "CNY",
            "lines": [{"sku": "A", "quantity": "2", "unit_price": "9.95"}]}  # fmt: skip
    answers = [
        client.post("/api/orders", body, content_type="application/json", headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["net"] == 1990
    assert answers[0].json() == answers[1].json()
    assert Order.objects.count() == 1
    again = client.post("/api/orders", body, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "commerce.order_exists")


def test_orders_and_products_as_the_cast_sees_them(client):
    mine, theirs = make_customer(owner=make_user("ana")), make_customer(owner=make_user("max"))
    first, second, third = make_order("A-1", customer=mine), make_order("A-2", customer=theirs), make_order("A-3")
    seen = {}
    for login in ("ana", "li", "max", "ada"):
        client.force_login(make_user(login))
        seen[login] = [row["number"] for row in client.get("/api/orders").json()["rows"]]
        page = client.get("/orders/?q=A")
        assert [f">{number}</a>" in page.text for number in ("A-1", "A-2", "A-3")] == [
            number in seen[login] for number in ("A-1", "A-2", "A-3")
        ]
    assert seen == {"ana": ["A-1"], "li": ["A-1"], "max": ["A-2"], "ada": ["A-3", "A-2", "A-1"]}
    client.force_login(make_user("ana"))
    assert client.get(f"/orders/{first.id}/").status_code == 200
    assert client.get(f"/orders/{second.id}/").status_code == 404
    assert client.get(f"/api/orders/{third.id}").status_code == 404
    product = Product.objects.get()
    page = client.get(f"/products/{product.id}/").text
    assert "A-1" in page
    assert "A-2" not in page
    assert client.get("/products/?q=SKU").status_code == 200
    client.force_login(make_user("nobody", may=[]))
    assert client.get("/orders/").status_code == 403
    client.logout()
    assert client.get("/orders/").status_code == 302


def test_orders_list_filters_and_pages_in_few_queries(client, django_assert_max_num_queries):
    customer = make_customer()
    for number in range(60):
        make_order(f"N-{number:02}", customer=customer, lines=[("S", "1" if number % 2 else "-1", "5")])
    client.force_login(make_user("ada"))
    with django_assert_max_num_queries(10):
        page = client.get(
            "/orders/", {"returns": "1", "customer": customer.id, "since": "2026-01-01", "until": "2026-01-05"}
        )
    assert page.text.count('class="name num"') == 30
    first = client.get("/orders/")
    assert first.text.count('class="name num"') == 50
    cursor = first.context["page"].next
    assert client.get("/orders/", {"after": cursor}).text.count('class="name num"') == 10
    assert "No order meets" in client.get("/orders/?q=zzz", headers={"accept-language": "en"}).text


def test_a_customers_page_shows_orders_timeline_and_search_finds_them(client):
    customer = make_customer(owner=make_user("ana"))
    make_order("DD-2026-77", customer=customer)
    client.force_login(make_user("ana"))
    page = client.get(f"/customers/{customer.id}/").text
    assert page.count("DD-2026-77") >= 2  # in the panel and on the timeline
    assert "19.90" in page
    assert "DD-2026-77" in client.get("/search/?q=DD-2026").text
