from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_POST, require_safe

from zhike.accounts.public import needs
from zhike.commerce.orders import export, listing, queries
from zhike.commerce.orders.forms import OrderFilterForm
from zhike.commerce.orders.rules import MOST_LINES
from zhike.commerce.permissions import CHANGE_ORDER, EXPORT_ORDER, VIEW_ORDER
from zhike.customers.public import WORKBOOK, choose_columns


@require_safe
@needs(VIEW_ORDER)
def orders(request: HttpRequest) -> HttpResponse:
    return render(request, "commerce/orders/orders.html", listing.orders_page(request.GET, actor=request.actor))


@require_safe
@needs(VIEW_ORDER)
def filter_form(request: HttpRequest) -> HttpResponse:
    """The filters to choose from: in a dialog of the list, or a page of its own without scripts."""
    form = OrderFilterForm(request.GET, actor=request.actor)
    context = form.dialog() | {"list_name": "commerce:orders"}
    return render(request, f"commerce/orders/filters.html{'#form' if request.htmx else ''}", context)


@require_POST
@needs(VIEW_ORDER)
def columns(request: HttpRequest) -> HttpResponse:
    """Show the list with other columns, and remember them for this person."""
    chosen, known = request.POST.getlist("col"), {one.key for one in listing.COLUMNS}
    choose_columns(listing=listing.LISTING, columns=chosen, known=known, by=request.actor, at=now())
    params = request.GET.copy()
    params.pop("col", None)
    return redirect(f"{reverse('commerce:orders')}?{params.urlencode()}")


@require_safe
@needs(EXPORT_ORDER)
def export_lines(request: HttpRequest) -> HttpResponseBase:
    """Give the lines of the listed orders as a workbook, or as a CSV."""
    given: dict[str, Any] = {
        "filters": OrderFilterForm(request.GET, actor=request.actor).filters(),
        "address": request.GET.urlencode(),
        "by": request.actor,
    }
    if request.GET.get("as") == "csv":
        return _send(export.export_csv(**given), "csv", "text/csv; charset=utf-8")
    return _send(export.export_workbook(**given), "xlsx", WORKBOOK)


def _send(parts: Iterator[bytes], ending: str, kind: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(parts, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="orders-{localtime(now()):%Y%m%d-%H%M}.{ending}"'
    return answer


@require_safe
@needs(VIEW_ORDER, order="order_id")
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    shown = queries.get_order(order_id=order_id, actor=request.actor)
    context = {
        "order": shown,
        "may_change": request.actor.may(CHANGE_ORDER),
        "fits_page": shown.lines_count <= MOST_LINES,
    }
    return render(request, "commerce/orders/order.html", context)
