"""Who needs somebody today: customers who moved down, and the dearest of those who are about to leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from zhike.accounts.public import get_organisation
from zhike.classification.assignments.queries import get_last_run
from zhike.classification.models import Assignment, CustomerClass, Scheme
from zhike.classification.schemes.queries import SchemeInForce, list_schemes_in_force
from zhike.customers.public import visible_listing
from zhike.kit.actor import Actor
from zhike.kit.clock import day_start, local_day

from .rules import worse_than

ROWS = 6
SHOWN = ["customer_id", "name", "value", "last_purchase"]


@dataclass(frozen=True, slots=True)
class Mover:
    """A customer with the changes of class that call for somebody. `value` in minor units, of the last 365 days."""

    customer_id: int
    name: str
    value: int
    last_purchase: date | None
    moves: Sequence[tuple[CustomerClass | None, CustomerClass]]


@dataclass(frozen=True, slots=True)
class Movers:
    """The dearest of the customers looked for, how many there are, and what they are worth together."""

    rows: Sequence[Mover]
    count: int
    value: int


def start_of(*, days: int, at: datetime) -> datetime:
    """Return the instant at which a span of days that ends now begins: a day of the organisation."""
    zone = get_organisation().time_zone
    return day_start(local_day(at, zone) - timedelta(days=days), zone)


def list_graded_schemes() -> list[SchemeInForce]:
    """Return the schemes in force whose classes are better and worse."""
    kinds = (Scheme.Kind.LIFECYCLE, Scheme.Kind.VALUE_TIER)
    return [one for one in list_schemes_in_force() if one.scheme.kind in kinds]


def falls_since(since: datetime, schemes: Sequence[SchemeInForce]) -> QuerySet[Assignment]:
    """Return the open assignments that a step down led to, each with `before`, the id of the class before it."""
    steps = Q(pk__in=[])
    for one in schemes:
        ids = {each.key: each.id for each in one.classes}
        for key, better in worse_than(one.scheme.kind, list(ids)).items():
            steps |= Q(to_class_id=ids[key], before__in=[ids[each] for each in better])
    before = Assignment.objects.filter(
        customer_id=OuterRef("customer_id"), scheme_id=OuterRef("scheme_id"), valid_to=OuterRef("valid_from")
    )
    return (
        Assignment.objects.filter(scheme_id__in=[one.scheme.id for one in schemes], valid_to=None)
        .filter(valid_from__gte=since)
        .annotate(before=Subquery(before.values("to_class_id")[:1]))
        .filter(steps)
    )


def list_fallen(*, actor: Actor, days: int, at: datetime, schemes: Sequence[SchemeInForce]) -> Movers:
    """Return the customers whom a step down in the last days concerns, the dearest first."""
    falls = falls_since(start_of(days=days, at=at), schemes)
    rows = _listed(actor).filter(customer_id__in=falls.values("customer_id"))
    total = rows.aggregate(count=Count("customer_id"), value=Sum("value"))
    top = _dearest(rows) if total["count"] else []
    classes = {each.id: each for one in schemes for each in one.classes}
    moves: dict[int, list[tuple[CustomerClass | None, CustomerClass]]] = {}
    found: Any = falls.filter(customer_id__in=[row[0] for row in top]).order_by("scheme__position", "scheme_id")
    for customer_id, before, after in found.values_list("customer_id", "before", "to_class_id") if top else []:
        moves.setdefault(customer_id, []).append((classes.get(before), classes[after]))
    return Movers([Mover(*row, moves.get(row[0], [])) for row in top], total["count"], total["value"] or 0)


def list_leaving(*, actor: Actor, lifecycle: SchemeInForce | None, but: Sequence[int]) -> Movers | None:
    """Return the customers at risk, the dearest first, `but` those with these ids; None without such a class.

    Count and value are of all of them.
    """
    at_risk = next((one for one in lifecycle.classes if one.key == "at_risk"), None) if lifecycle else None
    if at_risk is None:
        return None
    rows = _listed(actor).filter(classes__contains=[at_risk.id])
    total = rows.aggregate(count=Count("customer_id"), value=Sum("value"))
    top = _dearest(rows.exclude(customer_id__in=list(but)))
    return Movers([Mover(*row, [(None, at_risk)]) for row in top], total["count"], total["value"] or 0)


def judged_on(at: datetime) -> date:
    """Return the day that the classes of now were judged by; today before the first run."""
    run = get_last_run()
    return run.as_of if run else local_day(at, get_organisation().time_zone)


def _dearest(rows: QuerySet[Any]) -> list[tuple[int, str, int, date | None]]:
    found: Any = rows.order_by("-value", "-customer_id").values_list(*SHOWN)
    return list(found[:ROWS])


def _listed(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = visible_listing(actor).filter(archived=False)
    return rows
