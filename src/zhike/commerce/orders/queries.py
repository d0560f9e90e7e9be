from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from zhike.accounts.public import Actor, get_organisation, owner_ids, read_models
from zhike.api.public import Count, count_rows, key_page
from zhike.commerce.errors import NoSuchOrder
from zhike.commerce.models import Order, OrderLine
from zhike.customers.public import narrow_by_text, visible_listing
from zhike.kit.clock import day_end, day_start
from zhike.kit.paging import Page

LATEST = 5
COUNTED = 10_000  # up to here a list's orders are counted and their amounts summed
NAMED = 200  # customers that a text may find; a list of more names nobody
SORTS = {"at": ("at", "id"), "net": ("net", "id")}
LATEST_FIRST = "-at"
OF_CUSTOMER = "SELECT * FROM commerce_order WHERE customer_id = %s ORDER BY at DESC, id DESC LIMIT %s"
# Sources one by one, each by a step into the index of numbers: there are few of them, and many orders.
SOURCES = """
WITH RECURSIVE known AS (
  SELECT min(source) AS source FROM commerce_order
  UNION ALL SELECT (SELECT min(o.source) FROM commerce_order o WHERE o.source > k.source) FROM known k
  WHERE k.source IS NOT NULL
) SELECT source FROM known WHERE source IS NOT NULL LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """Which orders to list; `number` is how one starts, `text` that or a customer, days are the organisation's, both
    included. `owner_id` is who looks after the customer.
    """

    number: str = ""
    text: str = ""
    customer_id: int | None = None
    owner_id: int | None = None
    unowned: bool = False  # only those of customers that nobody looks after
    product: str = ""  # number of a product that is in the order
    source: str = ""
    statuses: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    returns: bool = False  # only those with more back than bought
    counted: bool = False  # only those that sums take: in the organisation's currency, not cancelled


@dataclass(frozen=True, slots=True)
class Totals:
    """How many orders a list holds, and their net amounts in minor units by currency where they are few enough."""

    orders: Count
    net: Mapping[str, int]


def visible_orders(actor: Actor) -> QuerySet[Order]:
    """Return the orders of the customers that the actor may know of; anonymous sales only for who sees everything."""
    owners = owner_ids(actor)
    return Order.objects.all() if owners is None else Order.objects.filter(customer__owner_id__in=owners)


def find_orders(*, actor: Actor, filters: OrderFilters) -> QuerySet[Order]:
    """Return the orders that the filters let through and the actor may know of, in no order."""
    orders, zone = visible_orders(actor), get_organisation().time_zone
    if filters.number:
        orders = orders.filter(number__startswith=filters.number)
    if filters.counted:
        orders = orders.filter(currency=get_organisation().currency).exclude(status=Order.Status.CANCELLED)
    if filters.text:
        orders = _of_text(orders, filters.text, actor)
    asked = {"customer_id": filters.customer_id, "customer__owner_id": filters.owner_id, "source": filters.source}
    orders = orders.filter(**{name: value for name, value in asked.items() if value})
    if filters.unowned:
        orders = orders.filter(customer__isnull=False, customer__owner__isnull=True)
    if filters.product:
        sold = OrderLine.objects.filter(product__sku=filters.product)
        orders = orders.filter(id__in=sold.values("order_id"))
    if filters.statuses:
        orders = orders.filter(status__in=filters.statuses)
    if filters.since:
        orders = orders.filter(at__gte=day_start(filters.since, zone))
    if filters.until:
        orders = orders.filter(at__lt=day_end(filters.until, zone))
    return orders.filter(net__lt=0) if filters.returns else orders


def _of_text(orders: QuerySet[Order], text: str, actor: Actor) -> QuerySet[Order]:
    """Return orders whose number starts with a text, else those of the customers that it finds.

    One or the other: both at once would read all orders.
    """
    numbered = orders.filter(number__startswith=text)
    if numbered.exists():
        return numbered
    found = narrow_by_text(visible_listing(actor), text).values_list("customer_id", flat=True)
    return orders.filter(customer_id__in=list(found[:NAMED]))


def list_orders(
    *,
    actor: Actor,
    filters: OrderFilters,
    sort: str = LATEST_FIRST,
    after: str = "",
    before: str = "",
    limit: int = 50,
) -> Page[Order]:
    """Return orders, customers loaded; the latest first unless `sort` says other: a key of SORTS, - for downwards."""
    orders = find_orders(actor=actor, filters=filters).select_related("customer__owner")
    sign = "-" if sort.startswith("-") else ""
    order = [f"{sign}{name}" for name in SORTS[sort.removeprefix("-")]]
    return key_page(orders, order=order, limit=limit, after=after, before=before)


def sum_orders(*, actor: Actor, filters: OrderFilters) -> Totals:
    """Return how many orders there are, and what they come to, cancelled ones left out."""
    orders = find_orders(actor=actor, filters=filters)
    count = count_rows(orders, exact=COUNTED)
    if not count.exact:
        return Totals(count, {})
    valid = orders.exclude(status=Order.Status.CANCELLED)
    return Totals(count, dict(valid.values_list("currency").annotate(net=Sum("net")).order_by("currency")))


def list_sources() -> list[str]:
    """Return the sources that orders are from."""
    with connection.cursor() as cursor:
        cursor.execute(SOURCES)
        return [source for (source,) in cursor.fetchall()]


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


def find_newest_order(*, until: datetime) -> datetime | None:
    """Return the instant of the newest order up to `until`; None without any. Of the whole firm, whoever asks."""
    return Order.objects.filter(at__lte=until).order_by("-at", "-id").values_list("at", flat=True).first()
