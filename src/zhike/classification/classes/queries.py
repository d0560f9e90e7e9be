"""Who is in which class, for the classes page and the API. Counts cover the customers that the actor may see."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from zhike.accounts.public import get_organisation, owner_ids
from zhike.classification.assignments.queries import get_last_run
from zhike.classification.errors import NoSuchScheme
from zhike.classification.evaluation.schedule import RUN
from zhike.classification.models import Assignment, ClassifyRun, CustomerClass, Scheme
from zhike.classification.schemes.queries import SchemeInForce, list_schemes_in_force
from zhike.kit.actor import Actor
from zhike.kit.clock import day_start, local_day

from .remembering import Kept, recall
from .sums import MOVES, Sums, count_all, count_flows

SCORES = range(1, 6)
LONG = 12  # classes; beyond, the bar and table fold the small ones together
LEVELS = 5


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
class Flow:
    """How many customers went from one class to another since a day; None: from or to no class."""

    before: CustomerClass | None
    after: CustomerClass | None
    count: int


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
    days: int  # of the window in which they bought


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a scheme divides the customers."""

    scheme: Scheme
    version: int
    rows: Sequence[ClassCount]
    total: int
    since: date
    moves: Sequence[Flow] = field(default_factory=list)
    heat: Heat | None = None
    everybody: int = 0  # customers, in a class or not

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
class Overview:
    """Every active scheme with how it divides the customers (nothing while they are being counted), one in full."""

    schemes: Sequence[tuple[SchemeInForce, Sequence[tuple[str, str, int]]]]
    scheme: SchemeInForce | None
    chosen: Distribution | None  # None with a scheme: not counted yet
    counted_at: datetime | None  # None: just now
    again: int | None  # in how many seconds to ask for newer counts; None: these hold
    last_run: ClassifyRun | None  # that ended well


@dataclass(frozen=True, slots=True)
class Ended:
    """Who was in which class of a type when it was retired, of the customers that the actor may see."""

    at: datetime
    counts: Sequence[tuple[CustomerClass, int]]
    total: int

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        return [(one.name, one.hue, count) for one, count in self.counts]


def get_ended(*, scheme: Scheme, actor: Actor) -> Ended | None:
    """Return how a retired type divided the customers at its end; None where it is not retired, or nobody was in it."""
    if scheme.status != Scheme.Status.RETIRED:
        return None
    kept = Assignment.objects.filter(scheme_id=scheme.id, left=Assignment.Left.RETIRED)
    at = kept.aggregate(at=Max("valid_to"))["at"]
    if at is None:
        return None
    owners = owner_ids(actor)
    mine = kept.filter(valid_to=at) if owners is None else kept.filter(valid_to=at, customer__owner_id__in=owners)
    found = dict(mine.values_list("to_class_id").annotate(count=Count("*")))
    classes = CustomerClass.objects.filter(scheme_id=scheme.id).order_by("position", "id")
    counts = [(one, found.get(one.id, 0)) for one in classes if one.id in found or one.retired_at is None]
    return Ended(at, counts, sum(found.values()))


def get_overview(*, key: str, actor: Actor, at: datetime, fresh: bool = False) -> Overview:
    """Return all active schemes with their distribution, and the scheme named `key` (default: the first) in full.

    Among very many customers the counts are those that were made last, or none; `fresh` makes them.

    :raises NoSuchScheme: if no active scheme has the key.
    """
    schemes = list_schemes_in_force()
    scheme = next((one for one in schemes if not key or one.scheme.key == key), None)
    if scheme is None and key:
        raise NoSuchScheme(key=key[:60])
    run = get_last_run()
    since = last_month_end(run.as_of if run else local_day(at, get_organisation().time_zone))
    kept = recall(f"sums:{since}", actor, lambda: count_all(actor=actor, since=since), at=at, fresh=fresh)
    if kept is None:
        return Overview([(one, []) for one in schemes], scheme, None, None, 2 if fresh else 0, run)
    counts = kept.found.counts
    listed = [(one, [(each.name, each.hue, counts.get(each.id, 0)) for each in one.classes]) for one in schemes]
    found = _distribution(scheme, kept, since) if scheme else None
    return Overview(listed, scheme, found, kept.at, kept.again, run)


def _distribution(scheme: SchemeInForce, kept: Kept[Sums], since: date) -> Distribution:
    sums = kept.found
    total = sum(sums.counts.get(one.id, 0) for one in scheme.classes)
    whole = sum(max(sums.values.get(one.id, 0), 0) for one in scheme.classes)
    if scheme.scheme.overlapping and total:  # one customer counts in several classes: shares are of all customers
        total, whole = sums.everybody
    rows = [
        ClassCount(
            one,
            sums.counts.get(one.id, 0),
            sums.before.get(one.id, 0) if scheme.scheme.id in sums.known else None,
            sums.values.get(one.id, 0),
            sums.counts.get(one.id, 0) / total if total else 0.0,
            max(sums.values.get(one.id, 0), 0) / whole if whole else 0.0,
        )
        for one in scheme.classes
    ]
    classes = {one.id: one for one in scheme.classes}
    moves = [Flow(classes.get(a), classes.get(b), count) for a, b, count in sums.flows.get(scheme.scheme.id, ())]
    heat = _heat(sums, int(scheme.version.parameters["window_days"])) if scheme.scheme.kind == Scheme.Kind.RFM else None
    return Distribution(scheme.scheme, scheme.version.number, rows, total, since, moves, heat, sums.everybody[0])


def is_run_under_way() -> bool:
    """Tell whether the worker is classifying, or about to."""
    return ProcrastinateJob.objects.filter(task_name=RUN, status__in=("todo", "doing")).exists()


def last_month_end(day: date) -> date:
    """Return the last day of the month before the one that a day falls into."""
    return day.replace(day=1) - timedelta(days=1)


def list_flows(*, scheme: SchemeInForce, since: date, actor: Actor, limit: int = MOVES) -> list[Flow]:
    """Return the commonest moves between classes of a scheme since the end of a day; first entries are left out."""
    start = day_start(since + timedelta(days=1), get_organisation().time_zone)
    rows = count_flows(scheme_id=scheme.scheme.id, start=start, actor=actor, limit=limit)
    classes = {one.id: one for one in scheme.classes}
    return [Flow(classes.get(before), classes.get(after), count) for before, after, count in rows]


def _heat(sums: Sums, days: int) -> Heat | None:
    """Return customers by R and F score; None where nobody has scores."""
    if not sums.heat:
        return None
    most = max(sums.heat.values())

    def cell(r: int, f: int) -> HeatCell:
        count = sums.heat.get((r, f), 0)
        return HeatCell(count, -(-count * LEVELS // most))

    lines = [(r, [cell(r, f) for f in SCORES]) for r in reversed(SCORES)]
    return Heat(lines, sum(sums.heat.values()), sums.heat.get((5, 5), 0), days)


def list_members(*, class_id: int, actor: Actor) -> QuerySet[Assignment]:
    """Return the open assignments of a class, of customers that the actor may see, with the customer loaded."""
    owners = owner_ids(actor)
    rows = Assignment.objects.filter(valid_to=None, to_class_id=class_id)
    mine = rows if owners is None else rows.filter(customer__owner_id__in=owners)
    return mine.select_related("customer")
