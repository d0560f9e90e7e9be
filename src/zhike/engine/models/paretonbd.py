"""Pareto/NBD: buying at a Gamma-spread rate, leaving at any moment at another Gamma-spread rate.

Schmittlein, Morrison & Colombo (1987), Counting your customers, Management Science 33(1); likelihood and derivations as
in Fader & Hardie (2005), A note on deriving the Pareto/NBD model. Parameters r and alpha (time) of buying, s and beta
(time) of leaving, independent of each other.

The likelihood holds ∫ (α+τ)^−(r+x) (β+τ)^−(s+1) dτ from t_x to age. It is computed as the difference of two tails to
infinity, each on unique (x, time) pairs, by one rule of double-exponential quadrature that serves the gradient too.
All in logarithms, so that x of thousands does not overflow; no difference of nearly equal numbers is ever taken whole:
where the tails are close, the chance of being alive outweighs both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln, psi

from zhike.engine.models.cells import Axis, Cells, Floats, Places
from zhike.engine.models.fitting import Fit, climb, conclude, dot
from zhike.engine.models.quadrature import Rule

STARTS = ((-0.5, 0.5, -0.5, 0.5),)
MANY = 5_000  # histories from which looking for equal pairs pays
ROWS_AT_ONCE = 16_384  # pairs whose nodes are in memory together
SLOW = 3.0  # below this r + s + x the integrand bends sharply and wants the finer rule
_LEGENDRE = np.polynomial.legendre.leggauss(24)


_COARSE, _FINE = Rule(0.2), Rule(0.1)


@dataclass(frozen=True, slots=True)
class Tail:
    """ln of s ∫_t^∞ (α+τ)^−(r+x) (β+τ)^−(s+1) dτ for pairs (x, t), its slopes by r, alpha, s, beta, shape (4, n)."""

    value: Floats
    slope: Floats


def tail(parameters: Floats, x: Floats, t: Floats, *, slopes: bool = True) -> Tail:
    """Return the tails of n pairs; x and t have shape (n,)."""
    value, slope = np.empty(len(x)), np.empty((4, len(x) if slopes else 0))
    slow = parameters[0] + parameters[2] + x < SLOW
    for rule, chosen in ((_FINE, np.flatnonzero(slow)), (_COARSE, np.flatnonzero(~slow))):
        for first in range(0, len(chosen), ROWS_AT_ONCE):
            rows = chosen[first : first + ROWS_AT_ONCE]
            value[rows], found = _tail(parameters, x[rows], t[rows], rule, slopes)
            if slopes:
                slope[:, rows] = found
    return Tail(value, slope)


def _shared_tail(parameters: Floats, x: Floats, t: Floats) -> Floats:
    """Return the tails' values, each distinct pair computed once."""
    if len(x) < MANY:
        return tail(parameters, x, t, slopes=False).value
    pairs = _Pairs.of(Axis.of(x), Axis.of(t))
    return tail(parameters, pairs.x.full, pairs.t, slopes=False).value[pairs.at]


def _tail(parameters: Floats, x: Floats, t: Floats, rule: Rule, slopes: bool) -> tuple[Floats, Floats]:
    """With u = (α+t)/(α+τ), v = u^c, c = r+s+x, z = (α−β)/(α+t): the tail is s/c (α+t)^−c ∫₀¹ (1 − z u)^−(s+1) dv."""
    r, alpha, s, beta = parameters
    c, start = r + s + x, alpha + t
    z = ((alpha - beta) / start)[:, None]
    log_u = rule.log_node / c[:, None]
    near = -np.expm1(log_u)  # 1 − u
    rest = (beta + t)[:, None] / start[:, None] + z * near  # 1 − z u, also where both are close to 1
    log_rest = np.log(rest)
    least = log_rest.min(axis=1)  # taken out, so that no s makes everything vanish
    mass = np.exp(-(s + 1) * (log_rest - least[:, None])) * rule.weight
    whole = mass.sum(axis=1)
    log_start = np.log(start)
    value = np.log(s) - np.log(c) - c * log_start + np.log(whole) - (s + 1) * least
    if not slopes:
        return value, np.empty((4, 0))
    by_u = mass * (1 - near) / rest
    of_z = (s + 1) * by_u.sum(axis=1) / whole
    of_c = -(s + 1) * z[:, 0] / c * np.einsum("ij,ij->i", by_u, log_u) / whole
    of_s = -np.einsum("ij,ij->i", mass, log_rest) / whole
    common = of_c - 1 / c - log_start
    return value, np.stack([common, of_z * (beta + t) / start**2 - c / start, common + of_s + 1 / s, -of_z / start])


def _log_still_here(parameters: Floats, x: Floats, age: Floats) -> Floats:
    r, alpha, s, beta = parameters
    return np.asarray(-(r + x) * np.log(alpha + age) - s * np.log(beta + age))


class ParetoNbd:
    """The model. Arrays x, t_x, age have shape (n,); times in the unit of the fit."""

    name = "paretonbd"
    names = ("r", "alpha", "s", "beta")

    def fit_cells(self, cells: Cells) -> Fit:
        """Return the maximum likelihood estimate. What makes a fit senseless beforehand is looked at in `btyd`."""
        unit = cells.scale
        peak = climb(_Likelihood(cells.scaled()), STARTS, cells.customers)
        bought = float((cells.weight * cells.x.full).sum())
        return conclude(
            self.name,
            self.names,
            peak,
            customers=cells.customers,
            scales=(1.0, unit, 1.0, unit),
            log_likelihood=peak.log_likelihood - bought * float(np.log(unit)),
        )

    def tells_alive(self, x: Floats) -> NDArray[np.bool_]:
        return np.ones(len(x), dtype=bool)

    def log_odds_gone(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        """Return ln(P(gone) / P(alive))."""
        here = _log_still_here(parameters, x, age)
        late = np.minimum(_shared_tail(parameters, x, age) - here, -1e-300)
        early = _shared_tail(parameters, x, t_x) - here
        with np.errstate(divide="ignore"):
            return np.where(early > late, early + np.log(-np.expm1(np.minimum(late - early, 0))), -np.inf)

    def p_alive(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        """Return P(alive at age), for one-time buyers too."""
        return np.asarray(expit(-self.log_odds_gone(parameters, x, t_x, age)))

    def expected(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats, t: float) -> Floats:
        """Return E[purchase days in (age, age + t]]."""
        return np.asarray(self.p_alive(parameters, x, t_x, age) * self.expected_alive(parameters, x, age, t))

    def expected_alive(self, parameters: Floats, x: Floats, age: Floats, t: float) -> Floats:
        """Return the same of somebody known to be alive at `age`."""
        r, alpha, s, beta = parameters
        return np.asarray((r + x) / (alpha + age) * _stay(s, beta + age, t))

    def expected_new(self, parameters: Floats, t: Floats) -> Floats:
        """Return E[repeat purchase days in the first t] of a new customer."""
        r, alpha, s, beta = parameters
        return np.asarray(r / alpha * _stay(s, np.full_like(t, beta), t))

    def log_chance_of(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats, t: float, y: Floats) -> Floats:
        """Return ln P(y purchase days in (age, age + t]), over 24 possible moments of leaving (Legendre nodes)."""
        r, alpha, s, beta = parameters
        odds = self.log_odds_gone(parameters, x, t_x, age)
        rate, age, wait = r + x, alpha + age, beta + age
        found = _log_count(rate, age, t, y) - s * np.log1p(t / wait)
        for node, weight in zip(*_LEGENDRE, strict=True):
            share = (node + 1) / 2
            moment = t * share**2  # many nodes soon after age, where most leave
            leave = np.log(s) - np.log(wait) - (s + 1) * np.log1p(moment / wait) + np.log(weight * t * share)
            found = np.logaddexp(found, leave + _log_count(rate, age, moment, y))
        active = found - np.logaddexp(0, odds)
        return np.where(y > 0, active, np.logaddexp(active, -np.logaddexp(0, -odds)))

    def draw(
        self, parameters: Floats, alive: Floats, x: Floats, age: Floats, t: float, chance: np.random.Generator
    ) -> Floats:
        """Return one possible number of purchase days in (age, age + t] for each history; `alive` is P(alive)."""
        r, alpha, s, beta = parameters
        rate = chance.gamma(r + x, 1 / (alpha + age))
        leaving = np.maximum(chance.gamma(s, 1 / (beta + age)), 1e-300)
        stays = np.minimum(chance.exponential(1.0, len(x)) / leaving, t)
        active = chance.random(len(x)) < alive
        return np.where(active, chance.poisson(rate * stays), 0).astype(np.float64)


def _stay(s: float, wait: Floats, t: float | Floats) -> Floats:
    """Return the expected time within t that somebody stays whose rate of leaving is Gamma(s, wait)."""
    log_share = -np.log1p(t / wait)
    if abs(s - 1) < 1e-9:
        return np.asarray(-wait * log_share)
    return np.asarray(wait / (s - 1) * -np.expm1((s - 1) * log_share))


def _log_count(rate: Floats, age: Floats, t: float, y: Floats) -> Floats:
    spread = gammaln(rate + y) - gammaln(rate) - gammaln(y + 1)
    return np.asarray(spread - rate * np.log1p(t / age) + y * (np.log(t) - np.log(age + t)))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The distinct (x, time) pairs of the cells, and which pair each cell has."""

    x: Axis
    t: Floats
    at: Places

    @staticmethod
    def of(x: Axis, time: Axis) -> "_Pairs":
        key = x.at * len(time.values) + time.at
        distinct, at = np.unique(key, return_inverse=True)
        own = Axis(x.values, distinct // len(time.values))
        return _Pairs(own, time.values[distinct % len(time.values)], at.reshape(-1))


class _Likelihood:
    """Log-likelihood and gradient in log-parameters."""

    def __init__(self, cells: Cells) -> None:
        self.weight = cells.weight
        self.x, self.total = cells.x, float(cells.weight.sum())
        self.by_x = np.bincount(cells.x.at, cells.weight, len(cells.x.values))
        self.late, self.early = _Pairs.of(cells.x, cells.age), _Pairs.of(cells.x, cells.t_x)

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        r, alpha, s, beta = parameters = np.exp(point)
        early = tail(parameters, self.early.x.full, self.early.t)
        x, age = self.late.x.full, self.late.t
        late = tail(parameters, x, age)
        here = _log_still_here(parameters, x, age)
        stay = np.log(-np.expm1(np.minimum(late.value - here, -1e-300)))  # ln((here − late) / here)
        base = here[self.late.at]
        alive, gone = stay[self.late.at], early.value[self.early.at] - base
        whole = np.logaddexp(alive, gone)
        value = float(dot(self.weight, base + whole))
        of_early = np.bincount(self.early.at, self.weight * np.exp(gone - whole), len(early.value))
        of_here = np.bincount(self.late.at, self.weight * np.exp(-whole), len(here))
        of_late = of_here * np.exp(late.value - here)
        slope = dot(early.slope, of_early) - dot(late.slope, of_late)
        lasted, waited = np.log(alpha + age), np.log(beta + age)
        slope += [
            -dot(of_here, lasted),
            -dot(of_here, (r + x) / (alpha + age)),
            -dot(of_here, waited),
            -dot(of_here, s / (beta + age)),
        ]
        count = float(self.by_x @ gammaln(r + self.x.values)) - self.total * float(gammaln(r))
        value += count + self.total * float(r * np.log(alpha) + s * np.log(beta))
        of_r = float(self.by_x @ psi(r + self.x.values)) + self.total * float(np.log(alpha) - psi(r))
        slope += [of_r, self.total * r / alpha, self.total * np.log(beta), self.total * s / beta]
        return value, slope * parameters


PARETO_NBD = ParetoNbd()
