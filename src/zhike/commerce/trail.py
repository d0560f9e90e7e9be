"""How the facts of orders read in the audit trail, and what orders are called there."""

from collections.abc import Mapping

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import SYSTEM
from zhike.audit.public import Fact, Told, fact_words, subject_names
from zhike.commerce.models import Order, Product
from zhike.commerce.orders.forms import OrderFilterForm
from zhike.commerce.orders.naming import source_label
from zhike.ui.public import format_exact_money


def say_net(net: int, told: Told) -> str:
    """Return the amount of an order in its own currency."""
    return format_exact_money(net, told.facts["currency"])


def say_filters(query: str, told: Told) -> str:
    """Return the filters of an address as their chips read; all orders where there are none."""
    chips = OrderFilterForm(QueryDict(query), actor=SYSTEM).chips()
    said = (" ".join(str(part) for part in (one.label, one.value) if part) for one in chips)
    return " · ".join(said) or str(_("All orders"))


def say_source(source: str, told: Told) -> str:
    return source_label(source)


def say_status(status: str, told: Told) -> str:
    return str(dict(Order.Status.choices).get(status, status))


FACTS = {
    "order_id": Fact(_("Order"), noun="order"),
    "number": Fact(_("Number")),
    "net": Fact(_("Net amount"), say=say_net),
    "currency": Fact(_("Currency"), silent=True),  # the amount stands in it
    "source": Fact(_("Source"), say=say_source),
    "product_id": Fact(_("Product"), noun="product"),
    "sku": Fact(_("SKU")),
    "category": Fact(_("Category")),
    "OrderCorrected.currency": Fact(_("Currency")),
    "OrderCorrected.revision": Fact(_("Revision")),
    "OrderCorrected.at": Fact(_("Time of the order")),
    "OrderCorrected.status": Fact(_("State"), say=say_status),
    "OrderCorrected.lines": Fact(_("Lines")),
    "OrdersExported.orders": Fact(_("Orders"), silent=True),  # the sentence says how many
    "OrdersExported.lines": Fact(_("Lines")),
    "OrdersExported.filters": Fact(_("Filters"), say=say_filters),
}


def name_orders(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    """Return the numbers of orders, and their addresses."""
    numbers = Order.objects.filter(id__in=ids).values_list("id", "number")
    return {one: (number, reverse("commerce:order", args=[one])) for one, number in numbers}


def name_products(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    """Return the names of products, and their addresses."""
    names = Product.objects.filter(id__in=ids).values_list("id", "name")
    return {one: (name, reverse("commerce:product", args=[one])) for one, name in names}


def register() -> None:
    subject_names.add("order", name_orders)
    subject_names.add("product", name_products)
    for key, fact in FACTS.items():
        fact_words.add(key, fact)
