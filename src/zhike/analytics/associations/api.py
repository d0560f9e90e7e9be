from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from zhike.accounts.public import needs
from zhike.analytics.answers import RUN, PageOfRun, RunHead, run_answer
from zhike.analytics.models import Bundle, ProductPair
from zhike.analytics.permissions import VIEW
from zhike.api.public import Paging
from zhike.kit.paging import Page
from zhike.kit.text import tidy

from . import queries
from .panels import tell_offers
from .queries import Wanted

MODULE: dict[str, Any] = {"id": 31, "sku": "DAQ-8A", "name": "8-channel analogue module"}
SENSOR: dict[str, Any] = {"id": 44, "sku": "SEN-T10", "name": "Platinum temperature sensor"}
PAIR: dict[str, Any] = {
    "first": MODULE,
    "then": SENSOR,
    "together": 42,
    "first_count": 60,
    "then_count": 118,
    "support": 0.021,
    "confidence": 0.7,
    "confidence_back": 0.355932,
    "lift": 11.864407,
}
OFFERED: dict[str, Any] = {
    "place": 1,
    "product": SENSOR,
    "score": 0.412,
    "because": [{"product": 31, "sku": "DAQ-8A", "name": MODULE["name"], "both": 38, "bought": 55}],
}


class ProductRef(Schema):
    id: int
    sku: str
    name: str


class PairOut(Schema):
    """Two products in the same orders. `confidence`: of the orders with `first` the share with `then`; `_back` the
    other way; `support`: of all orders the share with both."""

    model_config = ConfigDict(json_schema_extra={"examples": [PAIR]})

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
    """Products that a customer may want next, the best first; `run` and `as_of` null: no run is in use, or there are
    none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer_id": 10_008,
                    "as_of": "2026-11-22",
                    "run": RUN | {"analysis": "offers"},
                    "offers": [OFFERED],
                }
            ]
        }
    )

    customer_id: int
    as_of: date | None
    run: RunHead | None
    offers: list[OfferOut]


class BundleOut(Schema):
    """Three products in the same orders; `lift` over what three that know nothing of one another would share."""

    products: list[ProductRef]
    together: int
    support: float
    lift: float


class AlikeOut(Schema):
    """A customer who buys alike: `likeness` is the cosine of what both bought, `shared` the products in common."""

    customer_id: int
    name: str
    likeness: float
    shared: int


class AlikesOut(Schema):
    """At most five, the most alike first; those whom you may not see are left out."""

    customer_id: int
    rows: list[AlikeOut]


def add_operations(router: Router) -> None:
    """Put the operations of associations on the room's router."""
    router.get("/associations", response=PageOfRun[PairOut], summary="List products bought together")(list_pairs)
    router.get("/associations/bundles", response=PageOfRun[BundleOut], summary="List three products bought together")(
        list_bundles
    )
    router.get("/customers/{int:customer_id}/offers", response=OffersOut, summary="Read a customer's next offers")(
        list_offers
    )
    router.get("/customers/{int:customer_id}/alike", response=AlikesOut, summary="Read which customers buy alike")(
        list_alike
    )


@needs(VIEW)
def list_pairs(request: HttpRequest, paging: Query[Paging], wanted: Query[PairFilter]) -> Any:
    run = queries.get_run_in_use(queries.PAIRS)
    if run is None:
        return run_answer(None, Page([]))
    narrowed = Wanted(wanted.together, wanted.lift, tidy(wanted.q), wanted.sort)
    page = queries.list_pairs(run, narrowed, after=paging.after, limit=paging.limit)
    return run_answer(run, page, [_pair(one) for one in page.rows])


@needs(VIEW)
def list_bundles(request: HttpRequest, paging: Query[Paging]) -> Any:
    run = queries.get_run_in_use(queries.PAIRS)
    if run is None:
        return run_answer(None, Page([]))
    page = queries.page_bundles(run, after=paging.after, limit=paging.limit)
    return run_answer(run, page, [_bundle(one) for one in page.rows])


@needs(VIEW, customer="customer_id")
def list_offers(request: HttpRequest, customer_id: int) -> Any:
    found = queries.list_offers(customer_id=customer_id)
    return {
        "customer_id": customer_id,
        "as_of": found[0].run.as_of if found else None,
        "run": found[0].run if found else None,
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


@needs(VIEW, customer="customer_id")
def list_alike(request: HttpRequest, customer_id: int) -> Any:
    rows = [
        {"customer_id": one.other_id, "name": one.other.name, "likeness": round(one.likeness, 6), "shared": one.shared}
        for one in queries.list_alike(customer_id=customer_id, actor=request.actor)
    ]
    return {"customer_id": customer_id, "rows": rows}


def _bundle(one: Bundle) -> dict[str, Any]:
    shares = {name: round(getattr(one, name), 6) for name in ("support", "lift")}
    return {"products": [one.first, one.second, one.third], "together": one.together, **shares}


def _pair(one: ProductPair) -> dict[str, Any]:
    counts = {name: getattr(one, name) for name in ("together", "first_count", "then_count")}
    shares = {name: round(getattr(one, name), 6) for name in ("support", "confidence", "confidence_back", "lift")}
    return {"first": one.first, "then": one.then, **counts, **shares}
