from django.urls import path

from zhike.commerce.orders import views as orders
from zhike.commerce.products import entry_views as product_entry
from zhike.commerce.products import views as products

app_name = "commerce"
urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/filters/", orders.filter_form, name="order-filters"),
    path("orders/columns/", orders.columns, name="order-columns"),
    path("orders/export/", orders.export_lines, name="order-export"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("products/", products.products, name="products"),
    path("products/new/", product_entry.new_product, name="new-product"),
    path("products/filters/", products.filter_form, name="product-filters"),
    path("products/<int:product_id>/", products.product, name="product"),
    path("products/<int:product_id>/edit/", product_entry.edit_product, name="edit-product"),
    path("products/<int:product_id>/remove/", product_entry.remove_product, name="remove-product"),
]
