"""What people type when they write an order down or correct it: its head, and its lines."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.accounts.public import currency_choices, get_organisation, owner_ids
from zhike.commerce.models import Order
from zhike.commerce.orders.actions import NewLine
from zhike.commerce.orders.naming import customer_label, find_meant_customers, find_meant_products
from zhike.commerce.orders.rules import LARGEST, MOST_LINES, plain_number
from zhike.kit.actor import Actor
from zhike.kit.money import line_amount
from zhike.kit.text import tidy

BLANK_LINES = 3  # of a new order
COLUMNS = ("product", "quantity", "price")


class OrderHeadForm(forms.Form):
    """All of an order but its lines. Times are of the organisation's zone; a known order keeps its number."""

    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=330,
        required=False,
        help_text=gettext_lazy("Type a part of the name, then choose; or the whole name or a number."),
        widget=forms.TextInput(
            attrs={
                "list": "customer-offers",
                "autocomplete": "off",
                "hx-get": reverse_lazy("commerce:customer-offers"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#customer-offers",
                "hx-sync": "this:replace",
            }
        ),
    )
    number = forms.CharField(label=gettext_lazy("Order number"), max_length=100)
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d"))
    time = forms.TimeField(  # typed in our own form: browsers show theirs in the language of the machine
        label=gettext_lazy("Time of day"),
        widget=forms.TimeInput(format="%H:%M", attrs={"placeholder": "20:30", "autocomplete": "off", "size": 6}),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=currency_choices)
    status = forms.ChoiceField(label=gettext_lazy("State"), choices=Order.Status.choices)

    def __init__(self, *args: Any, actor: Actor, order: Order | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.order = actor, order
        self.customer_id: int | None = None
        if order:
            del self.fields["number"]

    def clean_customer(self) -> str:
        text = tidy(self.cleaned_data["customer"])
        if not text:
            if owner_ids(self.actor) is not None:
                raise forms.ValidationError(_("Say whose order it is: sales without a customer are not yours to see."))
            return ""
        order = self.order
        if order and order.customer and text == customer_label(order.customer_id or 0, order.customer.name):
            self.customer_id = order.customer_id  # archived ones keep what is theirs
            return text
        found = find_meant_customers(text, self.actor)
        if len(found) != 1:
            raise forms.ValidationError(_say_whom(text, found))
        self.customer_id = found[0][0]
        return customer_label(*found[0])

    def point_to_error(self) -> bool:
        """Give the focus to the first field that does not fit; tell whether there is one."""
        wrong = next((name for name in self.fields if name in self.errors), "")
        if wrong:
            self.fields[wrong].widget.attrs["autofocus"] = True
        return bool(wrong)

    def ordered_at(self) -> datetime:
        """Return the instant that day and time mean; that of the order as it is, where neither was changed."""
        given = datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
        zone = ZoneInfo(get_organisation().time_zone)
        held = self.order and self.order.at.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)
        if self.order and held == given.replace(second=0, microsecond=0):
            return self.order.at
        return given.replace(tzinfo=zone).astimezone(UTC)


def _say_whom(text: str, found: Sequence[tuple[int, str]]) -> str:
    if not found:
        return _("There is no customer “{text}” of yours. Choose one of those that appear while you type.").format(
            text=text
        )
    labels = ", ".join(customer_label(*one) for one in found)
    return _("Several customers are meant: {names}. Write the number with #.").format(names=labels)


@dataclass(slots=True)
class TypedLine:
    """A line as typed; `errors` by column, `amount` in minor units where it can be told."""

    product: str = ""
    quantity: str = ""
    price: str = ""
    name: str = ""
    amount: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    focus: str = ""  # the column that takes it

    @property
    def is_blank(self) -> bool:
        return not (self.product or self.quantity or self.price)


class TypedLines:
    """The lines of the page. Blank ones count for nothing."""

    def __init__(self, lines: Sequence[TypedLine], currency: str) -> None:
        self.lines, self.currency = list(lines), currency
        self.meant = find_meant_products(one.product for one in lines)
        self.unknown: list[str] = []
        for line in self.lines:
            found = self.meant.get(tidy(line.product), [])
            line.name = found[0][1] if len(found) == 1 else ""
            quantity, price = read_number(line.quantity), read_number(line.price)
            if isinstance(quantity, Decimal) and isinstance(price, Decimal) and price >= 0:
                line.amount = line_amount(quantity, price, currency)

    @property
    def net(self) -> int:
        return sum(line.amount or 0 for line in self.lines)

    @property
    def errors(self) -> list[str]:
        return [error for line in self.lines for error in line.errors.values()]

    def add(self) -> None:
        """Add a line, unless the last is blank still; the first blank one takes the focus."""
        if not self.lines or not self.lines[-1].is_blank:
            self.lines.append(TypedLine())
        next(line for line in self.lines if line.is_blank).focus = "product"

    def point_to_error(self) -> None:
        """Give the focus to the first column that does not fit."""
        for line in self.lines:
            if line.errors:
                line.focus = next(column for column in COLUMNS if column in line.errors)
                return

    def remove(self, place: int) -> None:
        if 0 <= place < len(self.lines):
            del self.lines[place]
        self.lines = self.lines or [TypedLine()]
        self.lines[min(place, len(self.lines) - 1)].focus = "product"

    def checked(self, *, make: bool) -> list[NewLine]:
        """Return the lines as an order takes them; `errors` says of each what does not fit.

        :param make: products that are not known are to be made.
        """
        found = []
        for number, line in enumerate(self.lines, start=1):
            if not line.is_blank:
                sku = self._product(line, number, make=make)
                quantity, price = (self._number(line, number, column) for column in ("quantity", "price"))
                if not line.errors:
                    found.append(NewLine(sku, quantity, price))
        return found

    def _product(self, line: TypedLine, number: int, *, make: bool) -> str:
        text = tidy(line.product)
        found = self.meant.get(text, [])
        if len(found) == 1:
            return found[0][0]
        if found:
            numbers = ", ".join(sku for sku, _name in found)
            error = _("Line {number}, product: several are called “{text}”: {numbers}. Give the number.")
            line.errors["product"] = error.format(number=number, text=text, numbers=numbers)
        elif not text:
            line.errors["product"] = _("Line {number}, product: say what was sold.").format(number=number)
        elif len(text) > 100:
            line.errors["product"] = _("Line {number}, product: at most 100 characters.").format(number=number)
        elif not make:
            self.unknown.append(text)
            error = _("Line {number}, product: no product has the number or name “{text}”.")
            line.errors["product"] = error.format(number=number, text=text)
        return text

    def _number(self, line: TypedLine, number: int, column: str) -> Decimal:
        found = read_number(getattr(line, column))
        sentence = _wrong(found, column)
        if sentence:
            line.errors[column] = sentence.format(number=number, text=getattr(line, column)[:40], limit=f"{LARGEST:,}")
        return found if isinstance(found, Decimal) else Decimal(0)


def _wrong(found: Decimal | None, column: str) -> str:
    """Return the sentence that says what is wrong with a number; empty where nothing is."""
    if column == "quantity":
        if found is None:
            return _("Line {number}, quantity: “{text}” is no number.")
        if not found:
            return _("Line {number}, quantity: it cannot be 0. Take the line away instead.")
        return _("Line {number}, quantity: beyond {limit}.") if abs(found) > LARGEST else ""
    if found is None:
        return _("Line {number}, unit price: “{text}” is no number.")
    if found < 0:
        return _("Line {number}, unit price: cannot be negative. A return has a negative quantity.")
    return _("Line {number}, unit price: beyond {limit}.") if found > LARGEST else ""


def read_number(text: str) -> Decimal | None:
    """Return a number as people type it, full width or with separators, to six decimals; None if it is none."""
    plain = unicodedata.normalize("NFKC", text).translate(str.maketrans("−", "-", ", ¥$€£"))
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return None
    if not found.is_finite() or abs(found) >= 10**15:
        return None
    return found if found == round(found, 6) else None


def typed_lines(posted: QueryDict, currency: str) -> TypedLines:
    """Return the lines of a sent page, as far as a page takes them."""
    columns = [posted.getlist(name) for name in COLUMNS]
    rows = list(zip(*columns, strict=False))[:MOST_LINES]
    return TypedLines([TypedLine(*(text.strip() for text in row)) for row in rows] or [TypedLine()], currency)


def held_lines(order: Order) -> TypedLines:
    """Return the lines of an order (loaded) as they are typed."""
    found = [
        TypedLine(line.product.sku, plain_number(line.quantity), plain_number(line.unit_price))
        for line in order.__dict__["loaded_lines"]
    ]
    return TypedLines(found, order.currency)


def held_head(order: Order) -> Mapping[str, Any]:
    """Return the head of an order as it is typed."""
    at = order.at.astimezone(ZoneInfo(get_organisation().time_zone))
    customer = customer_label(order.customer_id, order.customer.name) if order.customer and order.customer_id else ""
    known = {"currency": order.currency, "status": order.status}
    return {**known, "customer": customer, "day": at.date(), "time": at.time().replace(second=0, microsecond=0)}


def new_head(number: str, customer: str) -> Mapping[str, Any]:
    """Return what a new order begins with: now, in the organisation's zone and currency."""
    organisation = get_organisation()
    at = now().astimezone(ZoneInfo(organisation.time_zone))
    known = {"currency": organisation.currency, "status": Order.Status.COMPLETED, "number": number}
    return {**known, "customer": customer, "day": at.date(), "time": at.time().replace(second=0, microsecond=0)}
