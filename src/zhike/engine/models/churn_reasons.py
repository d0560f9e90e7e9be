"""Reasons for many customers at once: what `ChurnModel.because` says of one, in blocks."""

import numpy as np
from numpy.typing import NDArray

from zhike.engine.models.cells import Floats
from zhike.engine.models.churn import ChurnModel

ROWS_AT_ONCE = 50_000
WEAKEST = 1e-3  # of an effect on the log odds


def find_reasons(model: ChurnModel, rows: Floats, *, most: int = 3) -> tuple[NDArray[np.int16], Floats]:
    """Return the features that move each customer's chance most, the strongest first, and how much.

    :param rows: (n, features). Both answers are (n, most): places among `model.columns`, −1 where there is no further
        one, and what the value adds to the log odds of leaving beside the usual value (above 0: it raises the chance).
    """
    places = np.full((len(rows), most), -1, dtype=np.int16)
    effects = np.zeros((len(rows), most))
    for first in range(0, len(rows), ROWS_AT_ONCE):
        part = slice(first, first + ROWS_AT_ONCE)
        _strongest(_effects(model, rows[part]), places[part], effects[part])
    return places, effects


def _effects(model: ChurnModel, rows: Floats) -> Floats:
    from threadpoolctl import threadpool_limits

    found = np.zeros(rows.shape)
    with threadpool_limits(1):
        whole = _log_odds(model.ranking(rows))
        for place, usual in enumerate(model.usual):
            changed = rows.copy()
            changed[:, place] = usual
            found[:, place] = whole - _log_odds(model.ranking(changed))
    found[(rows == model.usual) | (np.isnan(rows) & np.isnan(model.usual))] = 0
    return found


def _strongest(found: Floats, places: NDArray[np.int16], effects: Floats) -> None:
    order = np.argsort(-np.abs(found), axis=1, kind="stable")[:, : places.shape[1]]
    size = np.take_along_axis(found, order, axis=1)
    kept = np.abs(size) > WEAKEST
    places[:, : order.shape[1]] = np.where(kept, order, -1)
    effects[:, : order.shape[1]] = np.where(kept, size, 0)


def _log_odds(chance: Floats) -> Floats:
    sure = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(sure) - np.log1p(-sure))
