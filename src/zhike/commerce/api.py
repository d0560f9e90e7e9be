from zhike.api.public import make_router

from .orders.api import add_operations as add_orders
from .products.api import add_operations as add_products

router = make_router("commerce")
add_orders(router)
add_products(router)
