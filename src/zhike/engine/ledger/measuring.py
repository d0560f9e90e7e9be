"""Measures of facts over a ledger: the same columns as `rules/measures.py` gives, by walking arrays.

What conditions on facts mean is not said again here: `passes` is the compiler's, asked of the ledger's rows in DuckDB.
Whoever asks what a ledger does not hold gets `Unfit` and measures as ever.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import MONEY_KINDS
from zhike.engine.ledger.ledger import Column, Ledger
from zhike.engine.rules.ast import Did, Happening, Measured, PropertyTest, Sequence, is_ratio
from zhike.engine.rules.fact_tests import FactSource, passes
from zhike.engine.rules.measures import Stretch, find_sides
from zhike.engine.rules.needs import Needs, measure_columns, need_column
from zhike.engine.rules.sources import PRODUCT_TABLE
from zhike.engine.rules.windows import Moment, bounds
from zhike.engine.stages.needed import bring_small_tables

type Bits = npt.NDArray[np.bool_]
type Key = tuple[tuple[PropertyTest, ...], str]

MOST_PASSED = 32  # answers to conditions that are kept, an eighth of a byte per fact each
MOST = 2**62  # no sum of ours comes near the end of 64 bits
VALUES = ("amount", "quantity")


class Unfit(LookupError):
    """The ledger does not hold what is asked."""


@dataclass(frozen=True, slots=True)
class _LedgerSource(FactSource):
    def attribute(self, key: str, *, number: bool) -> exp.Expr:
        if number or key not in ("product", "category"):
            raise Unfit(key)
        return sql.column(f"own_{key}")


_SOURCE = _LedgerSource(lambda: sql.table("fact"), lambda: sql.table(PRODUCT_TABLE))


@dataclass(frozen=True, slots=True)
class Occasions:
    """What is counted: orders of which something is left, or single facts.

    `met` tells which rows match, `left` which occasions count; `rows` has the row where each begins, `begins` the
    occasion where each customer's begin; `single`: each has one row.
    """

    met: Bits
    left: Bits
    rows: Column
    begins: Column
    single: bool


class Measurer:
    """A ledger with what was found out about its rows."""

    def __init__(self, ledger: Ledger, database_url: str) -> None:
        self.ledger = ledger
        self.database_url = database_url
        self.passed: OrderedDict[Key, Column] = OrderedDict()

    def measure(self, leaf: Did | Sequence, moment: Moment, *, stamp: str) -> dict[str, Column]:
        """Return `customer_id` and the columns of a measure; customers for whom there is nothing to say are left out.

        :param stamp: the age of what is known of products. :raises Unfit: if it must be measured over the mirror.
        """
        if moment.currency != self.ledger.currency:
            raise Unfit(moment.currency)
        if isinstance(leaf, Sequence):
            return self._sequence(leaf, moment, stamp)
        return self._did(leaf, moment, stamp)

    def _did(self, leaf: Did, moment: Moment, stamp: str) -> dict[str, Column]:
        if leaf.property and leaf.property not in VALUES:
            raise Unfit(leaf.property)
        by_order = leaf.happening.fact in MONEY_KINDS
        sides = [self._occasions(*one, moment, stamp, by_order=by_order) for one in find_sides(leaf, moment)]
        name, *more = measure_columns(leaf)
        if is_ratio(leaf):
            above, below = (self._total(leaf.property, one) for one in sides)
            return self._told(below != 0, {name: above, more[0]: below})
        (found,) = sides
        counted = _sums(found.left, found.begins)
        if leaf.measured is Measured.COUNT:
            return self._told(counted > 0, {name: counted})
        if leaf.measured in (Measured.FIRST, Measured.LAST):
            return self._at_end(name, found, counted > 0, last=leaf.measured is Measured.LAST)
        value, known = self._values(leaf.property, found)
        counted = _sums(known, found.begins)
        if leaf.measured is Measured.LEAST:
            value = np.minimum.reduceat(np.where(known, value, np.int64(MOST)), found.begins)
        elif leaf.measured is Measured.MOST:
            value = np.maximum.reduceat(np.where(known, value, np.int64(-MOST)), found.begins)
        else:
            value = self._total(leaf.property, found)
        return self._told(counted > 0, {name: value, **dict.fromkeys(more, counted)})

    def _total(self, name: str, found: Occasions) -> Column:
        """Return the sum of a property over each customer's occasions, or without one their number; 0 for none."""
        if not name:
            return _sums(found.left, found.begins)
        value, known = self._values(name, found)
        total: Column = np.add.reduceat(np.where(known, value, 0), found.begins, dtype=np.int64)
        return total

    def _at_end(self, name: str, found: Occasions, who: Bits, *, last: bool) -> dict[str, Column]:
        """Return when the first or last occasion of each was: those of one customer lie in the order of time."""
        place = np.arange(len(found.left), dtype=np.int32)
        if last:
            place = np.maximum.reduceat(np.where(found.left, place, -1), found.begins)
        else:
            place = np.minimum.reduceat(np.where(found.left, place, len(place)), found.begins)
        at = np.zeros(len(who), dtype="datetime64[us]")
        at[who] = self.ledger.columns["at"][found.rows[place[who]]].astype("datetime64[us]")
        return self._told(who, {name: at})

    def _values(self, name: str, found: Occasions) -> tuple[Column, Bits]:
        """Return the sum of a property over the lines of each occasion, and whether it counts and any line has it."""
        value, known = self.ledger.columns[name], self.ledger.columns[f"{name}_known"]
        if _greatest(value) * self.ledger.rows >= MOST:
            raise Unfit(name)
        there = found.met & known
        if found.single:
            return value, there & found.left
        of_rows = np.where(there, value, 0)
        return np.add.reduceat(of_rows, found.rows, dtype=np.int64), _any(there, found.rows) & found.left

    def _occasions(
        self, happening: Happening, stretch: Stretch, moment: Moment, stamp: str, *, by_order: bool
    ) -> Occasions:
        columns = self.ledger.columns
        met = self._matching(happening, stretch, moment, stamp)
        if not by_order:
            return Occasions(met, met, np.arange(len(met), dtype=np.int32), columns["who_row"], single=True)
        rows, begins, weight = columns["occasion_row"], columns["who_occasion"], columns["weight"]
        single = len(rows) == len(met)
        if happening.fact not in MONEY_KINDS:
            left = met if single else _any(met, rows)
        elif single:
            left = met & (weight != 0 if happening.fact == "return" else weight > 0)
        else:
            if _greatest(weight) * int(np.diff(np.append(rows, len(met))).max()) >= MOST:
                raise Unfit("weight")
            total = np.add.reduceat(np.multiply(weight, met), rows, dtype=np.int64)
            left = total != 0 if happening.fact == "return" else total > 0
        return Occasions(met, left, rows, begins, single)

    def _matching(self, happening: Happening, stretch: Stretch, moment: Moment, stamp: str) -> Bits:
        """Return which rows are of a kind, in a window, and pass the tests."""
        columns = self.ledger.columns
        if happening.fact not in self.ledger.kinds:
            return np.zeros(self.ledger.rows, dtype=np.bool_)
        start, end = stretch
        met: Bits = columns["at"] < _micros(end)
        if start is not None:
            met &= columns["at"] >= _micros(start)
        if len(self.ledger.kinds) > 1:
            met &= columns["kind"] == self.ledger.kinds.index(happening.fact)
        if happening.where:
            met &= self._passing(happening.where, moment, stamp)
        return met

    def _passing(self, tests: tuple[PropertyTest, ...], moment: Moment, stamp: str) -> Bits:
        key = (tests, stamp)
        if key not in self.passed:
            happening = Happening("", tests)
            needs = Needs(measures=(Sequence(happening, happening, 1),))
            bring_small_tables(self.ledger.work, needs, self.database_url)
            met = exp.and_(*[passes(one, _SOURCE, moment) for one in tests], copy=False)
            rows = exp.select(met.as_("met", quoted=True)).from_(sql.table("fact"), copy=False)
            found = self.ledger.work.connection.execute(sql.emit(rows)).fetchnumpy()["met"]
            self.passed[key] = np.packbits(np.asarray(found, dtype=np.bool_))
            while len(self.passed) > MOST_PASSED:
                self.passed.popitem(last=False)
        self.passed.move_to_end(key)
        return np.unpackbits(self.passed[key], count=self.ledger.rows).view(np.bool_)

    def _sequence(self, leaf: Sequence, moment: Moment, stamp: str) -> dict[str, Column]:
        stretch = bounds(leaf.window, moment)
        both = [self._occasions(one, stretch, moment, stamp, by_order=True) for one in (leaf.first, leaf.then)]
        first, then = (one.rows[np.flatnonzero(one.left)] for one in both)
        instant, at, who = (self.ledger.columns[name] for name in ("instant", "at", "who"))
        latest = np.full(int(instant[-1]) + 2, -1, dtype=np.int32)
        latest[instant[first] + 1] = first  # for the instants after: rows and instants grow together
        latest = np.maximum.accumulate(latest)[instant[then]]
        then, latest = then[latest >= 0], latest[latest >= 0]
        span = timedelta(days=leaf.within_days) // timedelta(microseconds=1)
        soon = (who[then] == who[latest]) & (at[then] - at[latest] <= span)
        found = np.zeros(len(self.ledger.customers), dtype=np.bool_)
        found[who[then[soon]]] = True
        return self._told(found, {need_column(leaf): found})

    def _told(self, who: Bits, columns: dict[str, Column]) -> dict[str, Column]:
        return {name: column[who] for name, column in {"customer_id": self.ledger.customers, **columns}.items()}

    def close(self) -> None:
        self.ledger.close()


def _sums(counts: Bits, begins: Column) -> Column:
    """Return how many are true from each place to the next."""
    before = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, out=before[1:], dtype=np.int32)
    return np.diff(before[np.append(begins, len(counts))])


def _any(values: Bits, begins: Column) -> Bits:
    return _sums(values, begins) > 0


def _greatest(values: Column) -> int:
    return max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0))))


def _micros(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1)) // timedelta(microseconds=1)
