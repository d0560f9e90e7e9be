"""Retention as tables and curves: cohorts by month of first purchase, survival, moves between classes.

The rows come from `stages/cohorts.py`; this turns them into shares. Kaplan & Meier (1958), Nonparametric estimation
from incomplete observations; the standard error is Greenwood's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from zhike.engine.models.cells import Floats


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Cohorts in rows, months since the first purchase in columns; NaN where that month had not begun by D.

    `starts` are the first days of the months; `customers` (cohorts,) their sizes; `retention` the share that bought,
    `amount` what the cohort spent (minor units), both (cohorts, months). The last month of each is not over yet
    unless D is the first of a month: `partial` says so.
    """

    starts: tuple[date, ...]
    customers: Floats
    retention: Floats
    amount: Floats
    partial: bool


def make_cohorts(rows: Iterable[Sequence[int]], as_of: date) -> Cohorts:
    """Return the cohorts of rows (start, age, customers, purchase_days, amount) of `cohort_months`."""
    found = list(rows)
    starts = sorted({int(one[0]) for one in found})
    now = as_of.year * 12 + as_of.month - 1
    partial = as_of.day > 1
    months = (now - min(starts) + partial) if starts else 0
    retention, amount = (np.full((len(starts), months), np.nan) for _ in range(2))
    for row, start in enumerate(starts):
        begun = now - start + partial
        retention[row, :begun], amount[row, :begun] = 0, 0
    place = {start: row for row, start in enumerate(starts)}
    for start, age, customers, _, money in found:
        retention[place[int(start)], int(age)], amount[place[int(start)], int(age)] = customers, money
    sizes = retention[:, 0].copy() if months else np.zeros(0)
    shares = retention / np.where(sizes > 0, sizes, 1.0)[:, None] if months else retention
    return Cohorts(tuple(date(one // 12, one % 12 + 1, 1) for one in starts), sizes, shares, amount, partial)


@dataclass(frozen=True, slots=True)
class Survival:
    """The share still buying so many days after the first purchase, with its standard error; shapes (n,)."""

    lasted: Floats
    at_risk: Floats
    share: Floats
    error: Floats

    def at(self, day: float) -> float:
        """Return the share that lasts longer than so many days."""
        place = int(np.searchsorted(self.lasted, day, side="right")) - 1
        return float(self.share[place]) if place >= 0 else 1.0


def survival(lasted: ArrayLike, lost: ArrayLike, customers: ArrayLike) -> Survival:
    """Return the Kaplan-Meier curve of rows of `lasting`: distinct days ascending, of them lost, all. Shapes (n,).

    Who is not lost yet counts as long as seen: they may go on.
    """
    days, ended, seen = (np.asarray(one, dtype=np.float64) for one in (lasted, lost, customers))
    at_risk = seen[::-1].cumsum()[::-1]
    staying = 1 - ended / np.where(at_risk > 0, at_risk, 1.0)
    share = staying.cumprod()
    left = at_risk - ended
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(left > 0, ended / (at_risk * left), 0.0)
    return Survival(days, at_risk, share, share * np.sqrt(parts.cumsum()))


@dataclass(frozen=True, slots=True)
class Transitions:
    """Counts (from, to) and the share of each row that went where; `classes` names both, None for "in no class"."""

    classes: tuple[object, ...]
    counts: Floats

    @property
    def shares(self) -> Floats:
        total = self.counts.sum(axis=1, keepdims=True)
        return np.asarray(np.divide(self.counts, total, out=np.zeros_like(self.counts), where=total > 0))


def make_transitions(rows: Iterable[tuple[object, object, int]], classes: Sequence[object]) -> Transitions:
    """Return the matrix of rows (from_class, to_class, customers) of `transitions`, in the order of `classes`."""
    order = (*classes, None)
    place = {one: at for at, one in enumerate(order)}
    counts = np.zeros((len(order), len(order)))
    for before, after, customers in rows:
        counts[place[before], place[after]] += customers
    return Transitions(order, counts)
