"""Two models in discrete time: sBG for contracts that are renewed or not, BG/BB for chances to buy or give.

sBG: Fader & Hardie (2007), How to project customer retention, J. Interactive Marketing 21(1). Each customer leaves at
every renewal with their own constant chance, Beta(alpha, beta) among customers.
BG/BB: Fader, Hardie & Shang (2010), Customer-base analysis in a discrete-time noncontractual setting, Marketing Science
29(6). At each occasion who is still there buys with a chance of Beta(alpha, beta), leaves with Beta(gamma, delta).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, logsumexp, psi

from zhike.engine.models.cells import Floats
from zhike.engine.models.errors import HistoryWrong
from zhike.engine.models.fitting import Fit, Reason, climb, conclude

SBG_NAMES = ("alpha", "beta")
BGBB_NAMES = ("alpha", "beta", "gamma", "delta")


def fit_sbg(lost: ArrayLike, still: ArrayLike) -> Fit:
    """Return the shifted-Beta-Geometric estimate.

    :param lost: shape (n,): how many contracts ended at renewal 1 … n. :param still: shape (n,): how many were last
        seen alive after renewal 1 … n (of one cohort only the last entry is above 0; older cohorts fill later ones).
    """
    ended, alive = (np.asarray(one, dtype=np.float64).reshape(-1) for one in (lost, still))
    if len(ended) != len(alive) or (ended < 0).any() or (alive < 0).any():
        raise HistoryWrong(count=1, reason="lost and still must be counts of the same length")
    customers = int(ended.sum() + alive.sum())
    if not customers:
        return Fit("sbg", 0, reason=Reason("no_customers"))
    if not ended.sum():
        return Fit("sbg", customers, reason=Reason("no_losses"))
    at = np.arange(1, len(ended) + 1, dtype=np.float64)

    def objective(point: Floats) -> tuple[float, Floats]:
        a, b = parameters = np.exp(point)
        value = ended @ betaln(a + 1, b + at - 1) + alive @ betaln(a, b + at) - customers * betaln(a, b)
        both = psi(a + b + at)
        of_a = ended @ (psi(a + 1) - both) + alive @ (psi(a) - both)
        of_b = ended @ (psi(b + at - 1) - both) + alive @ (psi(b + at) - both)
        start = np.array([psi(a) - psi(a + b), psi(b) - psi(a + b)])
        return float(value), (np.array([of_a, of_b]) - customers * start) * parameters

    peak = climb(objective, ((0.0, 0.0), (0.0, 1.5)), customers)
    return conclude("sbg", SBG_NAMES, peak, customers=customers, scales=(1.0, 1.0), log_likelihood=peak.log_likelihood)


def sbg_survival(parameters: Floats, renewals: ArrayLike) -> Floats:
    """Return the share of a cohort still there after 0, 1, 2 … renewals."""
    a, b = parameters
    return np.asarray(np.exp(betaln(a, b + np.asarray(renewals, dtype=np.float64)) - betaln(a, b)))


def fit_bgbb(x: ArrayLike, t_x: ArrayLike, n: ArrayLike, weight: ArrayLike | None = None) -> Fit:
    """Return the BG/BB estimate; shapes (m,): occasions bought, the last of them (0: none), seen, and customers."""
    count, last, seen = (np.asarray(one, dtype=np.float64).reshape(-1) for one in (x, t_x, n))
    people = np.ones_like(count) if weight is None else np.asarray(weight, dtype=np.float64).reshape(-1)
    wrong = (count > last) | (last > seen) | ((count == 0) != (last == 0)) | (people < 0)
    if wrong.any():
        raise HistoryWrong(count=int(wrong.sum()), reason="occasions must satisfy x ≤ t_x ≤ n")
    customers = int(people.sum())
    if not customers:
        return Fit("bgbb", 0, reason=Reason("no_customers"))
    if not (count * people).sum():
        return Fit("bgbb", customers, reason=Reason("no_repeat_buyers"))

    def objective(point: Floats) -> tuple[float, Floats]:
        parameters = np.exp(point)
        value, slope = _bgbb(parameters, count, last, seen)
        return float(people @ value), (slope @ people) * parameters

    peak = climb(objective, ((0.0, 0.0, 0.0, 1.0),), customers)
    return conclude(
        "bgbb", BGBB_NAMES, peak, customers=customers, scales=(1.0,) * 4, log_likelihood=peak.log_likelihood
    )


def _bgbb(parameters: Floats, x: Floats, t_x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return each history's log-likelihood (m,) and slopes (4, m): staying to the end, or leaving after j silences."""
    a, b, g, d = parameters
    most = int((n - t_x).max(initial=0))
    misses = np.concatenate([n[:, None] - x[:, None], (t_x - x)[:, None] + np.arange(most)], axis=1)
    periods = np.concatenate([n[:, None], t_x[:, None] + np.arange(most)], axis=1)
    leaves = np.ones(misses.shape)
    leaves[:, 0] = 0
    possible = np.concatenate([np.ones((len(x), 1), bool), np.arange(most) < (n - t_x)[:, None]], axis=1)
    buys = a + x[:, None]
    terms = betaln(buys, b + misses) - betaln(a, b) + betaln(g + leaves, d + periods) - betaln(g, d)
    terms = np.where(possible, terms, -np.inf)
    value = logsumexp(terms, axis=1)
    share = np.exp(terms - value[:, None])
    bought, lasted = psi(buys + b + misses), psi(g + leaves + d + periods)
    slopes = [
        psi(buys) - bought - (psi(a) - psi(a + b)),
        psi(b + misses) - bought - (psi(b) - psi(a + b)),
        psi(g + leaves) - lasted - (psi(g) - psi(g + d)),
        psi(d + periods) - lasted - (psi(d) - psi(g + d)),
    ]
    return value, np.stack([(share * one).sum(axis=1) for one in slopes])


def bgbb_p_alive(parameters: Floats, x: ArrayLike, t_x: ArrayLike, n: ArrayLike) -> Floats:
    """Return P(still there for occasion n + 1), shape (m,)."""
    a, b, g, d = parameters
    count, last, seen = (np.asarray(one, dtype=np.float64) for one in (x, t_x, n))
    value, _ = _bgbb(parameters, count, last, seen)
    here = betaln(a + count, b + seen - count) - betaln(a, b) + betaln(g, d + seen + 1) - betaln(g, d)
    return np.asarray(np.exp(here - value))


def bgbb_expected(parameters: Floats, x: ArrayLike, t_x: ArrayLike, n: ArrayLike, occasions: int) -> Floats:
    """Return E[occasions bought among the next `occasions`], shape (m,)."""
    a, b, g, d = parameters
    count, last, seen = (np.asarray(one, dtype=np.float64) for one in (x, t_x, n))
    value, _ = _bgbb(parameters, count, last, seen)
    buys = betaln(a + count + 1, b + seen - count) - betaln(a, b)
    total = np.zeros_like(value)
    for ahead in range(1, occasions + 1):
        total += np.exp(buys + betaln(g, d + seen + ahead) - betaln(g, d) - value)
    return total
