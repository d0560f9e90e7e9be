"""What associations give to the registries: two analyses, the page, and panels of customers and products."""

from django.utils.translation import gettext_lazy as _

from zhike.analytics import permissions
from zhike.analytics.models import Bundle, CustomerAlike, CustomerOffer, ProductPair
from zhike.analytics.runs.registry import Analysis, Outcome, Task, analyses
from zhike.commerce.public import ProductPanel, product_panels
from zhike.customers.public import CustomerPanel, customer_panels
from zhike.ui.public import NavItem, navigation

from . import panels
from .describing import describe_offers, describe_pairs
from .queries import OFFERS, PAIRS

TEMPLATE = "analytics/associations/{}.html"


def register() -> None:
    analyses.add(
        PAIRS,
        Analysis(
            PAIRS,
            _("Associations"),
            _("Which products stand in the same orders more often than by chance: pairs, and sets of three."),
            "link",
            "1",
            (ProductPair, Bundle),
            _compute_pairs,
            describe_pairs,
            "analytics:associations",
        ),
    )
    analyses.add(
        OFFERS,
        Analysis(
            OFFERS,
            _("Next offers"),
            _("Which product each customer may want next, with what speaks for it, and which customers buy alike."),
            "gift",
            "1",
            (CustomerOffer, CustomerAlike),
            _compute_offers,
            describe_offers,
        ),
    )
    _add_pages()


def _add_pages() -> None:
    nav = NavItem(
        _("Associations"),
        "analytics:associations",
        "link",
        permissions.VIEW,
        "analyses",
        40,
        keys="guanliangoumai glgm",
    )
    navigation.add("associations", nav)
    customer_panels.add(
        "offers",
        CustomerPanel("offers", "main", 25, permissions.VIEW, TEMPLATE.format("customer"), panels.load_customer),
    )
    product_panels.add(
        "together", ProductPanel("together", 10, permissions.VIEW, TEMPLATE.format("product"), panels.load_product)
    )


def _compute_pairs(task: Task) -> Outcome:
    from .computing import compute_pairs  # what it computes with takes long to import, and pages need none of it

    return compute_pairs(task)


def _compute_offers(task: Task) -> Outcome:
    from .computing import compute_offers

    return compute_offers(task)
