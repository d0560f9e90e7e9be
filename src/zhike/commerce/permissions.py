from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import AGENT, LEAD, VIEWER, add_permission, record_checks
from zhike.kit.actor import Actor

VIEW_ORDER = "commerce.view_order"
CREATE_ORDER = "commerce.create_order"
CHANGE_ORDER = "commerce.change_order"
EXPORT_ORDER = "commerce.export_order"
VIEW_PRODUCT = "commerce.view_product"
CHANGE_PRODUCT = "commerce.change_product"


def register() -> None:
    add_permission(VIEW_ORDER, _("See orders"), roles=(LEAD, AGENT, VIEWER))
    add_permission(CREATE_ORDER, _("Create orders"), roles=(LEAD, AGENT))
    add_permission(CHANGE_ORDER, _("Correct and cancel orders"), roles=(LEAD, AGENT))
    add_permission(EXPORT_ORDER, _("Export orders"), roles=(LEAD,))
    add_permission(VIEW_PRODUCT, _("See products"), roles=(LEAD, AGENT, VIEWER))
    # A category decides on the classes of everybody who bought it, so it is not for everybody to change.
    add_permission(CHANGE_PRODUCT, _("Create, change and remove products"), roles=(LEAD,))
    record_checks.add("order", _may_see_order)


def _may_see_order(actor: Actor, order_id: int) -> bool:
    from zhike.commerce.orders.queries import visible_orders

    return visible_orders(actor).filter(id=order_id).exists()
