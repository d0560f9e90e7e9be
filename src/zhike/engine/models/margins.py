"""By how much one way to tell beats another, with an interval: both are tried on the same cases, which neither saw.

Pairing takes out what makes a case easy or hard for both, so that the interval is that of the difference and not of two
figures laid side by side. Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13: percentiles of the
mean over resampled cases. Where cases are many the mean is normal to every digit that is shown, and is taken as such.
Assumption: cases (customers) are independent of one another. A season that helped one way for all of them is not seen.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

DRAWS = 2000
PARTS = 20  # of the draws: all at once would take 80 MB
LEVEL = 0.95
LEAST_CASES = 20  # of fewer, resampling shows those few again and again, and too narrow an interval
Z = 1.959963984540054
MOST_RESAMPLED = 5000  # distinct differences; of more the mean is taken as normal


@dataclass(frozen=True, slots=True)
class Margin:
    """The mean of what was gained a case, and where 95 of 100 such intervals hold the true one: `low` to `high`."""

    gain: float
    low: float
    high: float
    cases: int

    @property
    def is_proven(self) -> bool:
        """Whether "no gain" lies below the interval, and enough cases stand behind it."""
        return self.cases >= LEAST_CASES and self.low > 0

    def over(self, whole: float) -> "Margin":
        """Return the margin as shares of something, as of the loss of what was beaten."""
        return Margin(self.gain / whole, self.low / whole, self.high / whole, self.cases) if whole > 0 else self


def paired_margin(ours: ArrayLike, theirs: ArrayLike, *, seed: int = 0) -> Margin:
    """Return by how much `ours` exceeds `theirs`, both of shape (cases,); of losses, give theirs first.

    The same cases give the same interval. Without cases the margin is 0, and not proven.
    """
    gained = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    cases = len(gained)
    if not cases:
        return Margin(0.0, 0.0, 0.0, 0)
    mean = float(gained.mean())
    values, counts = np.unique(gained, return_counts=True)
    if len(values) > MOST_RESAMPLED:
        half = Z * float(gained.std(ddof=1)) / np.sqrt(cases)
        return Margin(mean, float(mean - half), float(mean + half), cases)
    low, high = np.quantile(_resampled(values, counts, seed), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Margin(mean, float(low), float(high), cases)


def _resampled(values: NDArray[np.float64], counts: NDArray[np.intp], seed: int) -> NDArray[np.float64]:
    """Return means of resampled cases: drawing cases is drawing how many have each value."""
    cases, chance = int(counts.sum()), np.random.default_rng(seed)
    means = [chance.multinomial(cases, counts / cases, size=DRAWS // PARTS) @ values / cases for _ in range(PARTS)]
    return np.concatenate(means)
