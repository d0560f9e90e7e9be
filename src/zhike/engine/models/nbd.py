"""NBD: buying at a Gamma-spread rate, and nobody leaves.

Ehrenberg (1959), The pattern of consumer purchases, Applied Statistics 8(1). It is where the other models end when
purchases show no sign of leaving: their parameter of leaving then runs to 0 and they are not identified, this one is.
It says nothing of who is alive. Parameters r, alpha (time).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, psi

from zhike.engine.models.cells import Cells, Floats
from zhike.engine.models.fitting import Fit, climb, conclude, dot


class Nbd:
    """The model. Arrays x, t_x, age have shape (n,); times in the unit of the fit."""

    name = "nbd"
    names = ("r", "alpha")

    def fit_cells(self, cells: Cells) -> Fit:
        """Return the maximum likelihood estimate. What makes a fit senseless beforehand is looked at in `btyd`."""
        unit, count, weight = cells.scale, cells.x.full, cells.weight
        age = cells.scaled().age.full
        by_x = np.bincount(cells.x.at, weight, len(cells.x.values))
        total, bought = float(weight.sum()), float(dot(weight, count))

        def objective(point: Floats) -> tuple[float, Floats]:
            r, alpha = parameters = np.exp(point)
            log_age = np.log(alpha + age)
            events = weight * (r + count)
            value = float(by_x @ gammaln(r + cells.x.values)) + total * float(r * np.log(alpha) - gammaln(r))
            of_r = float(by_x @ psi(r + cells.x.values) - dot(weight, log_age)) + total * float(np.log(alpha) - psi(r))
            of_alpha = total * r / alpha - float(dot(events, 1 / (alpha + age)))
            return value - float(dot(events, log_age)), np.array([of_r, of_alpha]) * parameters

        peak = climb(objective, ((-0.5, 0.5),), cells.customers)
        height = peak.log_likelihood - bought * float(np.log(unit))
        return conclude(
            self.name, self.names, peak, customers=cells.customers, scales=(1.0, unit), log_likelihood=height
        )

    def tells_alive(self, x: Floats) -> NDArray[np.bool_]:
        return np.zeros(len(x), dtype=bool)

    def log_odds_gone(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        """Return −∞: nobody leaves."""
        return np.full(len(x), -np.inf)

    def p_alive(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        """Return NaN: the model does not know."""
        return np.full(len(x), np.nan)

    def expected(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats, t: float) -> Floats:
        """Return E[purchase days in (age, age + t]]."""
        return self.expected_alive(parameters, x, age, t)

    def expected_alive(self, parameters: Floats, x: Floats, age: Floats, t: float) -> Floats:
        """Return the same: everybody is alive."""
        r, alpha = parameters
        return np.asarray((r + x) / (alpha + age) * t)

    def expected_new(self, parameters: Floats, t: Floats) -> Floats:
        """Return E[repeat purchase days in the first t] of a new customer."""
        r, alpha = parameters
        return np.asarray(r / alpha * t)

    def log_chance_of(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats, t: float, y: Floats) -> Floats:
        """Return ln P(y purchase days in (age, age + t])."""
        r, alpha = parameters
        rate, since = r + x, alpha + age
        spread = gammaln(rate + y) - gammaln(rate) - gammaln(y + 1)
        return np.asarray(spread - rate * np.log1p(t / since) + y * (np.log(t) - np.log(since + t)))

    def draw(
        self, parameters: Floats, alive: Floats, x: Floats, age: Floats, t: float, chance: np.random.Generator
    ) -> Floats:
        """Return one possible number of purchase days in (age, age + t] for each history."""
        r, alpha = parameters
        return np.asarray(chance.poisson(chance.gamma(r + x, 1 / (alpha + age)) * t), dtype=np.float64)


NBD = Nbd()
