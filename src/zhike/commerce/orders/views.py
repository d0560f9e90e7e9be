from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhike.accounts.public import needs
from zhike.commerce.orders import queries
from zhike.commerce.orders.forms import OrderFilterForm
from zhike.commerce.permissions import VIEW_ORDER


@require_safe
@needs(VIEW_ORDER)
def orders(request: HttpRequest) -> HttpResponse:
    form = OrderFilterForm(request.GET)
    filters = form.filters()
    page = queries.list_orders(actor=request.actor, filters=filters, after=request.GET.get("after", ""))
    context = {"page": page, "form": form, "filters": filters, "filtered": filters != queries.OrderFilters()}
    return render(request, "commerce/orders/orders.html", context)


@require_safe
@needs(VIEW_ORDER, order="order_id")
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    context = {"order": queries.get_order(order_id=order_id, actor=request.actor)}
    return render(request, "commerce/orders/order.html", context)
