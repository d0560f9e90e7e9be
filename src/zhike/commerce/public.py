"""What other rooms may use of commerce."""

from .events import OrderCorrected, OrderCreated
from .orders.actions import NewLine, correct_order, create_order
from .orders.queries import find_newest_order
from .permissions import CHANGE_ORDER, CREATE_ORDER, VIEW_ORDER, VIEW_PRODUCT
from .products.queries import list_categories, list_product_names
from .products.registries import ProductPanel, product_panels

__all__ = [
    "CHANGE_ORDER",
    "CREATE_ORDER",
    "VIEW_ORDER",
    "VIEW_PRODUCT",
    "NewLine",
    "OrderCorrected",
    "OrderCreated",
    "ProductPanel",
    "correct_order",
    "create_order",
    "find_newest_order",
    "list_categories",
    "list_product_names",
    "product_panels",
]
