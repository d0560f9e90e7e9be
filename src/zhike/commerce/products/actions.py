from collections.abc import Mapping

from zhike.commerce.models import Product


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
