"""Purchase histories as unique (x, t_x, age) cells: customers with the same history are computed once.

x counts repeat purchase days (the first is not one), t_x is the time from the first to the last purchase day (0 where
x = 0), age the time from the first purchase day to the day of looking. Both times in one unit, any unit.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhike.engine.models.errors import HistoryWrong

type Floats = NDArray[np.float64]
type Places = NDArray[np.intp]

SCALED_LENGTH = 10.0  # the longest age while fitting: parameters are then of the size of 1
FENCE_TIMES = 20.0
SMALLEST_FENCE = 100.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What is known of customers' amounts: the mean of `count` purchases, both (n,); 0 purchases have no mean."""

    count: Floats
    mean: Floats

    def of(self, rows: Any) -> "Spent":
        """Return those of some customers: a slice, or places of shape (m,)."""
        return Spent(self.count[rows], self.mean[rows])


@dataclass(frozen=True, slots=True)
class Axis:
    """The distinct values of one number, and which of them each cell has."""

    values: Floats
    at: Places

    @staticmethod
    def of(values: Floats) -> "Axis":
        distinct, at = np.unique(values, return_inverse=True)
        return Axis(distinct, at.reshape(-1))

    @property
    def full(self) -> Floats:
        return self.values[self.at]


@dataclass(frozen=True, slots=True)
class Cells:
    """Unique histories: `weight` customers have the cell; `inverse` gives each customer's cell."""

    x: Axis
    t_x: Axis
    age: Axis
    weight: Floats
    inverse: Places

    @property
    def customers(self) -> int:
        return len(self.inverse)

    @property
    def scale(self) -> float:
        """Units of time in one unit of fitting."""
        longest = float(self.age.values.max(initial=0.0))
        return longest / SCALED_LENGTH if longest > 0 else 1.0

    def scaled(self) -> "Cells":
        """Return the same cells with the longest age at SCALED_LENGTH."""
        unit = self.scale
        return Cells(
            self.x,
            Axis(self.t_x.values / unit, self.t_x.at),
            Axis(self.age.values / unit, self.age.at),
            self.weight,
            self.inverse,
        )

    def without(self, fence: float) -> "Cells":
        """Return the cells of customers with x ≤ fence."""
        kept = self.x.full <= fence
        if kept.all():
            return self
        return find_cells(
            *(np.repeat(one.full[kept], self.weight[kept].astype(int)) for one in (self.x, self.t_x, self.age))
        )

    def at_least_once(self) -> float:
        """Return how many customers bought again."""
        return float(self.weight[self.x.full > 0].sum())


def find_cells(x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Cells:
    """Return the cells of n customers; the three arrays have shape (n,).

    :raises HistoryWrong: for negative numbers, t_x > age, x = 0 with t_x > 0, or numbers that are not finite.
    """
    count, recency, age = (np.ascontiguousarray(one, dtype=np.float64).reshape(-1) for one in (x, t_x, age))
    check_histories(count, recency, age)
    axes = Axis.of(count), Axis.of(recency), Axis.of(age)
    key = (axes[0].at * len(axes[1].values) + axes[1].at) * len(axes[2].values) + axes[2].at
    _, first, inverse, weight = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    own = [Axis(one.values, one.at[first]) for one in axes]
    return Cells(own[0], own[1], own[2], weight.astype(np.float64), inverse.reshape(-1))


def check_histories(x: Floats, t_x: Floats, age: Floats) -> None:
    """Refuse histories that cannot be.

    :raises HistoryWrong: naming how many and what is wrong.
    """
    if not len(x) == len(t_x) == len(age):
        raise HistoryWrong(
            count=abs(len(x) - len(t_x)) or abs(len(x) - len(age)), reason="x, t_x and age differ in length"
        )
    faults = {
        "a number is missing or infinite": ~(np.isfinite(x) & np.isfinite(t_x) & np.isfinite(age)),
        "a number is negative": (x < 0) | (t_x < 0) | (age < 0),
        "the last purchase lies after the day of looking": t_x > age,
        "who never bought again has no time of repeat purchase": (x == 0) & (t_x > 0),
    }
    for reason, wrong in faults.items():
        if wrong.any():
            raise HistoryWrong(count=int(wrong.sum()), reason=reason)


def far_out_fence(x: ArrayLike) -> float:
    """Return the x above which an account is no ordinary customer (a distributor): infinity where nobody is.

    It is FENCE_TIMES the 95th percentile of those who bought again, at least SMALLEST_FENCE. Rates spread as the
    models assume have an exponential tail, which reaches so far for nobody; a customer base that buys often as a whole
    has a high fence: its customers are ordinary.
    """
    counts = np.asarray(x, dtype=np.float64)
    again = counts[counts > 0]
    if len(again) < 4:
        return float("inf")
    return max(FENCE_TIMES * float(np.quantile(again, 0.95)), SMALLEST_FENCE)
