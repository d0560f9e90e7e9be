from django.urls import path

from zhike.commerce.orders import entry_views as order_entry
from zhike.commerce.orders import views as orders
from zhike.commerce.products import entry_views as product_entry
from zhike.commerce.products import views as products

app_name = "commerce"
urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/filters/", orders.filter_form, name="order-filters"),
    path("orders/columns/", orders.columns, name="order-columns"),
    path("orders/export/", orders.export_lines, name="order-export"),
    path("orders/new/", order_entry.new_order, name="new-order"),
    path("orders/offers/customers/", order_entry.offer_customers, name="customer-offers"),
    path("orders/offers/products/", order_entry.offer_products, name="product-offers"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("orders/<int:order_id>/edit/", order_entry.edit_order, name="edit-order"),
    path("orders/<int:order_id>/status/", order_entry.set_status, name="order-status"),
    path("products/", products.products, name="products"),
    path("products/new/", product_entry.new_product, name="new-product"),
    path("products/filters/", products.filter_form, name="product-filters"),
    path("products/<int:product_id>/", products.product, name="product"),
    path("products/<int:product_id>/edit/", product_entry.edit_product, name="edit-product"),
    path("products/<int:product_id>/remove/", product_entry.remove_product, name="remove-product"),
]
