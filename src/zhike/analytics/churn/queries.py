"""Who may leave, for those who may see the customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, prefetch_related_objects

from zhike.accounts.public import owner_ids, read_models
from zhike.analytics.models import CustomerChurn, ModelRun
from zhike.api.public import key_page
from zhike.customers.public import Facet, customer_facets, facet_sources, visible_listing
from zhike.kit.actor import Actor
from zhike.kit.paging import Page

from .rules import HIGH_CHANCE, QUADRANTS

ANALYSIS = "churn"
# Every page of a customer asks this: a plain statement costs a third of what the ORM's does.
OF_CUSTOMER = """
SELECT c.*, (
  SELECT v.p_alive FROM analytics_customervalue v JOIN analytics_modelrun w ON w.id = v.run_id
  WHERE v.customer_id = c.customer_id AND w.in_use AND w.analysis = 'value'
) AS p_alive FROM analytics_customerchurn c JOIN analytics_modelrun r ON r.id = c.run_id
WHERE c.customer_id = %s AND r.in_use AND r.analysis = %s ORDER BY c.id LIMIT 1
"""
ORDER = ("-at_stake", "-customer_id")
NARROWED_BY = ("class", "owner")  # filters of the customer list that hold here too


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of risks is narrowed by: a quadrant ("" for all), and values of the filters NARROWED_BY."""

    quadrant: str = ""
    classes: Sequence[str] = ()
    owners: Sequence[str] = ()

    def of(self, key: str) -> Sequence[str]:
        return self.classes if key == "class" else self.owners


@dataclass(frozen=True, slots=True)
class Quadrant:
    """How many customers stand in a quadrant, and what they would take along: minor units."""

    key: str
    customers: int
    at_stake: int


def get_run_in_use() -> ModelRun | None:
    """Return the run whose chances are shown."""
    return ModelRun.objects.filter(analysis=ANALYSIS, in_use=True).first()


def get_last_run() -> ModelRun | None:
    """Return the last run that was asked for, whatever became of it."""
    return ModelRun.objects.filter(analysis=ANALYSIS).order_by("-id").first()


def find_at_risk(run: ModelRun, *, wanted: Wanted, actor: Actor) -> QuerySet[CustomerChurn]:
    """Return a run's chances of customers that are not archived and that the actor may know of, unordered."""
    listing = visible_listing(actor).filter(archived=False)
    for facet in list_facets():
        if values := list(wanted.of(facet.key)):
            listing = facet.apply(listing, values)
    found = CustomerChurn.objects.filter(run=run, customer_id__in=listing.values("customer_id"))
    return found.filter(quadrant_condition(run, wanted.quadrant)) if wanted.quadrant else found


def list_at_risk(
    run: ModelRun, *, wanted: Wanted, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[CustomerChurn]:
    """Return chances, the greatest expected loss first. :raises BadCursor:"""
    found = find_at_risk(run, wanted=wanted, actor=actor)
    return key_page(found, order=ORDER, limit=limit, after=after, before=before)


def count_quadrants(run: ModelRun, *, wanted: Wanted, actor: Actor) -> list[Quadrant]:
    """Return all four quadrants, whichever is chosen; those of everybody as they were when the run ended."""
    if owner_ids(actor) is None and not wanted.classes and not wanted.owners and "quadrants" in run.card:
        return [Quadrant(key, *run.card["quadrants"][key]) for key in QUADRANTS]
    rows = find_at_risk(run, wanted=Wanted("", wanted.classes, wanted.owners), actor=actor)
    sums: dict[str, Any] = {}
    for key in QUADRANTS:
        condition = quadrant_condition(run, key)
        sums |= {f"{key}_n": Count("id", filter=condition), f"{key}_sum": Sum("at_stake", filter=condition)}
    found = rows.aggregate(**sums)
    return [Quadrant(key, found[f"{key}_n"], found[f"{key}_sum"] or 0) for key in QUADRANTS]


def quadrant_condition(run: ModelRun, key: str) -> Q:
    """Return who stands in a quadrant; nobody for a key that there is not."""
    if key not in QUADRANTS:
        return Q(pk__in=[])
    value, chance = Q(value__gte=int(run.card.get("value_cut", 0))), Q(chance__gte=HIGH_CHANCE)
    return (value if key in ("save", "keep") else ~value) & (chance if key in ("save", "remind") else ~chance)


def list_facets() -> list[Facet]:
    """Return the filters of the customer list that narrow this one too, those by class first."""
    every = [*(facet for source in facet_sources for facet in source()), *customer_facets]
    return [facet for facet in every if facet.key in NARROWED_BY]


def get_chance(*, customer_id: int) -> CustomerChurn | None:
    """Return what the run in use says of a customer, its run loaded; the caller has asked for rights.

    It bears `p_alive`, what the value model says; None where that cannot be told.
    """
    found = read_models(CustomerChurn, OF_CUSTOMER, [customer_id, ANALYSIS])
    prefetch_related_objects(found, "run")
    return found[0] if found else None
