"""What a model would have said on an earlier day, beside what happened since and what a naive guess would have said.

The model is chosen and fitted on what was known by that day; nothing later reaches it.
"""

from datetime import date, timedelta
from typing import Any

import numpy as np

from zhike.engine import sql
from zhike.engine.models.btyd import MODELS, compare_held_out, errors_of, fit_found_cells, naive_held_out, score
from zhike.engine.models.btyd_report import choose_fit, describe_test, hold_out
from zhike.engine.models.cells import Cells, Floats, find_cells
from zhike.engine.models.fitting import Fit
from zhike.engine.models.from_store import StoredPurchases
from zhike.engine.models.margins import paired_margin
from zhike.engine.models.orders import Histories, Purchases, find_histories

DAYS = 90
BANDS = 10
UNIT, UNIT_DAYS = "week", 7


def hindsight_day(last: date, days: int = DAYS) -> date:
    """Return the first of a month that lies `days` or more before the end of the last day of purchases."""
    return (last + timedelta(days=1 - days)).replace(day=1)


def report_hindsight(bought: StoredPurchases, *, days: int = DAYS, day: date | None = None) -> dict[str, Any]:
    """Return, ready for JSON, purchase days of `days` days from `day` on: predicted, naive and what happened.

    `bands` are tenths of the customers by what was predicted, the most first: [customers, predicted, naive, happened].
    `gain` is by how much the model errs less than the naive guess for the single customer: [gain, low, high], 95 %.
    Without an identified model `identified` is false, with the reason's code and facts.

    :param day: by default `hindsight_day`. Customers are those who had bought before it.
    """
    since = day or hindsight_day(bought.last, days)
    end = since + timedelta(days=days)
    told: dict[str, Any] = {"day": since.isoformat(), "days": days, "last": (end - timedelta(days=1)).isoformat()}
    if since <= bought.first:
        return told | {"identified": False, "reason": "no_time", "facts": {}}
    known = _until(bought, since)
    histories = find_histories(_until(bought, end), since - timedelta(days=1), unit=UNIT)
    cells = find_cells(histories.x, histories.t_x, histories.age)
    fits = [fit_found_cells(cells, name) for name in MODELS]
    fit = choose_fit(fits, hold_out(known, UNIT, fits, end=since - timedelta(days=1))) or fits[0]
    told |= {"customers": len(histories.x), "model": fit.model, "happened": int(histories.later.sum())}
    if fit.reason is not None:
        return told | {"identified": False, "reason": fit.reason.code, "facts": dict(fit.reason.facts)}
    return told | {"identified": True} | _figures(fit, cells, histories, days / UNIT_DAYS)


def _until(bought: StoredPurchases, end: date) -> Purchases:
    """Return the purchases of days before `end`, in a connection of their own where later ones do not exist."""
    connection = bought.connection.cursor()
    every = sql.table("bought", "main")
    rows = sql.tree("SELECT customer, day, amount FROM :all WHERE day < :end", all=every, end=sql.day(end))
    connection.execute(sql.emit(sql.create_table("bought", rows, temporary=True)))
    extent = sql.emit(sql.query("SELECT COUNT(*), MIN(day), MAX(day) FROM bought"))
    ((count, first, last),) = connection.execute(extent).fetchall()
    return Purchases(connection, count, bought.left_out, first, last, bought.has_amounts)


def _figures(fit: Fit, cells: Cells, histories: Histories, length: float) -> dict[str, Any]:
    predicted = score(fit, cells, length).expected
    naive = np.where(histories.age > 0, histories.x / np.where(histories.age > 0, histories.age, 1.0), 0.0) * length
    tests = compare_held_out(fit, cells, length, histories.later), naive_held_out(cells, length, histories.later)
    return {
        "model_test": describe_test(tests[0]),
        "naive_test": describe_test(tests[1]),
        "nobody_test": describe_test(errors_of(np.zeros_like(predicted), histories.later)),
        "gain": _gain(predicted, naive, histories.later),
        "bands": _bands(predicted, naive, histories.later),
    }


def _gain(predicted: Floats, naive: Floats, happened: Floats) -> list[float]:
    """Return by how much the model errs less than the naive guess for the single customer, and its interval."""
    found = paired_margin(np.abs(naive - happened), np.abs(predicted - happened))
    return [round(one, 4) for one in (found.gain, found.low, found.high)]


def _bands(predicted: Floats, naive: Floats, happened: Floats) -> list[list[float]]:
    order = np.argsort(-predicted, kind="stable")
    return [
        [len(part), *(round(float(one[part].sum()), 4) for one in (predicted, naive, happened))]
        for part in np.array_split(order, BANDS)
        if len(part)
    ]
