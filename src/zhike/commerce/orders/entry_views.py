"""Orders written down, corrected, cancelled and brought back by hand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from zhike.accounts.public import needs
from zhike.commerce.models import Order
from zhike.commerce.orders import actions, naming, queries
from zhike.commerce.orders.entry import OrderEntry, new_entry, open_entry
from zhike.commerce.orders.rules import MOST_LINES
from zhike.commerce.permissions import CHANGE_ORDER, CREATE_ORDER
from zhike.kit.errors import Refusal
from zhike.ui.public import format_number, say_done, say_warning


@require_http_methods(["GET", "POST"])
@needs(CREATE_ORDER)
def new_order(request: HttpRequest) -> HttpResponse:
    entry = new_entry(request)
    if content := entry.content():
        try:
            number = entry.head.cleaned_data["number"]
            order = actions.create_order(source=Order.BY_HAND, number=number, **content, by=request.actor, at=now())
            return _leave(request, order.id, _("The order was created"))
        except Refusal as refusal:
            entry.refuse(refusal)
    return _show(request, entry)


@require_http_methods(["GET", "POST"])
@needs(CHANGE_ORDER, order="order_id")
def edit_order(request: HttpRequest, order_id: int) -> HttpResponse:
    order = queries.get_order(order_id=order_id, actor=request.actor)
    if order.lines_count > MOST_LINES:  # the form would save it without the lines beyond
        sentence = _("This order has {count} lines, more than a page takes. To correct it, import it as it should be.")
        say_warning(request, sentence.format(count=format_number(order.lines_count)))
        return redirect("commerce:order", order_id)
    entry = open_entry(request, order)
    if content := entry.content():
        try:
            actions.correct_order(order_id=order_id, revision=entry.revision, **content, by=request.actor, at=now())
            return _leave(request, order_id, _("The order was corrected"))
        except Refusal as refusal:
            entry.refuse(refusal)
    return _show(request, entry)


@require_POST
@needs(CHANGE_ORDER, order="order_id")
def set_status(request: HttpRequest, order_id: int) -> HttpResponse:
    """Cancel, or bring back: the state stands in the form, or in the address of an undo, beside the revision seen."""
    before = queries.get_order(order_id=order_id, actor=request.actor)
    status = request.POST.get("status") or request.GET.get("status", "")
    seen = request.GET.get("revision", "")
    if status not in Order.Status.values or not seen.isdecimal():
        say_warning(request, _("This is no state of an order."))
        return redirect("commerce:order", order_id)
    who = {"by": request.actor, "at": now()}
    after = actions.change_order_status(order_id=order_id, revision=int(seen[:9]), status=status, **who)
    back = f"{reverse('commerce:order-status', args=[order_id])}?status={before.status}&revision={after.revision}"
    said = _("The order was cancelled") if status == Order.Status.CANCELLED else _("The order was brought back")
    say_done(request, said, undo=back if after.revision != before.revision else "")
    return redirect("commerce:order", order_id)


@require_GET
@needs(CREATE_ORDER)
def offer_customers(request: HttpRequest) -> HttpResponse:
    offers = [(label, "") for label in naming.offer_customers(request.GET.get("customer", ""), request.actor)]
    return render(request, "commerce/orders/offers.html", {"offers": offers})


@require_GET
@needs(CREATE_ORDER)
def offer_products(request: HttpRequest) -> HttpResponse:
    offers = naming.offer_products(request.GET.get("product", "")[:100])
    return render(request, "commerce/orders/offers.html", {"offers": offers})


def _leave(request: HttpRequest, order_id: int, said: str) -> HttpResponse:
    say_done(request, said)
    page = reverse("commerce:order", args=[order_id])
    return HttpResponseClientRedirect(page) if request.htmx else redirect(page)


def _show(request: HttpRequest, entry: OrderEntry) -> HttpResponse:
    part = "#form" if request.htmx and request.method == "POST" else ""
    context = {
        "entry": entry,
        "head": entry.head,
        "lines": entry.lines,
        "order": entry.order,
        "products": naming.offer_products(""),
    }
    return render(request, f"commerce/orders/order_form.html{part}", context, status=entry.status)
