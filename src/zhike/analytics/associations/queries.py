"""Products bought together, next products and customers alike."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects

from zhike.accounts.public import read_models
from zhike.analytics.models import Bundle, CustomerAlike, CustomerOffer, ModelRun, ProductPair
from zhike.api.public import key_page
from zhike.customers.public import visible_customers
from zhike.kit.actor import Actor
from zhike.kit.paging import Page

PAIRS, OFFERS = "associations", "offers"
# Every page of a customer asks this: a plain statement costs a third of what the ORM's does.
OF_CUSTOMER = """
SELECT o.* FROM analytics_customeroffer o JOIN analytics_modelrun r ON r.id = o.run_id
WHERE o.customer_id = %s AND r.in_use AND r.analysis = %s ORDER BY o.place
"""
SORTS = ("together", "lift", "confidence")
PRODUCT_PAIRS = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of pairs is narrowed by: least orders with both, least lift, and a text in number or name."""

    together: int = 0
    lift: Decimal = Decimal(0)
    text: str = ""
    sort: str = "together"


def get_run_in_use(analysis: str) -> ModelRun | None:
    return ModelRun.objects.filter(analysis=analysis, in_use=True).first()


def get_last_run(analysis: str) -> ModelRun | None:
    """Return the last run that was asked for, whatever became of it."""
    return ModelRun.objects.filter(analysis=analysis).order_by("-id").first()


def find_pairs(run: ModelRun, wanted: Wanted) -> QuerySet[ProductPair]:
    """Return the pairs of a run that are wanted, products loaded, unordered."""
    found = ProductPair.objects.filter(run=run).select_related("first", "then")
    if wanted.together:
        found = found.filter(together__gte=wanted.together)
    if wanted.lift:
        found = found.filter(lift__gte=float(wanted.lift))
    if wanted.text:
        text = wanted.text
        found = found.filter(
            Q(first__sku__istartswith=text) | Q(first__name__icontains=text)
            | Q(then__sku__istartswith=text) | Q(then__name__icontains=text)
        )  # fmt: skip
    return found


def list_pairs(
    run: ModelRun, wanted: Wanted, *, after: str = "", before: str = "", limit: int = 50
) -> Page[ProductPair]:
    """Return pairs in the order asked for, the greatest first. :raises BadCursor:"""
    order = (f"-{wanted.sort}", "-id")
    return key_page(find_pairs(run, wanted), order=order, limit=limit, after=after, before=before)


def list_bundles(run: ModelRun, *, limit: int = 10) -> list[Bundle]:
    """Return the most frequent sets of three, products loaded."""
    found = Bundle.objects.filter(run=run).select_related("first", "second", "third")
    return list(found.order_by("-together", "id")[:limit])


def page_bundles(run: ModelRun, *, after: str = "", limit: int = 50) -> Page[Bundle]:
    """Return sets of three page by page, the most frequent first, products loaded. :raises BadCursor:"""
    found = Bundle.objects.filter(run=run).select_related("first", "second", "third")
    return key_page(found, order=("-together", "-id"), limit=limit, after=after)


def list_bought_together(*, product_id: int, limit: int = PRODUCT_PAIRS) -> list[ProductPair]:
    """Return the pairs of a product that are bought together more than by chance, the likeliest first."""
    run = get_run_in_use(PAIRS)
    if run is None:
        return []
    found = ProductPair.objects.filter(Q(first_id=product_id) | Q(then_id=product_id), run=run, lift__gt=1)
    return list(found.select_related("first", "then").order_by("-together", "-id")[:limit])


def list_offers(*, customer_id: int) -> list[CustomerOffer]:
    """Return a customer's next products, run and product loaded; the caller has asked for rights."""
    found = read_models(CustomerOffer, OF_CUSTOMER, [customer_id, OFFERS])
    prefetch_related_objects(found, "product", "run")
    return found


def list_alike(*, customer_id: int, actor: Actor) -> list[CustomerAlike]:
    """Return the customers alike that the actor may know of, loaded, the most alike first."""
    found = CustomerAlike.objects.filter(
        customer_id=customer_id,
        run__in_use=True,
        run__analysis=OFFERS,
        other__in=visible_customers(actor).filter(archived_at=None),
    )
    return list(found.select_related("other").order_by("place"))


def product_names(ids: set[int]) -> dict[int, tuple[str, str]]:
    """Return product id → (number, name)."""
    products: Any = CustomerOffer._meta.get_field("product").related_model
    return {one: (sku, name) for one, sku, name in products.objects.filter(id__in=ids).values_list("id", "sku", "name")}
