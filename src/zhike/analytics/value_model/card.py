"""What a run of the value model says of itself: the data, every model's fit and test, and what was set apart."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from zhike.engine import models

type Floats = npt.NDArray[np.float64]

BANDS = (0, 1, 2, 3, 5, 10, 20)  # least repeat purchases of each group of the comparison


def describe_card(
    bought: models.StoredPurchases,
    histories: models.Histories,
    cells: models.Cells,
    fits: Iterable[models.Fit],
    chosen: models.Fit | None,
    held: models.LastPart | None,
    amounts: models.Fit,
) -> dict[str, Any]:
    """Return plain JSON. Times of parameters are weeks, amounts minor units."""
    return {
        "buyers": len(histories.x),
        "repeat_buyers": int((histories.x > 0).sum()),
        "customers_on_record": bought.customers,
        "purchase_days": bought.rows,
        "not_positive_days": bought.left_out.not_positive,
        "other_currencies": dict(bought.other_currencies),
        "unit": "week",
        "chosen": chosen.model if chosen else None,
        "set_apart": _set_apart(chosen),
        "models": [_describe_fit(fit, held) for fit in fits],
        "amounts": models.describe_fit(amounts) | {"reason": _plain(amounts.reason)},
        "held_out": _describe_held(held, chosen) if held else None,
    }


def _set_apart(fit: models.Fit | None) -> dict[str, Any]:
    if fit is None or not fit.set_apart:
        return {"customers": 0, "above": None}
    return {"customers": fit.set_apart, "above": round(fit.fence, 1)}


def _describe_fit(fit: models.Fit, held: models.LastPart | None) -> dict[str, Any]:
    """Return a model's fit on everything and its test; `not_tested` says why there is none."""
    test = held.tests.get(fit.model) if held else None
    before = next((one.reason for one in held.fits if one.model == fit.model), None) if held else None
    said = {"reason": _plain(fit.reason), "not_tested": _plain(before)}
    return {"model": fit.model} | models.describe_fit(fit, test) | said


def _describe_held(held: models.LastPart, chosen: models.Fit | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "until": held.until.isoformat(),
        "weeks": round(held.length, 2),
        "customers": len(held.later),
        "actual_total": int(held.later.sum()),
        "naive": models.describe_test(held.naive),
        "common": models.describe_test(held.common),
        "bands": [],
    }
    fit = next((one for one in held.fits if chosen and one.model == chosen.model and one.identified), None)
    return found if fit is None else found | {"bands": _bands(held, fit)}


def _bands(held: models.LastPart, fit: models.Fit) -> list[dict[str, Any]]:
    """Return mean purchase days of the held-out time by how often customers had bought again before it."""
    cells = held.cells
    x, age = cells.x.full[cells.inverse], cells.age.full[cells.inverse]
    expected = models.score(fit, cells, held.length).expected
    naive = np.where(age > 0, x / np.where(age > 0, age, 1.0), 0.0) * held.length
    rows = []
    for low, high in zip(BANDS, (*BANDS[1:], np.inf), strict=True):
        some = (x >= low) & (x < high)
        if some.any():
            means = {"predicted": expected, "naive": naive, "actual": held.later}
            row: dict[str, Any] = {"from": low, "to": None if np.isinf(high) else int(high) - 1}
            row["customers"] = int(some.sum())
            rows.append(row | {name: round(float(one[some].mean()), 4) for name, one in means.items()})
    return rows


def tells_more(held: models.LastPart | None, model: str) -> bool:
    """Whether a model's held-out errors, one of them, are smaller than those of one rate for all; true untested."""
    test = held.tests.get(model) if held else None
    if held is None or test is None:
        return True
    return test.mae < held.common.mae or test.rmse < held.common.rmse


def _plain(reason: models.Reason | None) -> dict[str, Any] | None:
    return {"code": reason.code, "facts": dict(reason.facts)} if reason else None
