from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from zhike.accounts.public import Actor, get_organisation, owner_ids, read_models
from zhike.api.public import key_page
from zhike.commerce.errors import NoSuchOrder
from zhike.commerce.models import Order
from zhike.kit.clock import day_end, day_start
from zhike.kit.paging import Page

LATEST = 5
OF_CUSTOMER = "SELECT * FROM commerce_order WHERE customer_id = %s ORDER BY at DESC, id DESC LIMIT %s"


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """Which orders to list; `text` starts a number, days are the organisation's, both included."""

    text: str = ""
    customer_id: int | None = None
    status: str = ""
    since: date | None = None
    until: date | None = None
    returns: bool = False  # only those with more back than bought


def visible_orders(actor: Actor) -> QuerySet[Order]:
    """Return the orders of the customers that the actor may know of; anonymous sales only for who sees everything."""
    owners = owner_ids(actor)
    return Order.objects.all() if owners is None else Order.objects.filter(customer__owner_id__in=owners)


def find_orders(*, actor: Actor, filters: OrderFilters) -> QuerySet[Order]:
    orders, zone = visible_orders(actor), get_organisation().time_zone
    if filters.text:
        orders = orders.filter(number__startswith=filters.text)
    if filters.customer_id is not None:
        orders = orders.filter(customer_id=filters.customer_id)
    if filters.status:
        orders = orders.filter(status=filters.status)
    if filters.since:
        orders = orders.filter(at__gte=day_start(filters.since, zone))
    if filters.until:
        orders = orders.filter(at__lt=day_end(filters.until, zone))
    return orders.filter(net__lt=0) if filters.returns else orders


def list_orders(*, actor: Actor, filters: OrderFilters, after: str = "", limit: int = 50) -> Page[Order]:
    """Return orders, latest first, customers loaded."""
    orders = find_orders(actor=actor, filters=filters).select_related("customer")
    return key_page(orders, order=("-at", "-id"), limit=limit, after=after)


def get_order(*, order_id: int, actor: Actor) -> Order:
    """Return an order with its lines and products. :raises NoSuchOrder: if it is not the actor's to see."""
    order = visible_orders(actor).select_related("customer").filter(id=order_id).first()
    if order is None:
        raise NoSuchOrder
    order.__dict__["loaded_lines"] = list(order.lines.select_related("product").order_by("position"))
    return order


def list_customer_orders(*, customer_id: int) -> Sequence[Order]:
    """Return a customer's latest orders and one more, for who may see the customer."""
    return read_models(Order, OF_CUSTOMER, [customer_id, LATEST + 1])


def find_by_number(text: str, actor: Actor, limit: int) -> list[Any]:
    """Return (id, number, net, currency, customer's name) of orders whose number starts with `text`."""
    orders = visible_orders(actor).filter(number__startswith=text).order_by("number", "id")
    return list(orders.values_list("id", "number", "net", "currency", "customer__name")[:limit])
