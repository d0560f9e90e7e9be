"""Gamma-Gamma: what a purchase is worth, from the mean of a customer's purchases.

The published figures look at repeat purchases alone. Whoever came once then counts as everybody's mean; where persons
and companies buy at one firm that is far off, so the product looks at the first purchase too (docs/adr/0027).
Fader & Hardie (2013), The Gamma-Gamma model of monetary value; Colombo & Jiang (1999). Amounts of one customer are
Gamma(p, ν), ν is Gamma(q, gamma) among customers, and independent of how often they buy. Parameters p, q (no unit),
gamma (amount). Everybody's mean amount is drawn toward p·gamma/(q−1), the less so the more they bought.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi

from zhike.engine.models.cells import Floats, Spent
from zhike.engine.models.fitting import Fit, Reason, climb, conclude

NAME = "gammagamma"
NAMES = ("p", "q", "gamma")
LEAST_REPEAT_BUYERS = 10


def fit_gamma_gamma(count: ArrayLike, mean: ArrayLike) -> Fit:
    """Return the estimate from customers with one purchase or more and a mean amount above 0, both of shape (n,).

    Others say nothing about amounts and are left out; `customers` of the fit counts those used.
    """
    count, amount = (np.asarray(one, dtype=np.float64).reshape(-1) for one in (count, mean))
    used = (count > 0) & (amount > 0) & np.isfinite(amount)
    count, amount = count[used], amount[used]
    if not len(count):
        return Fit(NAME, 0, reason=Reason("no_amounts"))
    if len(count) < LEAST_REPEAT_BUYERS:
        return Fit(
            NAME,
            len(count),
            reason=Reason("too_few_repeat_buyers", {"repeat": len(count), "least": LEAST_REPEAT_BUYERS}),
        )
    if np.ptp(amount) <= 1e-9 * amount.max():
        return Fit(NAME, len(count), reason=Reason("no_spread"))
    unit = float(amount.mean())
    objective = _Likelihood(count, amount / unit)
    peak = climb(objective, ((1.0, 1.0, 1.0), (0.0, 1.5, 0.0)), len(count))
    height = peak.log_likelihood - len(count) * float(np.log(unit))
    return conclude(NAME, NAMES, peak, customers=len(count), scales=(1.0, 1.0, unit), log_likelihood=height)


def expected_amount(parameters: Floats, spent: Spent) -> Floats:
    """Return the expected amount of a purchase for each customer, shape (n,); without purchases everybody's mean.

    Infinite where the estimate has no mean (p·count + q ≤ 1).
    """
    p, q, scale = parameters
    weight = p * spent.count + q - 1
    return np.where(weight > 0, p * (scale + _sum(spent)) / np.where(weight > 0, weight, 1.0), np.inf)


def draw_amount(parameters: Floats, spent: Spent, chance: np.random.Generator) -> Floats:
    """Return one possible mean amount for each customer, from what is known of them."""
    p, q, scale = parameters
    return np.asarray(p / np.maximum(chance.gamma(p * spent.count + q, 1 / (scale + _sum(spent))), 1e-300))


def _sum(spent: Spent) -> Floats:
    return spent.count * np.where(spent.count > 0, spent.mean, 0.0)


class _Likelihood:
    def __init__(self, x: Floats, amount: Floats) -> None:
        self.counts, self.at = np.unique(x, return_inverse=True)
        self.times = np.bincount(self.at, minlength=len(self.counts)).astype(np.float64)
        self.x, self.spent = x, x * amount
        self.log_spent = float((x * np.log(self.spent)).sum())
        self.log_amount = float(np.log(amount).sum())

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        p, q, scale = parameters = np.exp(point)
        number, times = float(len(self.x)), self.times
        shape = p * self.counts + q
        log_whole = np.log(scale + self.spent)
        value = float(times @ (gammaln(shape) - gammaln(p * self.counts))) - number * float(
            gammaln(q) - q * np.log(scale)
        )
        value += p * self.log_spent - self.log_amount - float((p * self.x + q) @ log_whole)
        together = psi(shape)
        slope = [
            float((times * self.counts) @ (together - psi(p * self.counts)))
            + self.log_spent
            - float(self.x @ log_whole),
            float(times @ together) - number * float(psi(q) - np.log(scale)) - float(log_whole.sum()),
            number * q / scale - float((p * self.x + q) @ (1 / (scale + self.spent))),
        ]
        return value, np.array(slope) * parameters
