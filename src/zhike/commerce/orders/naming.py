"""Whom and what people mean by what they type: customers and products by number or name."""

import re
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from zhike.commerce.models import Order, Product
from zhike.customers.public import find_customers, visible_customers
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

OFFERED = 20
NUMBERED = re.compile(r"#(\d{1,18})\b")


def customer_label(customer_id: int, name: str) -> str:
    """Return how a customer is written into a form: the number tells two of one name apart."""
    return f"#{customer_id} {name}"


def source_label(source: str) -> str:
    """Return what people read of the source of an order."""
    return _("written down by hand") if source == Order.BY_HAND else source


def offer_customers(text: str, actor: Actor) -> list[str]:
    """Return labels of the customers that a text finds."""
    text = tidy(text)
    rows = find_customers(text=text, actor=actor, limit=OFFERED) if text and not NUMBERED.match(text) else []
    return [customer_label(row.customer_id, row.name) for row in rows]


def find_meant_customers(text: str, actor: Actor) -> list[tuple[int, str]]:
    """Return (id, name) of whom a text means, at most three: #number, a number of another system, or the whole name."""
    customers = visible_customers(actor).filter(archived_at=None).order_by("id")
    text = tidy(text)
    if numbered := NUMBERED.match(text):
        return list(customers.filter(id=int(numbered[1])).values_list("id", "name"))
    known = Q(external_ids__value=text) | Q(name=text)
    return list(customers.filter(known).values_list("id", "name").distinct()[:3])


def offer_products(text: str) -> Sequence[tuple[str, str]]:
    """Return (number, name) of products whose number starts with a text, or whose name holds it."""
    wanted = Q(sku__istartswith=tidy(text)) | Q(name__icontains=tidy(text))
    return list(Product.objects.filter(wanted).order_by("sku").values_list("sku", "name")[:OFFERED])


def find_meant_products(texts: Iterable[str]) -> Mapping[str, list[tuple[str, str]]]:
    """Return by text the products (number, name) that it means: the one of that number, else those of that name."""
    wanted = {one for text in texts if (one := tidy(text))}
    rows = list(
        Product.objects.filter(Q(sku__in=wanted) | Q(name__in=wanted)).order_by("sku").values_list("sku", "name")
    )
    by_number = {sku: (sku, name) for sku, name in rows}
    return {
        text: [by_number[text]] if text in by_number else [one for one in rows if one[1] == text] for text in wanted
    }
