"""What orders put on the workbench: the net amount of the last days beside that of the days before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _

from zhike.accounts.public import get_organisation
from zhike.commerce.orders.queries import OrderFilters, find_orders
from zhike.kit.actor import Actor
from zhike.kit.clock import day_end, day_start, first_of_last, local_day
from zhike.ui.public import format_compact_money, format_number, format_share, icon

POINTS = 10  # of the small line, at most


@dataclass(frozen=True, slots=True)
class Takings:
    """Net amount (minor units) and orders of some days, and of as many days before; `line` is net, oldest first."""

    net: int
    orders: int
    net_before: int
    orders_before: int
    line: Sequence[int]


def get_takings(*, actor: Actor, days: int, at: datetime) -> Takings | None:
    """Return what came in over the last `days` days of the organisation, `at` falling on the last; None without orders.

    They are compared with as many days before them, up to the hour of `at`: a day that has just begun looks no worse.
    Orders in the organisation's currency that were not cancelled, of customers whom the actor may know of.
    """
    zone = get_organisation().time_zone
    first = first_of_last(days, at, zone)
    start, before = day_start(first, zone), day_start(first - timedelta(days=days), zone)
    these = Q(at__gte=start, at__lt=day_end(local_day(at, zone), zone))
    found: Any = (
        find_orders(actor=actor, filters=OrderFilters(counted=True))
        .filter(these | Q(at__gte=before, at__lt=at - timedelta(days=days)))
        .annotate(day=TruncDate("at", tzinfo=ZoneInfo(zone)))
        .values_list("day")
        .annotate(net=Sum("net"), orders=Count("id"))
    )
    by_day = {day: (int(net), orders) for day, net, orders in found}
    if not by_day:
        return None
    figures = [by_day.get(first + timedelta(days=step), (0, 0)) for step in range(-days, days)]
    return Takings(
        net=sum(net for net, _orders in figures[days:]),
        orders=sum(orders for _net, orders in figures[days:]),
        net_before=sum(net for net, _orders in figures[:days]),
        orders_before=sum(orders for _net, orders in figures[:days]),
        line=_line([net for net, _orders in figures[days:]]),
    )


def load_takings(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return the two figures of the last days; None where there are no orders to see."""
    takings = get_takings(actor=actor, days=days, at=now())
    if takings is None:
        return None
    currency = get_organisation().currency
    stats = [
        {
            "name": _("Net amount"),
            "value": format_compact_money(takings.net, currency),
            "note": _change(takings.net, takings.net_before),
            "spark": takings.line,
        },
        {
            "name": _("Orders"),
            "value": format_number(takings.orders),
            "note": _change(takings.orders, takings.orders_before),
        },
    ]
    since = first_of_last(days, now(), get_organisation().time_zone)
    return {"stats": stats, "days": days, "since": since, "until": since + timedelta(days=days - 1)}


def _line(values: Sequence[int]) -> list[int]:
    """Return the sums of neighbouring days, at most POINTS of them."""
    width = -(-len(values) // POINTS)
    return [sum(values[place : place + width]) for place in range(0, len(values), width)]


def _change(after: int, before: int) -> SafeString | str:
    """Return by how much a figure grew or shrank; empty where there is nothing to compare with."""
    if before <= 0:
        return ""
    share = (after - before) / before
    tone, mark = ("zk-good", "arrow-up-right") if share >= 0 else ("zk-bad", "arrow-down-right")
    return format_html(
        '<span class="{}">{}<span class="visually-hidden">{}</span> {}</span>',
        tone,
        icon(mark),
        _("more") if share >= 0 else _("less"),
        format_share(abs(share)),
    )
