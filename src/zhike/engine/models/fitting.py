"""Maximum likelihood in log-parameters with analytic gradients, and whether what was found means anything."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Objective = Callable[[Floats], tuple[float, Floats]]  # log-parameters → log-likelihood and its gradient

LIMIT = 14.0  # a log-parameter beyond ± this has run away (fitting is scaled, so parameters are of the size of 1)
NEAR_LIMIT = 1.0
VAGUE = 3.0  # standard error of a log-parameter: a factor of e³ either way tells nothing
STEP = 1e-4
MOST_STEPS = 300
LONGEST_STEP = 1.0
GRADIENT_ENDS = 1e-8  # a customer
HEIGHT_ENDS = 1e-13

REASONS = {
    "no_customers": "not identified: no customers",
    "too_few_customers": "not identified: too few customers ({customers}; at least {least} are needed)",
    "no_repeat_buyers": "not identified: no repeat buyers",
    "too_few_repeat_buyers": "not identified: too few repeat buyers ({repeat}; at least {least} are needed)",
    "no_time": "not identified: all purchases on one day",
    "runs_away": "not identified: parameter {parameter} runs away to {side}; the purchases do not tell it",
    "flat": "not identified: the likelihood is flat; other parameters fit as well",
    "vague": "not identified: parameter {parameter} could be anything (standard error of its logarithm {error})",
    "no_losses": "not identified: nobody left",
    "no_spread": "not identified: all amounts are the same",
    "no_amounts": "not identified: no repeat buyers with amounts above 0",
}


def dot(left: Floats, right: Floats) -> Floats:
    """Return the sums of products along the last axis, on one thread: a library's threads would wait for each other."""
    return np.einsum("...i,i->...", left, right)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there are no numbers: a code, and the facts of its sentence in REASONS."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return REASONS[self.code].format(**self.facts)


@dataclass(frozen=True, slots=True)
class Fit:
    """Parameters in the unit of the times (amounts) given, or a reason why there are none; never both.

    `covariance` is of the parameters' logarithms, in the order of `parameters`, from the observed information.
    """

    model: str
    customers: int
    parameters: Mapping[str, float] = field(default_factory=dict)
    standard_errors: Mapping[str, float] = field(default_factory=dict)
    log_likelihood: float | None = None
    covariance: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    reason: Reason | None = None
    set_apart: int = 0
    fence: float = float("inf")

    @property
    def identified(self) -> bool:
        return self.reason is None

    @property
    def values(self) -> Floats:
        return np.array(list(self.parameters.values()))

    def draws(self, count: int, chance: np.random.Generator) -> Floats:
        """Return `count` parameter vectors from the estimate's own uncertainty, shape (count, parameters)."""
        steps = chance.multivariate_normal(np.zeros(len(self.parameters)), self.covariance, size=count)
        return np.asarray(self.values * np.exp(steps))


@dataclass(frozen=True, slots=True)
class Peak:
    """Where the likelihood is highest: log-parameters, log-likelihood, Hessian of the log-likelihood."""

    at: Floats
    log_likelihood: float
    hessian: Floats


def climb(objective: Objective, starts: Sequence[Sequence[float]], size: float) -> Peak:
    """Return the highest peak that is reached from the starts (log-parameters); `size` is the number of observations.

    BFGS, then a Newton step or two on the Hessian, which is differenced from the analytic gradient.
    """
    peaks = [_ascend(objective, np.array(start, dtype=float), size) for start in starts]
    point, height = max(peaks, key=lambda one: one[1])
    return _polish(objective, point, height)


def _ascend(objective: Objective, point: Floats, size: float) -> tuple[Floats, float]:
    """BFGS with backtracking; few parameters, so plain arrays are quicker than a library's threads."""
    height, gradient = objective(point)
    shape = np.eye(len(point)) / max(float(np.abs(gradient).max()), 1e-12)
    for _ in range(MOST_STEPS):
        if float(np.abs(_free(point, gradient)).max()) < GRADIENT_ENDS * size:
            break
        step = shape @ gradient
        if float(step @ gradient) <= 0:
            shape = np.eye(len(point)) / max(float(np.abs(gradient).max()), 1e-12)
            step = shape @ gradient
        step = step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-300))
        moved = _walk(objective, point, height, gradient, step)
        if moved is None:
            break
        there, reached, slope = moved
        shape = _reshape(shape, there - point, gradient - slope)
        done = reached - height < HEIGHT_ENDS * size
        point, height, gradient = there, reached, slope
        if done:
            break
    return point, height


def _walk(
    objective: Objective, point: Floats, height: float, gradient: Floats, step: Floats
) -> tuple[Floats, float, Floats] | None:
    """Return where a shortened step is high enough (Armijo), None where no step is."""
    length = 1.0
    for _ in range(30):
        there = np.clip(point + length * step, -LIMIT, LIMIT)
        reached, slope = objective(there)
        if np.isfinite(reached) and reached >= height + 1e-4 * float(gradient @ (there - point)):
            return there, reached, slope
        length /= 2
    return None


def _reshape(shape: Floats, moved: Floats, bent: Floats) -> Floats:
    """Return the BFGS update of the inverse Hessian of the downhill function."""
    curve = float(moved @ bent)
    if curve <= 1e-12 * float(np.abs(moved).max() * np.abs(bent).max()):
        return shape
    turn = np.eye(len(moved)) - np.outer(moved, bent) / curve
    return np.asarray(turn @ shape @ turn.T + np.outer(moved, moved) / curve)


def _free(point: Floats, gradient: Floats) -> Floats:
    """Return the gradient without what only pushes against a limit."""
    stuck = (np.abs(point) >= LIMIT) & (np.sign(gradient) == np.sign(point))
    return np.where(stuck, 0.0, gradient)


def _polish(objective: Objective, point: Floats, height: float) -> Peak:
    hessian = _hessian(objective, point)
    for _ in range(2):
        if np.abs(point).max() > LIMIT - NEAR_LIMIT or np.linalg.eigvalsh(-hessian).min() <= 0:
            break
        _, gradient = objective(point)
        step = np.linalg.solve(-hessian, gradient)
        if np.abs(step).max() > 0.5 or np.abs(step).max() < 1e-7:
            break
        better, _ = objective(point + step)
        if better < height:
            break
        point, height = point + step, better
    return Peak(point, height, hessian)


def _hessian(objective: Objective, point: Floats) -> Floats:
    rows = []
    for place in range(len(point)):
        step = np.zeros(len(point))
        step[place] = STEP
        rows.append((objective(point + step)[1] - objective(point - step)[1]) / (2 * STEP))
    whole = np.array(rows)
    return np.asarray((whole + whole.T) / 2)


def conclude(
    model: str,
    names: Sequence[str],
    peak: Peak,
    *,
    customers: int,
    scales: Sequence[float],
    log_likelihood: float,
) -> Fit:
    """Return the fit that a peak means: numbers with standard errors, or the reason why there are none.

    :param scales: what each parameter is multiplied by to come back from the scaled units.
    """
    reason, covariance = _identify(names, peak)
    if reason is not None:
        return Fit(model, customers, reason=reason)
    values = np.exp(peak.at) * np.array(scales)
    errors = values * np.sqrt(np.diag(covariance))
    return Fit(
        model,
        customers,
        dict(zip(names, map(float, values), strict=True)),
        dict(zip(names, map(float, errors), strict=True)),
        log_likelihood,
        covariance,
    )


def _identify(names: Sequence[str], peak: Peak) -> tuple[Reason | None, Floats]:
    nothing = np.zeros((0, 0))
    for name, value in zip(names, peak.at, strict=True):
        if abs(value) > LIMIT - NEAR_LIMIT:
            side = "∞" if value > 0 else "0"
            return Reason("runs_away", {"parameter": name, "side": side}), nothing
    weights = np.linalg.eigvalsh(-peak.hessian)
    if not np.isfinite(weights).all() or weights.min() <= 1e-9 * max(1.0, weights.max()):
        return Reason("flat"), nothing
    covariance = np.linalg.inv(-peak.hessian)
    errors = np.sqrt(np.diag(covariance))
    worst = int(errors.argmax())
    if errors[worst] > VAGUE:
        return Reason("vague", {"parameter": names[worst], "error": round(float(errors[worst]), 1)}), nothing
    return None, covariance
