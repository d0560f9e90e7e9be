"""Customers who came lately, and what is missing in profiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from zhike.accounts.public import get_organisation
from zhike.customers.models import Listing
from zhike.customers.rights import visible_listing
from zhike.kit.actor import Actor
from zhike.kit.clock import day_start, first_of_last

LATEST = 5
MISSING = {  # what a profile lacks, as the list's filter names it
    "owner": Q(owner=None),
    "contact": Q(phones=[], emails=[]),
    "region": Q(province="", country__in=["", "CN"]),
}


@dataclass(frozen=True, slots=True)
class Newcomer:
    customer_id: int
    name: str
    owner: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Newcomers:
    """The latest customers, and how many came in the span."""

    rows: Sequence[Newcomer]
    count: int


def came_since(*, days: int, at: datetime) -> Q:
    """Return the condition of a listing row whose customer was created in the last days of the organisation."""
    zone = get_organisation().time_zone
    return Q(created_at__gte=day_start(first_of_last(days, at, zone), zone))


def list_newcomers(*, actor: Actor, days: int, at: datetime) -> Newcomers:
    """Return the latest of the customers who came in the last days, and how many there are."""
    rows = _listed(actor).filter(came_since(days=days, at=at))
    latest = rows.order_by("-created_at", "-customer_id")
    fields = ["customer_id", "name", "owner__name", "created_at"]
    found = [Newcomer(one, name, owner or "", at) for one, name, owner, at in latest.values_list(*fields)[:LATEST]]
    return Newcomers(found, rows.count() if len(found) == LATEST else len(found))


def count_missing(*, actor: Actor) -> dict[str, int]:
    """Return what profiles lack → how many customers' do; what none lacks is left out."""
    counted = {key: Count("customer_id", filter=lack) for key, lack in MISSING.items()}
    found = _listed(actor).aggregate(**counted)
    return {key: found[key] for key in MISSING if found[key]}


def _listed(actor: Actor) -> QuerySet[Listing]:
    return visible_listing(actor).filter(archived=False)
