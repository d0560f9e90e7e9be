"""Filters of the customer list: who bought a product, and who did not."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhike.commerce.models import Order, Product
from zhike.customers.public import Choice, Facet, customer_facets
from zhike.kit.actor import Actor

FEW = 300


def register() -> None:
    customer_facets.add("bought", Facet("bought", _("Bought"), _choices, _bought, _label_of, order=65))
    customer_facets.add(
        "not_bought", Facet("not_bought", _("Has not bought"), _choices, _not_bought, _label_of, order=66)
    )


def _choices(_actor: Actor) -> list[Choice]:
    """Return the products where they are few enough to choose from; else their numbers are typed."""
    found = list(Product.objects.order_by("sku").values_list("sku", "name")[: FEW + 1])
    return [Choice(sku, f"{sku} {name}") for sku, name in found] if len(found) <= FEW else []


def _buyers(values: Sequence[str]) -> QuerySet[Any]:
    """Return the customers with a line of any of these products (by number), not a return, in no cancelled order."""
    orders = Order.objects.exclude(status=Order.Status.CANCELLED).filter(customer__isnull=False)
    return orders.filter(lines__product__sku__in=list(values), lines__quantity__gt=0).values("customer_id")


def _bought(listing: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    return listing.filter(customer_id__in=_buyers(values))


def _not_bought(listing: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    return listing.exclude(customer_id__in=_buyers(values))


def _label_of(value: str) -> str:
    return Product.objects.filter(sku=value).values_list("name", flat=True).first() or ""
