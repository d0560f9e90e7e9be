"""BG/NBD and MBG/NBD: buying at a Gamma-spread rate, leaving with a Beta-spread chance after a purchase.

Fader, Hardie & Lee (2005), "Counting your customers" the easy way: an alternative to the Pareto/NBD model, Marketing
Science 24(2). Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models for customer base
analysis, IJRM 24(3): in the modified model a customer may leave after the first purchase too.

Assumptions: purchases come independently at each customer's constant rate while they stay; rate and chance of leaving
are independent of each other. Parameters r and alpha (time) of the rate, a and b of the chance of leaving.
Both are one formula with a shift s: 0 for BG/NBD, 1 for MBG/NBD.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln, expit, gammaln, hyp2f1, psi

from zhike.engine.models.cells import Cells, Floats
from zhike.engine.models.fitting import Fit, climb, conclude, dot
from zhike.engine.models.quadrature import Rule

STARTS = ((-1.0, 0.0, -0.5, 0.5), (0.0, 1.0, 0.5, 2.0))
AROUND_ONE = 1e-7
RULE = Rule(0.1)


@dataclass(frozen=True, slots=True)
class BetaGeometric:
    """One of the two models. Arrays x, t_x, age have shape (n,); times in the unit of the fit."""

    name: str
    shift: int

    names = ("r", "alpha", "a", "b")

    def fit_cells(self, cells: Cells) -> Fit:
        """Return the maximum likelihood estimate. What makes a fit senseless beforehand is looked at in `btyd`."""
        scaled, unit = cells.scaled(), cells.scale
        likelihood = _Likelihood(scaled, self.shift)
        peak = climb(likelihood, STARTS[:1], cells.customers)
        bought = float((cells.weight * cells.x.full).sum())
        return conclude(
            self.name,
            self.names,
            peak,
            customers=cells.customers,
            scales=(1.0, unit, 1.0, 1.0),
            log_likelihood=peak.log_likelihood - bought * float(np.log(unit)),
        )

    def log_odds_gone(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        """Return ln(P(gone) / P(alive)); −∞ for one-time buyers under BG/NBD: there nobody leaves before a repeat."""
        r, alpha, a, b = parameters
        base = np.maximum(b + x - 1 + self.shift, np.finfo(float).tiny)
        odds = np.log(a) - np.log(base) + (r + x) * (np.log(alpha + age) - np.log(alpha + t_x))
        return odds if self.shift else np.where(x > 0, odds, -np.inf)

    def p_alive(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        """Return P(alive at age); NaN where the model cannot know: one-time buyers under BG/NBD."""
        chance = expit(-self.log_odds_gone(parameters, x, t_x, age))
        return chance if self.shift else np.where(x > 0, chance, np.nan)

    def tells_alive(self, x: Floats) -> NDArray[np.bool_]:
        """Return for whom P(alive) means anything."""
        return np.full(len(x), bool(self.shift)) | (x > 0)

    def expected(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats, t: float) -> Floats:
        """Return E[purchase days in (age, age + t]]."""
        alive = expit(-self.log_odds_gone(parameters, x, t_x, age))
        return np.asarray(alive * self.expected_alive(parameters, x, age, t))

    def expected_alive(self, parameters: Floats, x: Floats, age: Floats, t: float) -> Floats:
        """Return the same of somebody known to be alive at `age`.

        By Euler's transformation of 2F1, whose first two arguments then do not grow with x: nothing overflows.
        """
        r, alpha, a, b = parameters
        return _from_now(r + x, alpha + age, a, b + x + self.shift, t)

    def expected_new(self, parameters: Floats, t: Floats) -> Floats:
        """Return E[repeat purchase days in the first t] of a new customer."""
        r, alpha, a, b = parameters
        if not self.shift:
            return _from_now(np.full_like(t, r), np.full_like(t, alpha), a, np.full_like(t, b), t)
        stayed = b / (a + b)  # who leaves right after the first purchase buys no more
        return np.asarray(stayed * _from_now(np.full_like(t, r), np.full_like(t, alpha), a, np.full_like(t, b + 1), t))

    def log_chance_of(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats, t: float, y: Floats) -> Floats:
        """Return ln P(y purchase days in (age, age + t])."""
        r, alpha, a, b = parameters
        odds = self.log_odds_gone(parameters, x, t_x, age)
        rate, age, stay = r + x, alpha + age, b + x + self.shift
        spread = gammaln(rate + y) - gammaln(rate) - gammaln(y + 1)
        count = spread + rate * np.log(age / (age + t)) + y * np.log(t / (age + t))
        staying = betaln(a, stay + y) - betaln(a, stay) + count
        with np.errstate(divide="ignore"):
            more = np.log(betainc(np.maximum(y, 1), rate, t / (age + t)))
        leaving = betaln(a + 1, stay + np.maximum(y, 1) - 1) - betaln(a, stay) + more
        active = np.where(y > 0, np.logaddexp(staying, leaving), staying)
        active = active + _log_expit(-odds)
        return np.where(y > 0, active, np.logaddexp(active, _log_expit(odds)))

    def draw(
        self, parameters: Floats, alive: Floats, x: Floats, age: Floats, t: float, chance: np.random.Generator
    ) -> Floats:
        """Return one possible number of purchase days in (age, age + t] for each history; `alive` is P(alive)."""
        r, alpha, a, b = parameters
        wanted = chance.poisson(chance.gamma(r + x, 1 / (alpha + age)) * t)
        leaving = np.maximum(chance.beta(a, b + x + self.shift), 1e-12)
        active = chance.random(len(x)) < alive
        return np.where(active, np.minimum(wanted, chance.geometric(leaving)), 0).astype(np.float64)


def _log_expit(value: Floats) -> Floats:
    return np.asarray(-np.logaddexp(0, -value))


def _from_now(rate: Floats, age: Floats, a: float, stay: Floats, t: float | Floats) -> Floats:
    """Return E[purchases in t] of somebody alive whose rate is Gamma(rate, age), chance of leaving Beta(a, stay)."""
    apart = a - 1 if abs(a - 1) > AROUND_ONE else AROUND_ONE
    whole = apart + stay
    left = t / (age + t)
    with np.errstate(invalid="ignore"):
        lost = np.asarray(np.exp(apart * np.log1p(-left)) * hyp2f1(whole - rate, apart, whole, left))
    found = np.asarray(whole / apart * (1 - lost))
    strange = ~np.isfinite(found)
    if strange.any():  # next to nothing was seen of somebody: the series has no end
        few, since, stays, ahead = (one[strange] for one in np.broadcast_arrays(rate, age, stay, t))
        found[strange] = _integrated(few, since, a, stays, ahead)
    return found


def _integrated(rate: Floats, age: Floats, a: float, stay: Floats, t: Floats) -> Floats:
    """Return the same as the mean of (1 − (1 + p t/age)^−rate) / p over the chance of leaving p: always finite."""
    density = (a - 2) * RULE.log_node + (stay[:, None] - 1) * RULE.log_rest - betaln(a, stay)[:, None]
    bought = -np.expm1(-rate[:, None] * np.log1p(np.exp(RULE.log_node) * t[:, None] / age[:, None]))
    return np.asarray((np.exp(density) * bought) @ RULE.weight)


class _Likelihood:
    """Log-likelihood and gradient in log-parameters; what depends on one number alone is summed over that number."""

    def __init__(self, cells: Cells, shift: int) -> None:
        self.shift = shift
        self.x, self.t_x, self.age, self.weight = cells.x, cells.t_x, cells.age, cells.weight
        self.count = cells.x.full
        self.by_x = np.bincount(cells.x.at, cells.weight, len(cells.x.values))
        self.by_age = np.bincount(cells.age.at, cells.weight, len(cells.age.values))
        self.bought_by_age = np.bincount(cells.age.at, cells.weight * self.count, len(cells.age.values))
        self.once = (self.count == 0) if shift == 0 else None

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = parameters = np.exp(point)
        of_x, slope_x = self._of_x(r, alpha, a, b)
        log_age = np.log(alpha + self.age.values)
        events = r * self.by_age + self.bought_by_age
        value = of_x - float(events @ log_age)
        slope = slope_x + np.array(
            [-float(self.by_age @ log_age), -float(events @ (1 / (alpha + self.age.values))), 0, 0]
        )
        of_gone, slope_gone = self._of_gone(r, alpha, a, b, log_age)
        return value + of_gone, (slope + slope_gone) * parameters

    def _of_x(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Floats]:
        x, n, stay = self.x.values, self.by_x, b + self.x.values + self.shift
        total = float(n.sum())
        value = float(n @ (gammaln(r + x) + gammaln(stay) - gammaln(a + stay)))
        value += total * float(r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b))
        both = float(n @ psi(a + stay))
        slope = [
            float(n @ psi(r + x)) + total * float(np.log(alpha) - psi(r)),
            total * r / alpha,
            total * float(psi(a + b)) - both,
            total * float(psi(a + b) - psi(b)) + float(n @ psi(stay)) - both,
        ]
        return value, np.array(slope)

    def _of_gone(self, r: float, alpha: float, a: float, b: float, log_age: Floats) -> tuple[float, Floats]:
        base = self.x.values + (b - 1 + self.shift)
        log_base = np.log(np.where(base > 0, base, 1.0))
        idle = log_age[self.age.at] - np.log(alpha + self.t_x.values)[self.t_x.at]
        events = self.count + r
        odds = np.log(a) - log_base[self.x.at] + events * idle
        if self.once is not None:
            odds[self.once] = -np.inf
        value = float(dot(self.weight, np.logaddexp(0, odds)))
        gone = self.weight * expit(odds)
        turn = (1 / (alpha + self.age.values))[self.age.at] - (1 / (alpha + self.t_x.values))[self.t_x.at]
        by_x = np.bincount(self.x.at, gone, len(self.x.values))
        slope = [
            float(dot(gone, idle)),
            float(dot(gone * events, turn)),
            float(gone.sum()) / a,
            -float(by_x @ np.where(base > 0, 1 / np.where(base > 0, base, 1.0), 0.0)),
        ]
        return value, np.array(slope)


BG_NBD = BetaGeometric("bgnbd", 0)
MBG_NBD = BetaGeometric("mbgnbd", 1)
