from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from zhike.accounts.public import needs
from zhike.analytics.models import ProductPair
from zhike.analytics.permissions import VIEW
from zhike.api.public import PageOf, Paging, page_answer
from zhike.kit.text import tidy

from . import queries
from .panels import tell_offers
from .queries import Wanted


class ProductRef(Schema):
    id: int
    sku: str
    name: str


class PairOut(Schema):
    """Two products in the same orders. `confidence`: of the orders with `first` the share with `then`; `_back` the
    other way; `support`: of all orders the share with both."""

    first: ProductRef
    then: ProductRef
    together: int
    first_count: int
    then_count: int
    support: float
    confidence: float
    confidence_back: float
    lift: float


class PairFilter(Schema):
    """`q` starts a product's number or is part of its name."""

    q: str = Field("", max_length=100)
    together: int = Field(0, ge=0, le=2**31 - 1, description="Orders with both, at least")
    lift: Decimal = Field(Decimal(0), ge=0, le=10**9, description="Lift, at least")
    sort: Literal["together", "lift", "confidence"] = "together"


class BecauseOut(Schema):
    """A bought product: how many customers bought it, and how many `both` it and the offered one."""

    product: int
    sku: str
    name: str
    both: int
    bought: int


class OfferOut(Schema):
    place: int
    product: ProductRef
    score: float
    because: list[BecauseOut]


class OffersOut(Schema):
    """Products that a customer may want next, the best first; `as_of` null: no run is in use, or there are none."""

    customer_id: int
    as_of: date | None
    offers: list[OfferOut]


def add_operations(router: Router) -> None:
    """Put the operations of associations on the room's router."""
    router.get("/associations", response=PageOf[PairOut], summary="List products bought together")(list_pairs)
    router.get("/customers/{int:customer_id}/offers", response=OffersOut, summary="Read a customer's next offers")(
        list_offers
    )


@needs(VIEW)
def list_pairs(request: HttpRequest, paging: Query[Paging], wanted: Query[PairFilter]) -> Any:
    run = queries.get_run_in_use(queries.PAIRS)
    if run is None:
        return {"rows": [], "next": None}
    narrowed = Wanted(wanted.together, wanted.lift, tidy(wanted.q), wanted.sort)
    page = queries.list_pairs(run, narrowed, after=paging.after, limit=paging.limit)
    return page_answer(page) | {"rows": [_pair(one) for one in page.rows]}


@needs(VIEW, customer="customer_id")
def list_offers(request: HttpRequest, customer_id: int) -> Any:
    found = queries.list_offers(customer_id=customer_id)
    return {
        "customer_id": customer_id,
        "as_of": found[0].run.as_of if found else None,
        "offers": [
            {
                "place": one["offer"].place,
                "product": one["offer"].product,
                "score": round(one["offer"].score, 6),
                "because": one["because"],
            }
            for one in tell_offers(found)
        ],
    }


def _pair(one: ProductPair) -> dict[str, Any]:
    counts = {name: getattr(one, name) for name in ("together", "first_count", "then_count")}
    shares = {name: round(getattr(one, name), 6) for name in ("support", "confidence", "confidence_back", "lift")}
    return {"first": one.first, "then": one.then, **counts, **shares}
