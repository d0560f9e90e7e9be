"""What commerce gives to the registries of lower rooms; called once, when the rooms are ready."""

from django.utils.translation import gettext_lazy as _

from zhike.commerce import permissions, trail
from zhike.commerce.orders import importing, panels, workbench
from zhike.commerce.products import facets
from zhike.customers.public import CustomerPanel, FactKind, SearchSource, customer_panels, fact_kinds, search_sources
from zhike.ui.public import PALETTE, NavItem, WorkbenchPanel, navigation, workbench_panels


def register() -> None:
    permissions.register()
    trail.register()
    importing.register()
    facets.register()
    add_pages()
    fact_kinds.add("purchase", FactKind("purchase", _("Purchase"), "shopping-cart", panels.describe_orders))
    fact_kinds.add("return", FactKind("return", _("Return"), "arrow-back-up", panels.describe_orders))
    customer_panels.add(
        "orders",
        CustomerPanel("orders", "rail", 40, permissions.VIEW_ORDER, "commerce/orders/panel.html", panels.load_orders),
    )
    search_sources.add(
        "orders", SearchSource("orders", _("Orders"), permissions.VIEW_ORDER, panels.find_hits, order=20)
    )
    workbench_panels.add(
        "takings",
        WorkbenchPanel(
            "takings", "rail", 20, permissions.VIEW_ORDER, "commerce/orders/takings.html", workbench.load_takings
        ),
    )


def add_pages() -> None:
    see, make = permissions.VIEW_ORDER, permissions.CREATE_ORDER
    orders = NavItem(_("Orders"), "commerce:orders", "receipt", see, "customers", 40, keys="dingdan dd", key="g o")
    new_order = NavItem(
        _("New order"), "commerce:new-order", "plus", make, PALETTE, 41, keys="xinjiandingdan xjdd xiadan", key="g d"
    )
    see, make = permissions.VIEW_PRODUCT, permissions.CHANGE_PRODUCT
    products = NavItem(
        _("Products"), "commerce:products", "package", see, "customers", 50, keys="chanpin cp", key="g p"
    )
    new_product = NavItem(
        _("New product"), "commerce:new-product", "plus", make, PALETTE, 51, keys="xinjianchanpin xjcp"
    )
    pages = {"orders": orders, "new-order": new_order, "products": products, "new-product": new_product}
    for key, page in pages.items():
        navigation.add(key, page)
