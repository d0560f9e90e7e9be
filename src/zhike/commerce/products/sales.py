"""How a product sells: figures of the last 365 days, and its months as a chart and in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from zhike.accounts.public import get_organisation
from zhike.commerce.models import Order, OrderLine
from zhike.commerce.orders.queries import visible_orders
from zhike.kit.actor import Actor
from zhike.kit.clock import day_start, list_month_starts, local_day
from zhike.ui.public import (
    format_compact_money,
    format_day,
    format_money,
    format_month,
    format_number,
    money_chart,
    money_series,
)

MONTHS = 12
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class MonthOfSales:
    """`net` in minor units of the organisation's currency, returns taken off."""

    month: date
    net: int
    quantity: Decimal


def sold_lines(*, product_id: int, actor: Actor) -> QuerySet[OrderLine]:
    """Return the lines of a product in orders that the actor may see and that were not cancelled."""
    orders = visible_orders(actor).exclude(status=Order.Status.CANCELLED)
    return OrderLine.objects.filter(product_id=product_id, order__in=orders)


def count_sales(*, product_id: int, actor: Actor) -> list[dict[str, Any]]:
    """Return quantity and amount (minor units) of all time by currency, returns taken off."""
    sums = sold_lines(product_id=product_id, actor=actor).values("order__currency")
    found = sums.annotate(quantity=Sum("quantity"), amount=Sum("amount")).order_by("-amount")
    return [{"currency": one["order__currency"], "quantity": one["quantity"], "amount": one["amount"]} for one in found]


def list_months(*, product_id: int, actor: Actor, at: datetime) -> list[MonthOfSales]:
    """Return the last 12 months, oldest first, those without a sale too; in the organisation's currency and zone."""
    organisation = get_organisation()
    zone = organisation.time_zone
    firsts = list_month_starts(local_day(at, zone), MONTHS)
    lines = sold_lines(product_id=product_id, actor=actor).filter(
        order__currency=organisation.currency, order__at__gte=day_start(firsts[0], zone), order__at__lte=at
    )
    by_month = lines.annotate(month=TruncMonth("order__at", tzinfo=ZoneInfo(zone))).values_list("month")
    found = {
        month.date(): (int(net), quantity)
        for month, net, quantity in by_month.annotate(net=Sum("amount"), quantity_sum=Sum("quantity"))
    }
    return [MonthOfSales(first, *found.get(first, (0, Decimal(0)))) for first in firsts]


def describe_sales(*, product_id: int, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Return figures, chart and rows; None where nothing was sold in the months that are shown."""
    currency = get_organisation().currency
    months = list_months(product_id=product_id, actor=actor, at=at)
    if not any(one.net or one.quantity for one in months):
        return None
    labels = [format_month(one.month) for one in months]
    series = [money_series(_("Net amount"), "--zk-chart", [one.net for one in months], currency)]
    return {
        "stats": _stats(product_id, actor, at, currency),
        "chart": money_chart(labels, series),
        "rows": _rows(months, currency),
        "total": sum(one.net for one in months),
        "currency": currency,
    }


def _stats(product_id: int, actor: Actor, at: datetime, currency: str) -> list[dict[str, Any]]:
    lines = sold_lines(product_id=product_id, actor=actor).filter(order__at__gt=at - YEAR, order__at__lte=at)
    year = lines.filter(order__currency=currency).aggregate(
        net=Sum("amount", default=0),
        quantity=Sum("quantity", default=Decimal(0)),
        orders=Count("order", distinct=True),
        customers=Count("order__customer", distinct=True),
        last=Max("order__at"),
    )
    return [
        {"name": _("Net of 365 days"), "value": format_compact_money(year["net"], currency)},
        {"name": _("Quantity, 365 days"), "value": format_number(year["quantity"])},
        {"name": _("Orders, 365 days"), "value": format_number(year["orders"])},
        {
            "name": _("Customers, 365 days"),
            "value": format_number(year["customers"]),
            "note": _("last sold on {day}").format(day=format_day(year["last"], "short")) if year["last"] else "",
        },
    ]


def _rows(months: Sequence[MonthOfSales], currency: str) -> list[tuple[str, str, str]]:
    """Return the table below the chart, the newest month first."""
    return [
        (format_month(one.month), format_number(one.quantity), format_money(one.net, currency))
        for one in reversed(months)
    ]
