"""What orders show on the page of a customer, on the timeline and in the search."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhike.commerce.models import Order
from zhike.commerce.orders.queries import LATEST, find_by_number, list_customer_orders
from zhike.commerce.permissions import CREATE_ORDER
from zhike.customers.public import Customer, Entry, Hit, Said
from zhike.kit.actor import Actor
from zhike.ui.public import format_money


def load_orders(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return a customer's latest orders; None where there is none, and none may be written down."""
    orders, may_create = list_customer_orders(customer_id=customer.id), actor.may(CREATE_ORDER)
    if not orders and not may_create:
        return None
    return {"orders": orders[:LATEST], "more": len(orders) > LATEST, "may_create": may_create}


def describe_orders(entries: Sequence[Entry]) -> list[Said]:
    """Say of each order on the timeline its number and how many lines it has."""
    ids = [entry.refers_id for entry in entries if entry.refers_id]
    numbers = dict(Order.objects.filter(id__in=ids).values_list("id", "number"))
    return [_say(entry, numbers.get(entry.refers_id or 0, "")) for entry in entries]


def _say(entry: Entry, number: str) -> Said:
    lines = ngettext("{count} line", "{count} lines", entry.count).format(count=entry.count)
    text = _("Sent back, {lines}") if entry.kind == "return" else _("Bought, {lines}")
    if not number:
        return Said(text.format(lines=lines))
    return Said(text.format(lines=lines), url=reverse("commerce:order", args=[entry.refers_id]), link=number)


def find_hits(text: str, actor: Actor, limit: int) -> list[Hit]:
    """Return orders by the start of their number."""
    return [
        Hit(
            label=number,
            url=reverse("commerce:order", args=[order_id]),
            note=" · ".join(part for part in (name, format_money(net, currency)) if part),
            icon="receipt",
        )
        for order_id, number, net, currency, name in find_by_number(text, actor, limit)
    ]
