from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from zhike.accounts.public import Actor
from zhike.api.public import key_page
from zhike.commerce.errors import NoSuchProduct
from zhike.commerce.models import OrderLine, Product
from zhike.commerce.orders.queries import visible_orders
from zhike.commerce.permissions import CHANGE_PRODUCT
from zhike.commerce.products.registries import product_panels
from zhike.kit.paging import Page
from zhike.kit.text import tidy

BY_NUMBER = "sku"
SORTS = {"sku": ("sku",), "name": ("name", "id"), "category": ("category", "sku")}


@dataclass(frozen=True, slots=True)
class ProductFilters:
    """Which products to list; `text` starts the number or is part of the name."""

    text: str = ""
    category: str = ""
    uncategorised: bool = False  # only those without a category


def find_products(filters: ProductFilters) -> QuerySet[Product]:
    """Return the products that the filters let through, in no order."""
    products, text = Product.objects.all(), tidy(filters.text)
    if text:
        products = products.filter(Q(sku__istartswith=text) | Q(name__icontains=text))
    if filters.uncategorised:
        products = products.filter(category="")
    return products.filter(category=tidy(filters.category)) if filters.category else products


def list_products(
    *, filters: ProductFilters, sort: str = BY_NUMBER, after: str = "", before: str = "", limit: int = 50
) -> Page[Product]:
    """Return products by number, or by `sort`: a key of SORTS, - for downwards."""
    sign = "-" if sort.startswith("-") else ""
    order = [f"{sign}{name}" for name in SORTS[sort.removeprefix("-")]]
    return key_page(find_products(filters), order=order, limit=limit, after=after, before=before)


def get_product(*, product_id: int) -> Product:
    """:raises NoSuchProduct: if there is none."""
    product = Product.objects.filter(id=product_id).first()
    if product is None:
        raise NoSuchProduct
    return product


def list_categories() -> Sequence[str]:
    """Return the categories in use."""
    return list(
        Product.objects.exclude(category="").order_by("category").values_list("category", flat=True).distinct()[:200]
    )


def list_latest_lines(*, product_id: int, actor: Actor, limit: int = 20) -> list[OrderLine]:
    """Return the latest lines of a product in orders that the actor may see, order and customer loaded."""
    lines = OrderLine.objects.filter(product_id=product_id, order__in=visible_orders(actor))
    return list(lines.select_related("order__customer").order_by("-order__at", "-order_id", "position")[:limit])


def list_product_names(*, most: int = 300) -> list[tuple[str, str]]:
    """Return (number, number and name) of all products; none where there are more than `most`."""
    found = list(Product.objects.order_by("sku").values_list("sku", "name")[: most + 1])
    return [(sku, f"{sku} {name}".strip()) for sku, name in found] if len(found) <= most else []


def load_panels(*, product_id: int, actor: Actor) -> list[dict[str, Any]]:
    """Return what higher rooms show on a product's page, in order: each with `template` and its `context`."""
    found = []
    for panel in sorted(product_panels, key=lambda one: one.order):
        if actor.may(panel.permission) and (context := panel.load(product_id, actor)) is not None:
            found.append({"template": panel.template, "context": context})
    return found


def what_one_may(*, product_id: int, actor: Actor) -> dict[str, bool]:
    """Return whether somebody may change a product, and remove it: what was ordered stays."""
    may = actor.may(CHANGE_PRODUCT)
    return {"may_change": may, "may_remove": may and not OrderLine.objects.filter(product_id=product_id).exists()}
