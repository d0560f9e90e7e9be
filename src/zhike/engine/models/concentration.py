"""How much of the revenue few customers bring: shares of the largest, Lorenz curve, Gini coefficient, distribution.

Only customers above 0 are shared out: with negative ones the curve would leave its square and the coefficient has no
meaning. Those at 0 or below are counted apart. Gini (1912), Variabilità e mutabilità; Lorenz (1905).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from zhike.engine.models.cells import Floats

TOPS = (1, 5, 10, 20)  # per cent of the customers
MOST_BINS = 15
_STEPS = (1, 2, 5)


def report_concentration(amounts: ArrayLike) -> dict[str, Any]:
    """Return figures, ready for JSON, of net amounts (n,) of customers, in minor units.

    `top` is rows of per cent of the customers, how many that are (rounded up), their share; `curve` the share of
    revenue of the largest 0, 1 … 100 per cent; `bins` rows of from, to (None: no bound), customers, amount.
    """
    given = np.asarray(amounts, dtype=np.int64).reshape(-1)
    held = np.sort(given[given > 0])[::-1].astype(np.float64)
    rest = given[given <= 0]
    total = float(held.sum())
    sums = np.concatenate([[0.0], held.cumsum()])
    curve = np.interp(np.arange(101) / 100 * len(held), np.arange(len(held) + 1), sums) / total if total else []
    tops = [(one, -(-one * len(held) // 100)) for one in TOPS] if len(held) else []
    return {
        "customers": len(held),
        "amount": int(given[given > 0].sum()),
        "without": {"customers": len(rest), "amount": int(rest.sum())},
        "median": round(float(np.median(held))) if len(held) else None,
        "gini": round(gini(held), 6) if len(held) else None,
        "top": [[one, count, round(float(sums[count] / total), 6)] for one, count in tops],
        "curve": [round(float(one), 6) for one in curve],
        "bins": _bins(held),
    }


def gini(amounts: ArrayLike) -> float:
    """Return the Gini coefficient of amounts above 0 (n,): 0 if all are alike, near 1 if one has all."""
    held = np.sort(np.asarray(amounts, dtype=np.float64))
    count = len(held)
    ranks = np.arange(1, count + 1)
    return float(2 * (ranks @ held) / (count * held.sum()) - (count + 1) / count)


def _bins(held: Floats) -> list[list[int | None]]:
    """Return bins whose edges are 1, 2 and 5 times powers of ten; the lowest are one where there would be too many."""
    if not len(held):
        return []
    edges = [step * 10**power for power in range(19) for step in _STEPS]
    first = max(place for place, edge in enumerate(edges) if edge <= held[-1])
    last = min(place for place, edge in enumerate(edges) if edge > held[0])
    shown = edges[max(first, last - MOST_BINS) : last + 1]
    place = np.clip(np.searchsorted(shown, held, side="right") - 1, 0, len(shown) - 2)
    counts = np.bincount(place, minlength=len(shown) - 1)
    sums = np.bincount(place, weights=held, minlength=len(shown) - 1)
    lowest = None if held[-1] < shown[0] else shown[0]
    starts = [lowest, *shown[1:-1]]
    return [
        [start, end, int(count), round(float(amount))]
        for start, end, count, amount in zip(starts, shown[1:], counts, sums, strict=True)
    ]
