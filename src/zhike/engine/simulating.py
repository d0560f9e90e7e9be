"""What a version of a scheme would do, beside another one: who moves, and how both would have held month by month.

Reads the last run's working file and changes nothing. Attributes are those of the last run, for past days too: the
engine keeps no history of profiles. A customer counts on a past day if they were entered by then or had facts by then.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.errors import NothingComputed
from zhike.engine.held_sets import Depth, Overlap
from zhike.engine.preview import open_current
from zhike.engine.schemes import SchemeSpec, check_scheme
from zhike.engine.simulated_days import SimulatedDays, Told, class_of
from zhike.engine.store.store import Store
from zhike.engine.work import Work

EXAMPLES = 40  # customers kept of each move, those with the most revenue first
MOST_MONTHS = 36

type ClassId = int | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers who are in class `before` with one version and `after` with the other; None: in no class.

    Where classes overlap: who stays in a class (it stands twice), enters it (from None), leaves it (to None).
    `revenue` is their net amount in WINDOW_DAYS days, minor units. `examples` are ids, none where nothing changes.
    """

    before: ClassId
    after: ClassId
    customers: int
    revenue: int
    examples: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class MonthSide:
    """One version on one day: customers and revenue by class. Of `both`, who counted a month before too, `stayed`.

    Where classes overlap, who stayed is in all the same classes; `kept` has by class who was in it a month before, of
    those who count on both days, and how many of these still are.
    """

    customers: Mapping[ClassId, int]
    revenue: Mapping[ClassId, int]
    stayed: int
    both: int
    kept: Mapping[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Month:
    """`revenue` is of all who count on the day, each once."""

    as_of: date
    before: MonthSide
    after: MonthSide
    revenue: int


@dataclass(frozen=True, slots=True)
class Sets:
    """What is said besides of classes that overlap. `changed`: customers with other classes, each once, and revenue.

    `outside`: (customers, revenue) in no class, with either version.
    """

    changed: tuple[int, int]
    outside: tuple[tuple[int, int], tuple[int, int]]
    overlaps: Sequence[Overlap]
    depths: Sequence[Depth]


@dataclass(frozen=True, slots=True)
class Simulated:
    """`cells` of the day itself; `months` from the oldest to the day itself, empty where none were asked for.

    `revenue` is of all customers, each once. `sets`: only where classes overlap.
    """

    as_of: date
    customers: int
    revenue: int
    cells: Sequence[Cell]
    months: Sequence[Month]
    seconds: float
    sets: Sets | None = None


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
    earlier = [before] if before else []
    return on_days(store, earlier, [after], schemes, as_of, lambda days, day: _simulate(days, day, months, told))


def on_days(
    store: Store,
    before: Sequence[SchemeSpec],
    after: Sequence[SchemeSpec],
    schemes: Sequence[SchemeSpec],
    as_of: date | None,
    simulating: Callable[[SimulatedDays, date], Simulated],
) -> Simulated:
    """Return what is simulated over the last run's working file, which is open meanwhile."""
    for spec in (*before, *after):
        check_scheme(spec)
    work = open_current(store)
    try:
        meta = work.meta()
        if meta is None:
            raise NothingComputed
        day = as_of or date.fromisoformat(meta.setting["as_of"])
        return simulating(SimulatedDays(store, work, meta, before, after, schemes), day)
    finally:
        work.close()


def _simulate(days: SimulatedDays, day: date, months: int, told: Told) -> Simulated:
    started = time.perf_counter()
    found: list[Month] = []
    shown = {"before": class_of(days.before[0] if days.before else None), "after": class_of(days.shadows[0])}
    table = days.run(
        day, min(months, MOST_MONTHS), told, shown, lambda one, place: found.append(_month(days.work, one, place))
    )
    cells = _cells(days.work, table)
    customers, revenue = sum(one.customers for one in cells), sum(one.revenue for one in cells)
    return Simulated(day, customers, revenue, cells, found, time.perf_counter() - started)


def _cells(work: Work, table: str) -> list[Cell]:
    rows = exp.select(
        sql.column("before"), sql.column("after"), sql.tree("COUNT(*)"), sql.tree("CAST(SUM(revenue) AS BIGINT)")
    )
    found = work.run(rows.from_(sql.table(table)).group_by(sql.integer(1), sql.integer(2)))
    examples = _examples(work, table)
    return [Cell(one, two, count, total, examples.get((one, two), ())) for one, two, count, total in found]


def _examples(work: Work, table: str) -> dict[tuple[ClassId, ClassId], list[int]]:
    moving = exp.NullSafeNEQ(this=sql.column("before"), expression=sql.column("after"))
    rows = exp.select(sql.column("before"), sql.column("after"), most_revenue()).from_(sql.table(table)).where(moving)
    found = work.run(rows.group_by(sql.integer(1), sql.integer(2)))
    return {(one, two): ids for one, two, ids in found}


def most_revenue() -> exp.Expr:
    """Return the ids of those of a group with the most revenue, as a list."""
    return sql.tree("MAX_BY(customer_id, (revenue, -customer_id), :most)", most=sql.integer(EXAMPLES))


def _month(work: Work, day: date, place: int) -> Month:
    before, after = (_side(work, name, place) for name in ("before", "after"))
    return Month(day, before, after, sum(after.revenue.values()))


def _side(work: Work, name: str, place: int) -> MonthSide:
    rows = exp.select(sql.column(name), sql.tree("COUNT(*)"), sql.tree("CAST(SUM(revenue) AS BIGINT)"))
    held = work.run(rows.from_(sql.table(f"judged_{place}")).group_by(sql.integer(1)))
    stayed = both = 0
    if place:
        same = exp.NullSafeEQ(this=sql.column(name, "l"), expression=sql.column(name, "e"))
        counts = exp.select(sql.tree("COUNT(*) FILTER (WHERE :same)", same=same), sql.tree("COUNT(*)"))
        ((stayed, both),) = work.run(beside_earlier(counts, place))
    return MonthSide({one: count for one, count, _ in held}, {one: total for one, _, total in held}, stayed, both)


def beside_earlier(columns: exp.Select, place: int) -> exp.Select:
    """Return columns over those who count on a day, `l`, and a month earlier too, `e`."""
    later, earlier = (
        exp.alias_(sql.table(f"judged_{one}"), name, table=True) for one, name in ((place, "l"), (place - 1, "e"))
    )
    return columns.from_(later).join(earlier, using=["customer_id"])
