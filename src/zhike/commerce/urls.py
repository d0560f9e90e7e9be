from django.urls import path

from zhike.commerce.orders import views as orders
from zhike.commerce.products import views as products

app_name = "commerce"
urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("products/", products.products, name="products"),
    path("products/<int:product_id>/", products.product, name="product"),
]
