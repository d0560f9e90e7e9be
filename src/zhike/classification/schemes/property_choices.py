"""Values of facts' properties that the organisation has: product categories, products, channels."""

from collections.abc import Sequence

from zhike.commerce.public import list_categories, list_product_names
from zhike.customers.public import list_channels


def list_property_choices(key: str) -> Sequence[tuple[str, str]]:
    """Return the values to choose from as (value, name); none: any text may be typed."""
    if key == "category":
        return [(one, one) for one in list_categories()]
    if key == "product":
        return list_product_names()
    return [(one, one) for one in list_channels()] if key == "channel" else []
