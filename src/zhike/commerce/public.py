"""What other rooms may use of commerce."""

from .events import OrderCreated
from .orders.actions import NewLine, create_order
from .permissions import CREATE_ORDER, VIEW_ORDER, VIEW_PRODUCT
from .products.queries import list_categories, list_product_names
from .products.registries import ProductPanel, product_panels

__all__ = [
    "CREATE_ORDER",
    "VIEW_ORDER",
    "VIEW_PRODUCT",
    "NewLine",
    "OrderCreated",
    "ProductPanel",
    "create_order",
    "list_categories",
    "list_product_names",
    "product_panels",
]
