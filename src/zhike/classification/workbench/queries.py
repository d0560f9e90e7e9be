"""Who needs somebody today: customers who moved down, and the dearest of those who are about to leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Window

from zhike.accounts.public import get_organisation
from zhike.classification.assignments.queries import get_last_run
from zhike.classification.models import Assignment, CustomerClass, Scheme, SchemeVersion
from zhike.classification.schemes.queries import SchemeInForce
from zhike.customers.public import visible_listing
from zhike.kit.actor import Actor
from zhike.kit.clock import day_start, first_of_last, local_day

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
    """Return the instant at which the last days of the organisation, today the last of them, begin."""
    zone = get_organisation().time_zone
    return day_start(first_of_last(days, at, zone), zone)


def list_graded_schemes() -> list[SchemeInForce]:
    """Return the schemes in force whose classes are better and worse, with their classes in order."""
    kinds = (Scheme.Kind.LIFECYCLE, Scheme.Kind.VALUE_TIER)
    schemes = Scheme.objects.filter(status=Scheme.Status.ACTIVE, kind__in=kinds).order_by("position", "id")
    versions = SchemeVersion.objects.filter(scheme__in=schemes, number=F("scheme__version"), applied_at__isnull=False)
    classes: dict[int, list[CustomerClass]] = {}
    for one in CustomerClass.objects.filter(scheme__in=schemes, retired_at=None).order_by("position", "id"):
        classes.setdefault(one.scheme_id, []).append(one)
    found = [(one.scheme, one) for one in versions.select_related("scheme").order_by("scheme__position", "scheme_id")]
    return [SchemeInForce(scheme, version, classes.get(scheme.id, [])) for scheme, version in found]


def falls_since(since: datetime, schemes: Sequence[SchemeInForce]) -> QuerySet[Assignment]:
    """Return the open assignments since then that a step down led to: who has risen again is not among them."""
    steps = Q(pk__in=[])
    for one in schemes:
        ids = {each.key: each.id for each in one.classes}
        for key, better in worse_than(one.scheme.kind, list(ids)).items():
            followed = Exists(_before().filter(to_class_id__in=[ids[each] for each in better]))
            steps |= Q(followed, to_class_id=ids[key])
    opened = Assignment.objects.filter(scheme_id__in=[one.scheme.id for one in schemes], valid_to=None)
    return opened.filter(valid_from__gte=since).filter(steps)


def list_fallen(*, actor: Actor, days: int, at: datetime, schemes: Sequence[SchemeInForce]) -> Movers:
    """Return the customers whom a step down in the last days concerns, the dearest first."""
    falls = falls_since(start_of(days=days, at=at), schemes)
    rows, count, value = _dearest(_listed(actor).filter(customer_id__in=falls.values("customer_id")))
    if not rows:
        return Movers([], 0, 0)
    classes = {each.id: each for one in schemes for each in one.classes}
    moves: dict[int, list[tuple[CustomerClass | None, CustomerClass]]] = {}
    found: Any = falls.filter(customer_id__in=[row[0] for row in rows]).order_by("scheme_id")
    found = found.annotate(before=Subquery(_before().values("to_class_id")[:1]))
    for customer_id, before, after in found.values_list("customer_id", "before", "to_class_id"):
        moves.setdefault(customer_id, []).append((classes.get(before), classes[after]))
    return Movers([Mover(*row, moves.get(row[0], [])) for row in rows], count, value)


def list_leaving(*, actor: Actor, lifecycle: SchemeInForce | None, but: Sequence[int]) -> Movers | None:
    """Return the customers at risk, the dearest first, `but` those with these ids; None without such a class.

    Count and value are of all of them.
    """
    at_risk = next((one for one in lifecycle.classes if one.key == "at_risk"), None) if lifecycle else None
    if at_risk is None:
        return None
    rows, count, value = _dearest(_listed(actor).filter(classes__contains=[at_risk.id]), limit=ROWS + len(but))
    others = [row for row in rows if row[0] not in but][:ROWS]
    return Movers([Mover(*row, [(None, at_risk)]) for row in others], count, value)


def judged_on(at: datetime) -> date:
    """Return the day that the classes of now were judged by; today before the first run."""
    run = get_last_run()
    return run.as_of if run else local_day(at, get_organisation().time_zone)


def _before() -> QuerySet[Assignment]:
    """Return what an assignment (the outer query's) followed upon, without a gap."""
    return Assignment.objects.filter(
        customer_id=OuterRef("customer_id"), track=OuterRef("track"), valid_to=OuterRef("valid_from")
    )


def _dearest(rows: QuerySet[Any], limit: int = ROWS) -> tuple[list[tuple[int, str, int, date | None]], int, int]:
    """Return the first of these customers by value, and of all of them how many there are and their value."""
    found: Any = rows.annotate(count=Window(Count("customer_id")), total=Window(Sum("value")))
    listed = list(found.order_by("-value", "-customer_id").values_list(*SHOWN, "count", "total")[:limit])
    return [row[:4] for row in listed], listed[0][4] if listed else 0, int(listed[0][5]) if listed else 0


def _listed(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = visible_listing(actor).filter(archived=False)
    return rows
