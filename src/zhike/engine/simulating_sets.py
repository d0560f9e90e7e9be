"""What a version of classes that overlap would do, beside another one: who enters and leaves each class, what overlaps.

Each class is a spec of its own. All of them are judged in one pass, and customers are counted by the classes they hold.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import date

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.held_sets import Tally, held_words, holds, tally, word_names
from zhike.engine.schemes import SchemeSpec
from zhike.engine.simulated_days import SimulatedDays, Told
from zhike.engine.simulating import (
    MOST_MONTHS,
    Cell,
    Month,
    MonthSide,
    Sets,
    Simulated,
    beside_earlier,
    most_revenue,
    on_days,
)
from zhike.engine.stages.setting import class_column
from zhike.engine.store.store import Store

SIDES = ("before", "after")

type ClassId = int | None


def simulate_sets(
    store: Store,
    *,
    before: Sequence[SchemeSpec],
    after: Sequence[SchemeSpec],
    schemes: Sequence[SchemeSpec],
    as_of: date | None = None,
    months: int = 0,
    told: Told = lambda done, steps: None,
) -> Simulated:
    """Return what `simulate` does for classes that overlap, each of them a spec with one class; none: nobody is in one.

    :raises NothingComputed: before the first run. :raises SchemeWrong, RuleWrong: if a version cannot be computed.
    """
    return on_days(store, before, after, schemes, as_of, lambda days, day: _Simulating(days).run(day, months, told))


class _Simulating:
    def __init__(self, days: SimulatedDays) -> None:
        self.days, self.work = days, days.work
        columns = [
            {_only(one): class_column(held.id) for one, held in zip(specs, judged, strict=True)}
            for specs, judged in ((days.before, days.before), (days.shadows, days.shadows))
        ]
        self.ids = list(dict.fromkeys([*columns[1], *columns[0]]))
        self.columns: dict[str, Mapping[int, str]] = dict(zip(SIDES, columns, strict=True))
        self.months: list[Month] = []

    def run(self, day: date, months: int, told: Told) -> Simulated:
        started = time.perf_counter()
        shown: dict[str, exp.Expr] = {}
        for side, columns in self.columns.items():
            shown |= held_words(side, [columns.get(key) for key in self.ids])
        table = self.days.run(day, min(months, MOST_MONTHS), told, shown, self._add_month)
        found = self._tally(table)
        examples = self._examples(table, found)
        cells = [
            Cell(one.before, one.after, one.customers, one.revenue, examples.get((one.before, one.after), ()))
            for one in found.changes
        ]
        sets = Sets(found.changed, found.outside, found.overlaps, found.depths)
        return Simulated(day, found.customers, found.revenue, cells, self.months, time.perf_counter() - started, sets)

    def _words(self) -> list[str]:
        return [name for side in SIDES for name in word_names(side, len(self.ids))]

    def _tally(self, table: str) -> Tally:
        names = self._words()
        rows = exp.select(
            *map(sql.column, names),
            sql.tree("COUNT(*)").as_("customers", quoted=True),
            sql.tree("CAST(SUM(revenue) AS BIGINT)").as_("revenue", quoted=True),
        )
        groups = [sql.integer(place + 1) for place in range(len(names))]
        return tally(self.work.fetch(rows.from_(sql.table(table)).group_by(*groups)), self.ids)

    def _add_month(self, day: date, place: int) -> None:
        found = self._tally(f"judged_{place}")
        before, after = (self._side(side, place, found) for side in SIDES)
        self.months.append(Month(day, before, after, found.revenue))

    def _side(self, side: str, place: int, found: Tally) -> MonthSide:
        which = SIDES.index(side)
        customers: dict[ClassId, int] = {}
        revenue: dict[ClassId, int] = {}
        for one in found.changes:
            key = (one.before, one.after)[which]
            if key is not None:
                customers[key] = customers.get(key, 0) + one.customers
                revenue[key] = revenue.get(key, 0) + one.revenue
        if found.outside[which][0]:
            customers[None], revenue[None] = found.outside[which]
        if not place:
            return MonthSide(customers, revenue, 0, 0)
        both = self._since_earlier(side, place)
        kept: dict[int, tuple[int, int]] = {}
        for one in both.changes:
            if one.before is not None:
                earlier, still = kept.get(one.before, (0, 0))
                kept[one.before] = (earlier + one.customers, still + (one.after is not None) * one.customers)
        return MonthSide(customers, revenue, both.customers - both.changed[0], both.customers, kept)

    def _since_earlier(self, side: str, place: int) -> Tally:
        """Return what became, with one version, of those who count on a day and a month earlier too."""
        names = word_names(side, len(self.ids))
        told = {"before": "e", "after": "l"}
        shown = [
            sql.column(name, table).as_(as_, quoted=True)
            for as_side, table in told.items()
            for name, as_ in zip(names, word_names(as_side, len(self.ids)), strict=True)
        ]
        rows = exp.select(
            *shown,
            sql.tree("COUNT(*)").as_("customers", quoted=True),
            sql.integer(0).as_("revenue", quoted=True),
        )
        groups = [sql.integer(number + 1) for number in range(len(shown))]
        return tally(self.work.fetch(beside_earlier(rows, place).group_by(*groups)), self.ids)

    def _examples(self, table: str, found: Tally) -> dict[tuple[ClassId, ClassId], Sequence[int]]:
        """Return those with the most revenue of all who enter or leave a class, in one pass over who changes."""
        moving = [(one.before, one.after) for one in found.changes if one.before != one.after]
        if not moving:
            return {}
        shown = []
        for one, two in moving:
            held, gone = ("after", "before") if one is None else ("before", "after")
            place = next(place for place, key in enumerate(self.ids) if key in (one, two))
            where = exp.and_(holds(held, place), exp.not_(holds(gone, place)))
            shown.append(exp.Filter(this=most_revenue(), expression=exp.Where(this=where)))
        words = zip(*(word_names(side, len(self.ids)) for side in SIDES), strict=True)
        differs = exp.or_(*(exp.NEQ(this=sql.column(one), expression=sql.column(two)) for one, two in words))
        (lists,) = self.work.run(exp.select(*shown).from_(sql.table(table)).where(differs))
        return dict(zip(moving, (one or () for one in lists), strict=True))


def _only(spec: SchemeSpec) -> int:
    """Return the class of a spec that has one."""
    (one,) = spec.classes
    return one.id
