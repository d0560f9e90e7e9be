"""What a version of a scheme would do, beside another one: who moves, and how both would have held month by month.

Reads the last run's working file and changes nothing. Attributes are those of the last run, for past days too: the
engine keeps no history of profiles. A customer counts on a past day if they were entered by then or had facts by then.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.errors import NothingComputed
from zhike.engine.preview import open_current, read_parts, setting_on
from zhike.engine.rules.ast import scheme_ids, trait_keys
from zhike.engine.rules.windows import months_before
from zhike.engine.schemes import SchemeSpec, check_scheme, in_order, metrics_scheme
from zhike.engine.stages.customer_state import customer_state, filled, state_columns, summed_days
from zhike.engine.stages.judged import judged
from zhike.engine.stages.profiles import with_profiles
from zhike.engine.stages.scores import CutPoints, find_cut_points
from zhike.engine.stages.setting import Setting, class_column
from zhike.engine.store.store import Store
from zhike.engine.work import ATTRIBUTE_COLUMNS, Meta, Work

EXAMPLES = 40  # customers kept of each move, those with the most revenue first
MOST_MONTHS = 36
_DAYS = sql.query("SELECT customer_id, day, amount, bought FROM simulated_day")

type ClassId = int | None
type Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers who are in class `before` with one version and `after` with the other; None: in no class.

    `revenue` is their net amount in the published window, minor units. `examples` are ids, none where nothing changes.
    """

    before: ClassId
    after: ClassId
    customers: int
    revenue: int
    examples: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class MonthSide:
    """One version on one day: customers and revenue by class. Of `both`, who counted a month before too, `stayed`."""

    customers: Mapping[ClassId, int]
    revenue: Mapping[ClassId, int]
    stayed: int
    both: int


@dataclass(frozen=True, slots=True)
class Month:
    as_of: date
    before: MonthSide
    after: MonthSide


@dataclass(frozen=True, slots=True)
class Simulated:
    """`cells` of the day itself; `months` from the oldest to the day itself, empty where none were asked for."""

    as_of: date
    customers: int
    cells: Sequence[Cell]
    months: Sequence[Month]
    seconds: float


def simulate(
    store: Store,
    *,
    before: SchemeSpec | None,
    after: SchemeSpec,
    schemes: Sequence[SchemeSpec],
    as_of: date | None = None,
    months: int = 0,
    told: Told = lambda done, steps: None,
) -> Simulated:
    """Return what `after` does against `before`, two versions of one scheme, on a day and `months` months back.

    :param before: None: nobody is in a class. :param schemes: the schemes in force, in order; rules may ask for them.
    :param as_of: the day of judgement, by default the last run's. :param told: hears steps done and of how many; what
        it raises ends the simulation.
    :raises NothingComputed: before the first run. :raises SchemeWrong, RuleWrong: if a version cannot be computed.
    """
    started = time.perf_counter()
    for spec in (before, after):
        if spec is not None:
            check_scheme(spec)
    work = open_current(store)
    try:
        meta = work.meta()
        if meta is None:
            raise NothingComputed
        day = as_of or date.fromisoformat(meta.setting["as_of"])
        simulating = _Simulating(store, work, meta, before, after, schemes)
        return simulating.run(day, min(months, MOST_MONTHS), told, started)
    finally:
        work.close()


class _Simulating:
    """`shadow` is the later version under a number of its own, so that both are judged in one pass."""

    def __init__(
        self,
        store: Store,
        work: Work,
        meta: Meta,
        before: SchemeSpec | None,
        after: SchemeSpec,
        schemes: Sequence[SchemeSpec],
    ) -> None:
        self.store, self.work, self.meta = store, work, meta
        self.before = before
        self.shadow = replace(after, id=1 + max([after.id, *(one.id for one in schemes)]))
        self.schemes = _needed(before, after, schemes)
        self.kept: CutPoints | None = None

    def run(self, day: date, months: int, told: Told, started: float) -> Simulated:
        days = [months_before(day, count) for count in range(months, -1, -1)]
        steps = len(days) + 1
        told(0, steps)
        self._sum_days(day)
        told(1, steps)
        found: list[Month] = []
        for place, one in enumerate(days):
            self._judge(one, f"judged_{place}")
            if months:
                found.append(self._month(one, place))
            if place:
                self.work.run(sql.drop_table(f"judged_{place - 1}"))
            told(place + 2, steps)
        cells = self._cells(f"judged_{len(days) - 1}")
        total = sum(one.customers for one in cells)
        return Simulated(day, total, cells, found, time.perf_counter() - started)

    def _sum_days(self, until: date) -> None:
        """Sum the days once: every month reads them. In order of customers they group in a third of the time."""
        rows = exp.select("*").from_(sql.aside(summed_days(foreign=self.meta.foreign), "d"))
        rows = rows.where(sql.tree("day <= :until", until=sql.day(until)))
        rows = rows.order_by(sql.column("customer_id"), sql.column("day"))
        self.work.run(sql.create_table("simulated_day", rows, temporary=True))

    def _setting(self, day: date) -> Setting:
        return setting_on(self.meta, day, (*self.schemes, self.shadow), frozenset())

    def _judge(self, day: date, name: str) -> None:
        """Make a table of customer_id, before, after, revenue: everybody who counts on that day."""
        setting = self._setting(day)
        in_order(setting.schemes)
        self.work.run(sql.create_table("simulated_state", customer_state(_DAYS.copy(), setting), temporary=True))
        kept_points = self._kept(setting)
        points = find_cut_points(self.work.fetch, setting, "simulated_state", kept_points)
        columns = state_columns(setting)
        kept = ["customer_id", *ATTRIBUTE_COLUMNS]
        people = exp.select(
            *[sql.column(one, "customer") for one in kept],
            *[filled(one, kind, "simulated_state") for one, kind in columns.items()],
        )
        people = people.from_(sql.table("customer")).join(
            sql.table("simulated_state"), using=["customer_id"], join_type="left"
        )
        known = sql.aside(people, "known")
        points = self.kept = with_profiles(self.work.run, setting, known, points, kept_points)
        parts = read_parts(self.store, self.work, setting.needs, setting.moment)
        rows = judged(known, [*kept, *columns], setting, points, parts=parts)
        old = sql.column(class_column(self.before.id)) if self.before else sql.null("INTEGER")
        shown = exp.select(
            sql.column("customer_id"),
            old.as_("before", quoted=True),
            sql.column(class_column(self.shadow.id)).as_("after", quoted=True),
            sql.column("monetary").as_("revenue", quoted=True),
        )
        there = sql.tree("created_day <= :day OR NOT last_day IS NULL", day=sql.day(day))  # known by then
        self.work.run(sql.create_table(name, shown.from_(sql.aside(rows, "j")).where(there), temporary=True))
        self.work.run(sql.drop_table("simulated_state"))

    def _kept(self, setting: Setting) -> CutPoints | None:
        """Return cut points that stay: those of the month before; on the last run's day those that it used."""
        if setting.as_of.isoformat() == self.meta.setting["as_of"]:
            same = {
                one.id for one in self.schemes if any(one.to_json() == held for held in self.meta.setting["schemes"])
            }
            held = CutPoints.from_json(self.meta.cuts).only(same)
            twin = self.before.id if self.before and _alike(self.before, self.shadow) else 0
            return _also(held, twin, self.shadow.id)
        return self.kept

    def _cells(self, table: str) -> list[Cell]:
        rows = exp.select(
            sql.column("before"), sql.column("after"), sql.tree("COUNT(*)"), sql.tree("CAST(SUM(revenue) AS BIGINT)")
        )
        found = self.work.run(rows.from_(sql.table(table)).group_by(sql.integer(1), sql.integer(2)))
        examples = self._examples(table)
        return [Cell(one, two, count, total, examples.get((one, two), ())) for one, two, count, total in found]

    def _examples(self, table: str) -> dict[tuple[ClassId, ClassId], list[int]]:
        moving = exp.NullSafeNEQ(this=sql.column("before"), expression=sql.column("after"))
        chosen = sql.tree("MAX_BY(customer_id, (revenue, -customer_id), :most)", most=sql.integer(EXAMPLES))
        rows = exp.select(sql.column("before"), sql.column("after"), chosen).from_(sql.table(table)).where(moving)
        found = self.work.run(rows.group_by(sql.integer(1), sql.integer(2)))
        return {(one, two): ids for one, two, ids in found}

    def _month(self, day: date, place: int) -> Month:
        sides = [self._side(name, place) for name in ("before", "after")]
        return Month(day, *sides)

    def _side(self, name: str, place: int) -> MonthSide:
        rows = exp.select(sql.column(name), sql.tree("COUNT(*)"), sql.tree("CAST(SUM(revenue) AS BIGINT)"))
        held = self.work.run(rows.from_(sql.table(f"judged_{place}")).group_by(sql.integer(1)))
        stayed = both = 0
        if place:
            same = exp.NullSafeEQ(this=sql.column(name, "l"), expression=sql.column(name, "e"))
            pairs = (
                exp.select(sql.tree("COUNT(*) FILTER (WHERE :same)", same=same), sql.tree("COUNT(*)"))
                .from_(exp.alias_(sql.table(f"judged_{place}"), "l", table=True))
                .join(exp.alias_(sql.table(f"judged_{place - 1}"), "e", table=True), using=["customer_id"])
            )
            ((stayed, both),) = self.work.run(pairs)
        return MonthSide({one: count for one, count, _ in held}, {one: total for one, _, total in held}, stayed, both)


def _alike(one: SchemeSpec, two: SchemeSpec) -> bool:
    return {**one.to_json(), "id": 0} == {**two.to_json(), "id": 0}


def _also(points: CutPoints, scheme_id: int, other_id: int) -> CutPoints:
    """Return the points with those of one scheme standing for another one too, where there are any."""

    def twice[T](part: Mapping[int, T]) -> dict[int, T]:
        return {**part, other_id: part[scheme_id]} if scheme_id in part else dict(part)

    return CutPoints(points.as_of, twice(points.rfm), twice(points.tiers), twice(points.marks), twice(points.profiles))


def _needed(earlier: SchemeSpec | None, later: SchemeSpec, schemes: Sequence[SchemeSpec]) -> list[SchemeSpec]:
    """Return, in their order, the earlier version and those in force whose classes or scores the rules ask for."""
    by_id = {spec.id: spec for spec in schemes if spec.id != later.id}
    published = metrics_scheme([spec for spec in schemes if spec.id != later.id])
    wanted: set[int] = set()
    waiting = [spec for spec in (earlier, later) if spec is not None]
    while waiting:
        asked = _asked(waiting.pop(), published) & by_id.keys()
        waiting += [by_id[one] for one in asked - wanted]
        wanted |= asked
    found = [spec for spec in schemes if spec.id in wanted]
    return [*found, earlier] if earlier else found


def _asked(spec: SchemeSpec, published: SchemeSpec | None) -> set[int]:
    """Return the schemes that a scheme's rules read: their classes, or the published scores."""
    rules = spec.rules
    found = {one for rule in rules for one in scheme_ids(rule)}
    if published and any(key.startswith("rfm_") for rule in rules for key in trait_keys(rule)):
        found.add(published.id)
    return found
