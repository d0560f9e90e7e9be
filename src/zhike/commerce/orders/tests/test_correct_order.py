"""An order that was written down wrong is put right: lines, time, customer, state."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.models import Sum

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.commerce.errors import NoLines, NoSuchOrder, OrderCorrectedMeanwhile, PriceNegative
from zhike.commerce.models import Order, OrderLine, Product
from zhike.commerce.orders.actions import NewLine, correct_order
from zhike.commerce.testing import make_order
from zhike.customers.testing import make_customer
from zhike.kit.actor import SYSTEM
from zhike.kit.errors import NotFound, Refusal

pytestmark = pytest.mark.django_db
Fact = apps.get_model("customers", "Fact")
AT = datetime(2026, 1, 6, 9, tzinfo=UTC)
FILE = "order,date,customer,sku,qty,price,currency\n"


def line(quantity="1", price="1", sku="SKU-1"):
    return NewLine(sku, Decimal(quantity), Decimal(price))


def correct(order, lines=None, *, revision=None, by=SYSTEM, **content):
    """Correct an order to what `content` says; the rest stays as it is."""
    held = {"customer_id": order.customer_id, "ordered_at": order.at, "currency": "CNY", "status": order.status}
    kept = [
        NewLine(*one) for one in order.lines.order_by("position").values_list("product__sku", "quantity", "unit_price")
    ]
    given = {**held, **content, "lines": kept if lines is None else lines}
    return correct_order(order_id=order.id, revision=revision or order.revision, **given, by=by, at=AT)


def facts_of(order):
    return dict(Fact.objects.filter(refers_kind="order", refers_id=order.id).values_list("source_key", "amount"))


def everything():
    return [list(model.objects.order_by("id").values()) for model in (Order, OrderLine, Fact, Product)]


def test_another_content_reverses_the_facts_before_and_writes_new_ones():
    order = make_order(customer=make_customer())
    order = correct(order, [line("3", "9.95"), line("-1", "2", "B")], ordered_at=AT)
    assert (order.net, order.lines_count, order.revision, order.at) == (2985 - 200, 2, 2, AT)
    assert list(order.lines.order_by("position").values_list("product__sku", "quantity", "amount")) == [
        ("SKU-1", Decimal(3), 2985),
        ("B", Decimal(-1), -200),
    ]
    order = correct(order, [line("1", "5")])
    assert facts_of(order) == {
        "test:DD-1:1": 1990,
        "test:DD-1:1#r2-": -1990, "test:DD-1:1#r2": 2985, "test:DD-1:2#r2": -200,
        "test:DD-1:1#r3-": -2985, "test:DD-1:2#r3-": 200, "test:DD-1:1#r3": 500,
    }  # fmt: skip
    kinds = Fact.objects.filter(source_key__startswith="test:DD-1:2").order_by("id")
    assert [(one.kind, one.quantity) for one in kinds] == [("return", Decimal(-1)), ("return", Decimal(1))]


def test_the_trail_tells_what_changed():
    order = make_order(customer=make_customer())
    correct(order, [line("3", "9.95")], by=make_cast_actor("ada"))
    assert recorded("OrderCorrected") == [
        ("OrderCorrected", {
            "order_id": order.id, "customer_id": order.customer_id, "source": "test", "number": "DD-1", "revision": 2,
            "net": 2985, "currency": "CNY", "before": {"net": 1990, "lines": ["SKU-1 2 × 9.95"]},
            "after": {"net": 2985, "lines": ["SKU-1 3 × 9.95"]},
        })
    ]  # fmt: skip


def test_what_it_says_already_writes_nothing():
    order = correct(make_order(customer=make_customer()), [line("3")])
    before = everything()
    assert correct(order, [line("3.000000", "1.0")], revision=1).revision == 2  # a repeated call has its answer
    assert everything() == before
    assert len(recorded("OrderCorrected")) == 1


def test_a_cancelled_order_has_no_facts_in_force_and_comes_back_whole():
    order = make_order(customer=make_customer())
    order = correct(order, status="cancelled")
    assert facts_of(order) == {"test:DD-1:1": 1990, "test:DD-1:1#r2-": -1990}
    order = correct(order, status="completed")
    assert facts_of(order) == {"test:DD-1:1": 1990, "test:DD-1:1#r2-": -1990, "test:DD-1:1#r3": 1990}
    assert (order.status, order.net, order.revision) == ("completed", 1990, 3)


def test_an_order_moves_to_another_customer_and_to_nobody():
    one, two = make_customer(), make_customer("Two")
    order = make_order(customer=one)
    order = correct(order, customer_id=two.id)
    sums = Fact.objects.values_list("customer_id").annotate(total=Sum("amount")).order_by("customer_id")
    assert dict(sums) == {one.id: 0, two.id: 1990}
    order = correct(order, customer_id=None)
    assert dict(sums.all()) == {one.id: 0, two.id: 0}
    assert Order.objects.get().customer is None
    correct(order, customer_id=one.id)
    assert dict(sums.all()) == {one.id: 1990, two.id: 0}


def test_the_customers_before_and_after_are_judged_at_once(monkeypatch, django_capture_on_commit_callbacks):
    one, two = make_customer(), make_customer("Two")
    order, judged = make_order(customer=one), []
    monkeypatch.setattr("zhike.customers.reactions.customer_reactions", [judged.extend])
    connection.run_on_commit.clear()  # what the makers asked for
    with django_capture_on_commit_callbacks(execute=True):
        correct(order, customer_id=two.id)
    assert sorted(judged) == [one.id, two.id]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"lines": []}, NoLines),
        ({"lines": [line("1", "-1")]}, PriceNegative),
        ({"lines": [line("5")], "revision": 7}, OrderCorrectedMeanwhile),
        ({"currency": "XXQ"}, Refusal),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_changed(given, refusal):
    order = make_order(customer=make_customer())
    before = everything()
    with pytest.raises(refusal):
        correct(order, **given)
    assert everything() == before
    assert recorded("OrderCorrected") == []


def test_other_peoples_orders_and_customers_are_out_of_reach():
    mine, theirs = make_customer(owner=make_user("ana")), make_customer("Two", owner=make_user("max"))
    own, other, ana = make_order(customer=mine), make_order("DD-2", customer=theirs), make_cast_actor("ana")
    before = everything()
    with pytest.raises(NoSuchOrder):
        correct(other, [line("5")], by=ana)
    with pytest.raises(NotFound):
        correct(own, customer_id=theirs.id, by=ana)
    assert everything() == before


def test_importing_the_same_content_leaves_a_corrected_order_alone(import_orders):
    customer = make_customer(external_ids={"test": "K1"})
    order = make_order(customer=customer, ordered_at=AT - timedelta(days=3))
    order = correct(order, [line("2", "2.5"), line("1", "4", "B")], ordered_at=AT)
    rows = "DD-1,2026-01-06 09:00,K1,SKU-1,2,2.5,CNY\nDD-1,2026-01-06 10:00,K1,B,1,4,CNY\n"
    same = {"source": "test", "time_zone": "UTC"}
    assert import_orders(FILE + rows, **same).report["orders"] == {"created": 0, "updated": 0, "unchanged": 1}
    told = import_orders(FILE + rows.replace("2.5", "3"), **same).report["orders"]
    assert told == {"created": 0, "updated": 1, "unchanged": 0}
    order.refresh_from_db()
    assert (order.revision, order.net) == (3, 1000)
    assert sum(facts_of(order).values()) == 1000
    correct(order, [line("1", "1")])
    assert sum(facts_of(order).values()) == 100


def test_importing_what_was_written_by_hand_changes_nothing(import_orders):
    make_order(customer=make_customer(external_ids={"test": "K1"}), ordered_at=AT)
    row = "DD-1,2026-01-06 09:00,K1,SKU-1,2,9.95,CNY\n"
    assert import_orders(FILE + row, source="test", time_zone="UTC").report["orders"]["unchanged"] == 1


@pytest.mark.django_db(transaction=True)
def test_of_fifty_corrections_at_once_one_is_written_and_the_others_are_told():
    order = make_order(customer=make_customer())

    def one(quantity):
        try:
            return correct_order(
                order_id=order.id, revision=1, customer_id=order.customer_id, ordered_at=order.at, currency="CNY",
                status="completed", lines=[line(str(quantity))], by=SYSTEM, at=AT,
            ).net  # fmt: skip
        except OrderCorrectedMeanwhile:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        found = [net for net in pool.map(one, range(10, 60)) if net is not None]
    order.refresh_from_db()
    assert found == [order.net]
    assert order.revision == 2
    assert facts_of(order) == {"test:DD-1:1": 1990, "test:DD-1:1#r2-": -1990, "test:DD-1:1#r2": order.net}
    assert order.lines.count() == 1


def test_the_api_corrects_whom_it_may(client):
    mine, theirs = make_customer(owner=make_user("ana")), make_customer("Two", owner=make_user("max"))
    own, other = make_order(customer=mine), make_order("DD-2", customer=theirs)
    body = {"customer_id": mine.id, "at": "2026-01-05T12:00:00Z", "currency": "CNY", "revision": 1,
            "lines": [{"sku": "SKU-1", "quantity": "3", "unit_price": "9.95"}]}  # fmt: skip

    def put(order, **more):
        answer = client.put(f"/api/orders/{order.id}", {**body, **more}, content_type="application/json")
        return answer.status_code, answer.json()

    client.force_login(make_user("ana"))
    status, told = put(own)
    assert (status, told["net"], told["revision"], told["lines"][0]["quantity"]) == (200, 2985, 2, "3.000000")
    status, told = put(own, status="cancelled")
    assert (status, told["code"]) == (409, "commerce.order_corrected_meanwhile")
    assert put(other)[0] == 404
    assert put(own, revision=2, customer_id=theirs.id)[0] == 404
    assert put(own, number="9")[0] == 422  # an order keeps its name
    client.force_login(make_user("vic"))
    assert put(own, revision=2)[0] in (403, 404)
    assert sum(facts_of(own).values()) == 2985
    assert sum(facts_of(other).values()) == 1990
