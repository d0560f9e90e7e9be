"""What the page of the list needs, worded."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from zhike.api.public import round_estimate
from zhike.commerce.orders.forms import OrderFilterForm
from zhike.commerce.orders.queries import LATEST_FIRST, SORTS, Totals, list_orders, sum_orders
from zhike.commerce.permissions import CREATE_ORDER, EXPORT_ORDER
from zhike.customers.public import get_columns
from zhike.kit.actor import Actor
from zhike.ui.public import (
    ListColumn,
    chosen_keys,
    draw_boxes,
    draw_heads,
    format_exact_money,
    format_number,
    kept_params,
)

LISTING = "orders"  # the name under which a person's columns are remembered
COLUMNS = (
    ListColumn("customer", _("Customer")),
    ListColumn("owner", _("Owner"), shown=False),
    ListColumn("source", _("Source"), shown=False),
    ListColumn("status", _("State")),
    ListColumn("lines", _("Lines"), numeric=True),
    ListColumn("net", _("Net amount"), numeric=True, sort="net"),
    ListColumn("at", _("Time"), sort="at"),
)
NUMBER = ListColumn("number", _("Number"))


def orders_page(params: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Return the context of the list. :raises BadCursor: if the address was tampered with."""
    form = OrderFilterForm(params, actor=actor)
    filters, sort = form.filters(), _sort(params)
    places = {"after": params.get("after", ""), "before": params.get("before", "")}
    chosen = chosen_keys(params) or get_columns(actor=actor, listing=LISTING)
    columns = [one for one in COLUMNS if (one.key in chosen if chosen else one.shown)]
    return {
        "page": list_orders(actor=actor, filters=filters, sort=sort, after=places["after"], before=places["before"]),
        "form": form,
        "chips": form.chips(),
        "columns": {one.key for one in columns},
        "heads": draw_heads([NUMBER, *columns], sort=sort, address=form.address),
        "boxes": draw_boxes((one, one in columns) for one in COLUMNS),
        "kept": kept_params(params, "q"),
        "query": form.address().removeprefix("?"),
        "count": count_text(sum_orders(actor=actor, filters=filters)),
        "may_export": actor.may(EXPORT_ORDER),
        "may_create": actor.may(CREATE_ORDER),
    }


def count_text(totals: Totals) -> str:
    """Say how many orders a list holds, and what they come to in each currency."""
    number = totals.orders.number
    if not totals.orders.exact:
        return str(_("About {count} orders")).format(count=format_number(round_estimate(number)))
    text = ngettext("{count} order", "{count} orders", number).format(count=format_number(number))
    return " · ".join([text, *(format_exact_money(net, currency) for currency, net in totals.net.items())])


def _sort(params: QueryDict) -> str:
    sort = params.get("sort", LATEST_FIRST)
    return sort if sort.removeprefix("-") in SORTS else LATEST_FIRST
