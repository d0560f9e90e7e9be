"""One order on its way from the page into the database, and back with what does not fit."""

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _

from zhike.accounts.public import get_organisation
from zhike.commerce.models import Order
from zhike.commerce.orders.entry_forms import (
    BLANK_LINES,
    OrderHeadForm,
    TypedLine,
    TypedLines,
    held_head,
    held_lines,
    new_head,
    typed_lines,
)
from zhike.commerce.orders.naming import customer_label
from zhike.commerce.orders.rules import MOST_LINES
from zhike.customers.public import get_customer
from zhike.kit.actor import Actor
from zhike.kit.clock import local_day
from zhike.kit.errors import NotFound, Refusal
from zhike.kit.money import currencies

KEEPING = ("create", "make")  # what the buttons say that mean: this is the order


class OrderEntry:
    """The form of one order. `do` is the button that was pressed; without one something was changed."""

    def __init__(self, head: OrderHeadForm, lines: TypedLines, *, do: str, order: Order | None, revision: int) -> None:
        self.head, self.lines, self.order, self.revision = head, lines, order, revision
        self.do, self.refusal = do, ""
        self.status = 200
        self._arrange()

    def content(self) -> dict[str, Any] | None:
        """Return the order as actions take it; None if it is not to be kept yet, or something does not fit."""
        if self.do not in KEEPING:
            return None
        checked = self.lines.checked(make=self.do == "make")
        if not checked and not self.lines.errors:
            self.refusal = _("An order needs a line: say what was sold, how many and at what price.")
        if not self.head.is_valid() or self.lines.errors or self.refusal:
            self.status = 422
            if not self.head.point_to_error():
                self.lines.point_to_error()
            return None
        given = self.head.cleaned_data
        return {
            "customer_id": self.head.customer_id,
            "ordered_at": self.head.ordered_at(),
            "currency": given["currency"],
            "status": given["status"],
            "lines": checked,
        }

    def refuse(self, refusal: Refusal) -> None:
        """Show what the actions will not do; all that was typed stays."""
        self.status = 422
        if refusal.field in self.head.fields:
            self.head.add_error(refusal.field, refusal.message)
            self.head.point_to_error()
        else:
            self.refusal = refusal.message

    def _arrange(self) -> None:
        action, _colon, place = self.do.partition(":")
        if action in ("add", "enter") and len(self.lines.lines) < MOST_LINES:
            self.lines.add()
        elif action == "remove" and place.isdecimal():
            self.lines.remove(int(place[:6]))


def new_entry(request: HttpRequest) -> OrderEntry:
    """Return the form of a new order, begun or sent."""
    actor = request.actor
    initial = new_head(_next_number(), _customer_of(request.GET.get("customer", ""), actor))
    if request.method != "POST":
        lines = TypedLines([TypedLine() for _number in range(BLANK_LINES)], initial["currency"])
        return OrderEntry(OrderHeadForm(initial=initial, actor=actor), lines, do="", order=None, revision=0)
    return _sent(request, None)


def open_entry(request: HttpRequest, order: Order) -> OrderEntry:
    """Return the form of a known order (lines loaded), opened or sent."""
    if request.method != "POST":
        head = OrderHeadForm(initial=held_head(order), actor=request.actor, order=order)
        return OrderEntry(head, held_lines(order), do="", order=order, revision=order.revision)
    return _sent(request, order)


def _sent(request: HttpRequest, order: Order | None) -> OrderEntry:
    posted = request.POST
    # What htmx sends without a button is a change; a form sent without any means what its last button means.
    do = posted.get("do", "" if request.htmx else "create")
    if do in KEEPING:
        head = OrderHeadForm(posted, actor=request.actor, order=order)
    else:
        head = OrderHeadForm(initial=posted.dict(), actor=request.actor, order=order)
    known = posted.get("currency", "") in currencies()
    lines = typed_lines(posted, posted["currency"] if known else get_organisation().currency)
    seen = posted.get("revision", "")
    return OrderEntry(head, lines, do=do, order=order, revision=int(seen[:9]) if seen.isdecimal() else 0)


def _next_number() -> str:
    """Return a number for an order written down today that none has yet."""
    day = f"{local_day(now(), get_organisation().time_zone):%Y%m%d}-"
    taken = Order.objects.filter(source=Order.BY_HAND, number__startswith=day).values_list("number", flat=True)
    counts = [int(tail) for number in taken if (tail := number.removeprefix(day)).isdecimal()]
    return f"{day}{max(counts, default=0) + 1}"


def _customer_of(given: str, actor: Actor) -> str:
    """Return the label of the customer that an address names; nothing if it is not the actor's to see."""
    try:
        customer = get_customer(customer_id=int(given[:18]), actor=actor) if given.isdecimal() else None
    except NotFound:
        return ""
    return customer_label(customer.id, customer.name) if customer else ""
