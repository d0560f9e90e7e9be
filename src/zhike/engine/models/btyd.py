"""Buy till you die: fit, choose, test and score the models of customers who buy without a contract.

Input is a purchase history of each customer in three numbers (see `cells`): x, t_x, age, arrays of shape (n,). Times
are in a unit of the caller's choice; a horizon t is in the same unit, and so are the parameters that come back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from zhike.engine.models.bgnbd import BG_NBD, MBG_NBD
from zhike.engine.models.cells import Cells, Floats, Spent, far_out_fence, find_cells
from zhike.engine.models.fitting import Fit, Reason
from zhike.engine.models.gammagamma import draw_amount, expected_amount
from zhike.engine.models.nbd import NBD
from zhike.engine.models.paretonbd import PARETO_NBD

LEAST_CUSTOMERS = 10
LEAST_REPEAT_BUYERS = 5
ROWS_AT_ONCE = 20_000
PARAMETER_DRAWS = 40
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(5)


class Model(Protocol):
    """What every model answers; see `bgnbd` and `paretonbd`."""

    @property
    def name(self) -> str: ...
    def tells_alive(self, x: Floats) -> NDArray[np.bool_]: ...
    def expected_alive(self, parameters: Floats, x: Floats, age: Floats, t: float) -> Floats: ...
    def fit_cells(self, cells: Cells) -> Fit: ...
    def p_alive(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats: ...
    def expected(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats, t: float) -> Floats: ...
    def expected_new(self, parameters: Floats, t: Floats) -> Floats: ...
    def log_chance_of(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats, t: float, y: Floats) -> Floats: ...
    def log_odds_gone(self, parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats: ...
    def draw(
        self, parameters: Floats, alive: Floats, x: Floats, age: Floats, t: float, chance: np.random.Generator
    ) -> Floats: ...


MODELS: Mapping[str, Model] = {one.name: one for one in (BG_NBD, MBG_NBD, PARETO_NBD, NBD)}


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How a prediction of purchase days after the calibration fared: sums and mean errors over all customers.

    `log_score` is the mean ln P(what happened), None where nothing says chances; higher is better.
    """

    total: float
    mae: float
    rmse: float
    log_score: float | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Per customer, shape (n,): P(alive) (NaN where the model cannot know), expected purchase days, value over the
    horizon (discounted, in the unit of the amounts; NaN without a fit of amounts)."""

    p_alive: Floats
    expected: Floats
    clv: Floats


def fit_btyd(x: ArrayLike, t_x: ArrayLike, age: ArrayLike, model: str = "bgnbd", *, set_apart: bool = True) -> Fit:
    """Return the fit of one model, or of none with the reason.

    :param set_apart: leave accounts beyond `far_out_fence` out of the fit (they are scored all the same).
    :raises HistoryWrong: when a history cannot be.
    """
    return fit_found_cells(find_cells(x, t_x, age), model, set_apart=set_apart)


def fit_found_cells(cells: Cells, model: str, *, set_apart: bool = True) -> Fit:
    """Return the fit of one model to cells that were found already."""
    fence = far_out_fence(np.repeat(cells.x.full, cells.weight.astype(int))) if set_apart else float("inf")
    used = cells.without(fence)
    reason = _senseless(used)
    fit = Fit(model, used.customers, reason=reason) if reason else MODELS[model].fit_cells(used)
    apart = cells.customers - used.customers
    return replace(fit, set_apart=apart, fence=fence if apart else float("inf"))


def _senseless(cells: Cells) -> Reason | None:
    repeat = int(cells.at_least_once())
    if not cells.customers:
        return Reason("no_customers")
    if cells.age.values.max() <= 0:
        return Reason("no_time")
    if cells.customers < LEAST_CUSTOMERS:
        return Reason("too_few_customers", {"customers": cells.customers, "least": LEAST_CUSTOMERS})
    if not repeat:
        return Reason("no_repeat_buyers")
    if repeat < LEAST_REPEAT_BUYERS:
        return Reason("too_few_repeat_buyers", {"repeat": repeat, "least": LEAST_REPEAT_BUYERS})
    return None


def score(
    fit: Fit,
    cells: Cells,
    horizon: float,
    *,
    amounts: Fit | None = None,
    spent: Spent | None = None,
    discount: float = 0.0,
) -> Scores:
    """Return every customer's scores over `horizon` units of time.

    :param discount: continuous rate a unit of time. :param spent: what the estimate of amounts was made from.
    :raises ValueError: for a fit that is not identified: it has no numbers.
    """
    parameters = _numbers(fit)
    model = MODELS[fit.model]
    history = cells.x.full, cells.t_x.full, cells.age.full
    x, _, age = history
    here = expit(-model.log_odds_gone(parameters, *history))
    alive = np.where(model.tells_alive(x), here, np.nan)
    expected = here * model.expected_alive(parameters, x, age, horizon)
    clv = np.full(cells.customers, np.nan)
    if amounts is not None and amounts.identified and spent is not None:
        worth = expected_amount(amounts.values, spent)
        today = expected
        if discount:
            today = here * _discounted(model, parameters, x, age, horizon, discount)
        clv = today[cells.inverse] * worth
    return Scores(alive[cells.inverse], expected[cells.inverse], clv)


def _discounted(model: Model, parameters: Floats, x: Floats, age: Floats, t: float, rate: float) -> Floats:
    """Return ∫ e^(−rate u) dE(u) of somebody alive, by parts over five Legendre nodes: E is smooth, the rate small."""
    found = np.exp(-rate * t) * model.expected_alive(parameters, x, age, t)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        moment = t * (node + 1) / 2
        part = rate * weight * t / 2 * np.exp(-rate * moment)
        found = found + part * model.expected_alive(parameters, x, age, moment)
    return np.asarray(found)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Bounds of the middle share (80 % unless told) per customer, each of shape (2, n): low, high.

    `p_alive` covers the uncertainty of the parameters; `purchases` and `clv` also that of what a customer will do.
    """

    p_alive: Floats
    purchases: Floats
    clv: Floats


def intervals(
    fit: Fit,
    x: ArrayLike,
    t_x: ArrayLike,
    age: ArrayLike,
    horizon: float,
    *,
    amounts: Fit | None = None,
    spent: Spent | None = None,
    discount: float = 0.0,
    share: float = 0.8,
    futures: int = 400,
    seed: int = 0,
) -> Intervals:
    """Return intervals by simulation: parameters from their estimate's uncertainty, then the customer's future.

    Work grows with n × futures; for a million customers, take those that a page shows.
    """
    history = [np.asarray(one, dtype=np.float64).reshape(-1) for one in (x, t_x, age)]
    none = np.zeros(len(history[0]))
    known = spent or Spent(none, none)
    simulation = _Simulation(fit, amounts, horizon, discount, futures, np.random.default_rng(seed))
    edges = [(1 - share) / 2, (1 + share) / 2]
    parts = []
    for first in range(0, len(none), ROWS_AT_ONCE):
        rows = slice(first, first + ROWS_AT_ONCE)
        drawn = simulation.run([one[rows] for one in history], known.of(rows))
        parts.append([np.quantile(one, edges, axis=0) for one in drawn])
    alive, bought, clv = (np.concatenate([part[place] for part in parts], axis=1) for place in range(3))
    return Intervals(alive, bought, clv)


class _Simulation:
    """Futures of customers under parameters that are drawn once for everybody."""

    def __init__(
        self, fit: Fit, amounts: Fit | None, horizon: float, discount: float, futures: int, chance: np.random.Generator
    ) -> None:
        _numbers(fit)
        self.model, self.horizon, self.chance = MODELS[fit.model], horizon, chance
        self.vectors = fit.draws(PARAMETER_DRAWS, chance)
        known = amounts is not None and amounts.identified
        self.prices = amounts.draws(PARAMETER_DRAWS, chance) if amounts is not None and known else None
        self.each = max(1, futures // PARAMETER_DRAWS)
        self.later = _share_today(discount, horizon)

    def run(self, history: Sequence[Floats], spent: Spent) -> tuple[Floats, Floats, Floats]:
        """Return drawn P(alive) (parameters, n), purchase days and value, both (futures, n)."""
        x, t_x, age = history
        alive = np.empty((PARAMETER_DRAWS, len(x)))
        bought, clv = (np.empty((PARAMETER_DRAWS * self.each, len(x))) for _ in range(2))
        for place, vector in enumerate(self.vectors):
            here = expit(-self.model.log_odds_gone(vector, x, t_x, age))
            alive[place] = self.model.p_alive(vector, x, t_x, age)
            for row in range(place * self.each, (place + 1) * self.each):
                bought[row] = self.model.draw(vector, here, x, age, self.horizon, self.chance)
                clv[row] = self._value(place, bought[row], spent)
        return alive, bought, clv

    def _value(self, place: int, bought: Floats, spent: Spent) -> Floats:
        if self.prices is None:
            return np.full(len(bought), np.nan)
        return bought * self.later * draw_amount(self.prices[place], spent, self.chance)


def _share_today(discount: float, horizon: float) -> float:
    """Return what a sum spread evenly over the horizon is worth today."""
    whole = discount * horizon
    return float(-np.expm1(-whole) / whole) if whole else 1.0


def _numbers(fit: Fit) -> Floats:
    if not fit.identified:
        raise ValueError(f"{fit.model} is {fit.reason}: it has no numbers to score with")
    return fit.values


def compare_held_out(fit: Fit, cells: Cells, t: float, y: Floats) -> HeldOut:
    """Return how the fit predicts y (n,), the purchase days in the t after the calibration."""
    parameters, model = _numbers(fit), MODELS[fit.model]
    expected = model.expected(parameters, cells.x.full, cells.t_x.full, cells.age.full, t)[cells.inverse]
    x, t_x, age = (one.full[cells.inverse] for one in (cells.x, cells.t_x, cells.age))
    key = cells.inverse * (int(y.max(initial=0)) + 1) + y.astype(np.intp)
    _, first, people = np.unique(key, return_index=True, return_counts=True)
    chances = model.log_chance_of(parameters, x[first], t_x[first], age[first], t, y[first])
    return replace(errors_of(expected, y), log_score=float(chances @ people) / len(y))


def naive_held_out(cells: Cells, t: float, y: Floats) -> HeldOut:
    """Return how "everybody goes on at their own rate so far" (x / age) predicts y."""
    x, age = cells.x.full[cells.inverse], cells.age.full[cells.inverse]
    return errors_of(np.where(age > 0, x / np.where(age > 0, age, 1.0), 0.0) * t, y)


def errors_of(expected: Floats, y: Floats) -> HeldOut:
    off = expected - y
    return HeldOut(float(expected.sum()), float(np.abs(off).mean()), float(np.sqrt((off**2).mean())))


def choose_model(fits: Sequence[Fit], tests: Mapping[str, HeldOut]) -> str | None:
    """Return the identified model with the best held-out log score; None where no model is identified."""
    known = [(tests[fit.model].log_score or 0.0, fit.model) for fit in fits if fit.identified and fit.model in tests]
    return max(known)[1] if known else None
