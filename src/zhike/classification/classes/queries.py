"""Who is in which class, for the classes page and the API. Counts cover the customers that the actor may see."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from zhike.accounts.public import get_organisation, owner_ids
from zhike.classification.assignments.queries import get_last_run
from zhike.classification.errors import NoSuchScheme
from zhike.classification.models import Assignment, CustomerClass, CustomerMetrics, Scheme
from zhike.classification.schemes.queries import SchemeInForce, list_schemes_in_force
from zhike.customers.public import visible_listing
from zhike.kit.actor import Actor
from zhike.kit.clock import day_start, local_day

from .remembering import remember

SCORES = range(1, 6)
LONG = 12  # classes; beyond, the bar and table fold the small ones together
LEVELS = 5

# Who moved: the rows that began since, by the index on (scheme, valid_from), and by the key where each was before.
FLOWS = """
SELECT b.class_id, n.class_id, count(*) FROM classification_assignment n
JOIN classification_assignment b ON b.customer_id = n.customer_id AND b.track = n.track
  AND b.valid_from < %(start)s AND b.valid_to >= %(start)s
{mine}
WHERE n.scheme_id = %(scheme)s::bigint AND n.valid_from >= %(start)s AND n.valid_to IS NULL AND b.class_id <> n.class_id
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT %(limit)s"""
MINE = "JOIN customers_customer c ON c.id = n.customer_id AND c.owner_id = ANY(%(owners)s::bigint[])"


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class with its customers now, at the end of last month (None: nothing was known then), and their value."""

    one: CustomerClass
    count: int
    before: int | None
    value: int
    share: float
    value_share: float

    @property
    def change(self) -> int | None:
        return None if self.before is None else self.count - self.before


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a scheme divides the customers."""

    scheme: Scheme
    version: int
    rows: Sequence[ClassCount]
    total: int
    since: date

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        return [(row.one.name, row.one.hue, row.count) for row in self.rows]

    @property
    def largest(self) -> list[ClassCount]:
        return sorted(self.rows, key=lambda row: -row.count)[:LONG] if len(self.rows) > LONG else list(self.rows)

    @property
    def hidden(self) -> int:
        return max(len(self.rows) - LONG, 0)


@dataclass(frozen=True, slots=True)
class HeatCell:
    count: int
    level: int  # 0 nobody … 5 most


@dataclass(frozen=True, slots=True)
class Heat:
    """Customers by recency score (rows, 5 first) and frequency score (columns, 1 first)."""

    rows: Sequence[tuple[int, Sequence[HeatCell]]]
    total: int
    best: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Every active scheme with how it divides the customers; `chosen` in full."""

    schemes: Sequence[tuple[SchemeInForce, Sequence[tuple[str, str, int]]]]
    chosen: Distribution | None
    moves: Sequence["Flow"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Flow:
    """How many customers went from one class to another since a day; None: from or to no class."""

    before: CustomerClass | None
    after: CustomerClass | None
    count: int


def list_counts(*, actor: Actor) -> dict[int, int]:
    """Return class id → customers now in it that the actor may see."""
    rows = _open(actor).values_list("to_class_id").annotate(Count("customer_id"))
    computed = rows.exclude(scheme__kind=Scheme.Kind.HAND)
    by_hand = rows.filter(scheme__kind=Scheme.Kind.HAND)
    return remember("counts", actor, lambda: dict(computed)) | dict(by_hand)


def get_overview(*, key: str, actor: Actor, at: datetime) -> Overview:
    """Return all active schemes with their distribution, and the scheme named `key` (default: the first) in full.

    :raises NoSuchScheme: if no active scheme has the key.
    """
    schemes = list_schemes_in_force()
    counts = list_counts(actor=actor)
    chosen = next((one for one in schemes if not key or one.scheme.key == key), None)
    if chosen is None and key:
        raise NoSuchScheme(key=key[:60])
    listed = [(one, [(each.name, each.hue, counts.get(each.id, 0)) for each in one.classes]) for one in schemes]
    if chosen is None:
        return Overview(listed, None)
    distribution = _distribution(chosen, counts, actor, at)
    return Overview(listed, distribution, list_flows(scheme=chosen, since=distribution.since, actor=actor))


def get_distribution(*, scheme: SchemeInForce, actor: Actor, at: datetime) -> Distribution:
    """Return how one scheme divides the customers that the actor may see."""
    return _distribution(scheme, list_counts(actor=actor), actor, at)


def _distribution(scheme: SchemeInForce, counts: dict[int, int], actor: Actor, at: datetime) -> Distribution:
    since = last_month_end(_judged_on(at))
    values = remember(f"values {scheme.scheme.id}", actor, lambda: _values(scheme.scheme.id, actor))
    month_start = day_start(since + timedelta(days=1), get_organisation().time_zone)
    known = f"before {scheme.scheme.id} {since}"
    before = remember(known, actor, lambda: _counts_at(scheme.scheme.id, month_start, actor))
    total = sum(counts.get(one.id, 0) for one in scheme.classes)
    whole = sum(max(value, 0) for value in values.values())
    if scheme.scheme.overlapping and total:  # one customer counts in several classes: shares are of all customers
        total, whole = remember("everybody", actor, lambda: _everybody(actor))
    rows = [
        ClassCount(
            one,
            counts.get(one.id, 0),
            before.get(one.id, 0) if before else None,
            values.get(one.id, 0),
            counts.get(one.id, 0) / total if total else 0.0,
            max(values.get(one.id, 0), 0) / whole if whole else 0.0,
        )
        for one in scheme.classes
    ]
    return Distribution(scheme.scheme, scheme.version.number, rows, total, since)


def last_month_end(day: date) -> date:
    """Return the last day of the month before the one that a day falls into."""
    return day.replace(day=1) - timedelta(days=1)


def _judged_on(at: datetime) -> date:
    """Return the day that the last run judged by; today before the first."""
    run = get_last_run()
    return run.as_of if run else local_day(at, get_organisation().time_zone)


def list_flows(*, scheme: SchemeInForce, since: date, actor: Actor, limit: int = 12) -> list[Flow]:
    """Return the commonest moves between classes of a scheme since the end of a day; first entries are left out."""
    start = day_start(since + timedelta(days=1), get_organisation().time_zone)
    owners = owner_ids(actor)
    facts: dict[str, Any] = {"scheme": scheme.scheme.id, "start": start, "limit": limit, "owners": sorted(owners or ())}
    with connection.cursor() as cursor:
        cursor.execute(FLOWS.format(mine="" if owners is None else MINE), facts)
        rows = cursor.fetchall()
    classes = {one.id: one for one in scheme.classes}
    return [Flow(classes.get(before), classes.get(after), count) for before, after, count in rows]


def get_heat(*, actor: Actor) -> Heat | None:
    """Return customers by R and F score; None where nobody has scores."""
    rows = _metrics(actor).exclude(rfm_r=None).values_list("rfm_r", "rfm_f").annotate(Count("customer_id"))
    counts = {(r, f): count for r, f, count in rows}
    if not counts:
        return None
    most = max(counts.values())

    def cell(r: int, f: int) -> HeatCell:
        count = counts.get((r, f), 0)
        return HeatCell(count, -(-count * LEVELS // most))

    lines = [(r, [cell(r, f) for f in SCORES]) for r in reversed(SCORES)]
    return Heat(lines, sum(counts.values()), counts.get((5, 5), 0))


def list_members(*, class_id: int, actor: Actor) -> QuerySet[Assignment]:
    """Return the open assignments of a class, of customers that the actor may see, with the customer loaded."""
    return _open(actor).filter(to_class_id=class_id).select_related("customer")


def _open(actor: Actor) -> QuerySet[Assignment]:
    return _mine(Assignment.objects.filter(valid_to=None), actor)


def _mine(rows: QuerySet[Assignment], actor: Actor) -> QuerySet[Assignment]:
    owners = owner_ids(actor)
    return rows if owners is None else rows.filter(customer__owner_id__in=owners)


def _metrics(actor: Actor) -> QuerySet[CustomerMetrics]:
    owners = owner_ids(actor)
    rows = CustomerMetrics.objects.all()
    return rows if owners is None else rows.filter(customer__owner_id__in=owners)


def _counts_at(scheme_id: int, instant: datetime, actor: Actor) -> dict[int, int]:
    rows = _mine(Assignment.objects.filter(scheme_id=scheme_id, valid_from__lt=instant), actor)
    return dict(rows.exclude(valid_to__lt=instant).values_list("to_class_id").annotate(Count("customer_id")))


def _everybody(actor: Actor) -> tuple[int, int]:
    """Return how many customers the actor may see, and what they are worth together."""
    rows: Any = visible_listing(actor).filter(archived=False)
    found = rows.aggregate(count=Count("customer_id"), value=Coalesce(Sum("value", filter=Q(value__gt=0)), 0))
    return found["count"], int(found["value"])


def _values(scheme_id: int, actor: Actor) -> dict[int, int]:
    rows: Any = (
        _open(actor)
        .filter(scheme_id=scheme_id)
        .values_list("to_class_id")
        .annotate(value=Coalesce(Sum("customer__listing__value"), 0))
    )
    return {class_id: int(value) for class_id, value in rows}
