from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from zhike.accounts.public import Actor
from zhike.audit.public import record
from zhike.commerce.errors import NoSuchProduct, ProductExists, ProductSold, ProductWrong
from zhike.commerce.events import ProductChanged, ProductCreated, ProductRemoved
from zhike.commerce.models import OrderLine, Product
from zhike.kit.text import tidy

LENGTHS = {"sku": 100, "name": 300, "category": 100}


def ensure_products(wanted: Mapping[str, tuple[str, str]], *, sample: bool = False) -> dict[str, int]:
    """Return sku → product id; those not known are made, with name (else the sku) and category.

    Call it in the transaction that needs them. In the order of sku, so that two at once cannot lock each other out.
    """
    known = dict(Product.objects.filter(sku__in=wanted).values_list("sku", "id"))
    missing = sorted(wanted.keys() - known.keys())
    if missing:
        Product.objects.bulk_create(
            [Product(sku=sku, name=wanted[sku][0] or sku, category=wanted[sku][1], sample=sample) for sku in missing],
            ignore_conflicts=True,
        )
        known |= dict(Product.objects.filter(sku__in=missing).values_list("sku", "id"))
    return known


@transaction.atomic
def create_product(*, sku: str, name: str = "", category: str = "", by: Actor, at: datetime) -> Product:
    """Make a product that no order names yet; without a name it is called by its number.

    :raises ProductExists: if the number is taken. :raises ProductWrong: if a text is missing or too long.
    """
    sku, name, category = tidy(sku), tidy(name) or tidy(sku), tidy(category)
    _check(sku=sku, name=name, category=category)
    try:
        with transaction.atomic():
            product = Product.objects.create(sku=sku, name=name, category=category)
    except IntegrityError as error:
        raise ProductExists(sku=sku) from error
    record(event=ProductCreated(product.id, sku, name, category), by=by)
    return product


@transaction.atomic
def change_product(*, product_id: int, name: str, category: str, by: Actor, at: datetime) -> Product:
    """Give a product another name and category; its number stays. Customers who bought it are classified anew soon.

    :raises NoSuchProduct: if there is none. :raises ProductWrong: if the name is missing, or a text too long.
    """
    after = {"name": tidy(name), "category": tidy(category)}
    _check(**after)
    product = _locked(product_id)
    before = {key: getattr(product, key) for key in after}
    changed = [key for key in after if before[key] != after[key]]
    if changed:
        Product.objects.filter(id=product_id).update(**after)
        product.name, product.category = after["name"], after["category"]
        old, new = ({key: said[key] for key in changed} for said in (before, after))
        record(event=ProductChanged(product_id, product.sku, old, new), by=by)
    return product


@transaction.atomic
def remove_product(*, product_id: int, by: Actor, at: datetime) -> None:
    """Remove a product that was never ordered, with what models found about it.

    :raises NoSuchProduct: if there is none. :raises ProductSold: if it stands in an order.
    """
    product = _locked(product_id)
    if orders := OrderLine.objects.filter(product=product).values("order_id").distinct().count():
        raise ProductSold(name=product.name, orders=orders)
    record(event=ProductRemoved(product_id, product.sku, product.name, product.category), by=by)
    product.delete()


def _locked(product_id: int) -> Product:
    # Whoever orders it meanwhile is refused by the database, or waits for this lock.
    product = Product.objects.select_for_update().filter(id=product_id).first()
    if product is None:
        raise NoSuchProduct
    return product


def _check(**texts: str) -> None:
    for field, text in texts.items():
        if len(text) > LENGTHS[field] or (not text and field != "category"):
            raise ProductWrong(field=field, limit=LENGTHS[field])
