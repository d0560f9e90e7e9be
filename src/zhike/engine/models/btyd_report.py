"""What an analyst asks of a file of purchases: each model's parameters, and how it predicted what it had not seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from zhike.engine.models.btyd import (
    MODELS,
    HeldOut,
    choose_model,
    compare_held_out,
    errors_of,
    fit_found_cells,
    naive_held_out,
)
from zhike.engine.models.cells import Cells, Floats, find_cells
from zhike.engine.models.errors import CalibrationEndWrong
from zhike.engine.models.fitting import Fit
from zhike.engine.models.gammagamma import fit_gamma_gamma
from zhike.engine.models.orders import UNITS, Histories, Purchases, find_histories

AUTO = "auto"
STAYING = "nbd"  # the model in which nobody leaves


def report_btyd(
    bought: Purchases, *, unit: str = "week", calibration_end: date | None = None, model: str = AUTO
) -> dict[str, Any]:
    """Return figures, ready for JSON; parameters are in `unit`.

    With a calibration end, models are fitted on what was bought by the end of that day and compared on what came
    after. `auto` fits all and chooses by held-out log score; without a calibration end it tries them on the last
    part of the time (`hold_out`), then fits on everything.

    :raises CalibrationEndWrong: when nothing was bought before it, or there is no time after it.
    """
    if calibration_end is not None and not bought.first <= calibration_end < bought.last:
        raise CalibrationEndWrong(day=calibration_end, first=bought.first, last=bought.last)
    names = list(MODELS) if model == AUTO else [model]
    until = calibration_end or bought.last
    histories = find_histories(bought, until, unit=unit)
    cells = find_cells(histories.x, histories.t_x, histories.age)
    fits = [fit_found_cells(cells, name) for name in names]
    figures = _describe(bought, histories, cells, until, unit)
    figures["set_apart"] = _set_apart(fits[0])
    tests: dict[str, HeldOut] = {}
    if calibration_end is not None:
        tests, figures["holdout"] = _test(fits, cells, histories, bought.last - until, unit)
    figures["models"] = {fit.model: describe_fit(fit, tests.get(fit.model)) for fit in fits}
    if model == AUTO:
        held = None if tests else hold_out(bought, unit, fits)
        figures["chosen"] = choose_model(fits, tests) if tests else held and held.chosen
    if bought.has_amounts:
        figures["gamma_gamma"] = describe_fit(fit_gamma_gamma(histories.x, histories.mean_amount))
    return figures


@dataclass(frozen=True, slots=True)
class LastPart:
    """How models fitted on what was known at the end of `until` predict the purchase days of the `length` after it.

    `later` (n,) is what happened, of the customers of `cells`; `tests` holds the fits that are identified;
    `naive` is "everybody goes on at their own rate", `common` "everybody at the same one".
    """

    until: date
    length: float
    cells: Cells
    later: Floats
    fits: tuple[Fit, ...]
    tests: Mapping[str, HeldOut]
    naive: HeldOut
    common: HeldOut

    @property
    def chosen(self) -> str | None:
        return choose_model(self.fits, self.tests)


def predict_last_part(bought: Purchases, unit: str, *, end: date | None = None, part: int = 3) -> LastPart | None:
    """Return the test of all models on the last third (sixth, …) of the time; None where the time is too short.

    :param end: the last day looked at, by default that of the last purchase.
    """
    last = end or bought.last
    until = bought.first + timedelta(days=(last - bought.first).days * (part - 1) // part)
    if until >= last:
        return None
    histories = find_histories(bought, until, unit=unit, end=last)
    cells = find_cells(histories.x, histories.t_x, histories.age)
    fits = tuple(fit_found_cells(cells, name) for name in MODELS)
    length = (last - until).days / UNITS[unit]
    tests = {fit.model: compare_held_out(fit, cells, length, histories.later) for fit in fits if fit.identified}
    naive = naive_held_out(cells, length, histories.later)
    rate = histories.x.sum() / max(float(histories.age.sum()), 1.0)
    common = errors_of(np.full(len(histories.later), rate * length), histories.later)
    return LastPart(until, length, cells, histories.later, fits, tests, naive, common)


def hold_out(bought: Purchases, unit: str, fits: Iterable[Fit], *, end: date | None = None) -> LastPart | None:
    """Return the test on the last third; on the last sixth where only then enough is seen to tell that customers leave.

    A model that cannot be fitted cannot be compared: of a young firm the first two thirds may show nobody leaving.

    :param fits: of the whole time: which models it can tell.
    """
    leaving = {fit.model for fit in fits if fit.identified} - {STAYING}
    held = None
    for part in (3, 6):
        held = predict_last_part(bought, unit, end=end, part=part) or held
        if held is not None and (leaving & set(held.tests) or not leaving):
            break
    return held


def choose_fit(fits: Iterable[Fit], held: LastPart | None) -> Fit | None:
    """Return the fit on everything of the model that predicted best, else of the first that can be fitted."""
    known = {fit.model: fit for fit in fits if fit.identified}
    chosen = held.chosen if held else None
    return known.get(chosen or "") or next(iter(known.values()), None)


def _test(
    fits: Iterable[Fit], cells: Cells, histories: Histories, rest: timedelta, unit: str
) -> tuple[dict[str, HeldOut], dict[str, Any]]:
    length = rest.days / UNITS[unit]
    tests = {fit.model: compare_held_out(fit, cells, length, histories.later) for fit in fits if fit.identified}
    naive = naive_held_out(cells, length, histories.later)
    return tests, {"length": length, "actual_total": int(histories.later.sum()), "naive": describe_test(naive)}


def _describe(bought: Purchases, histories: Histories, cells: Cells, until: date, unit: str) -> dict[str, Any]:
    left = bought.left_out
    return {
        "rows": bought.rows,
        "left_out": {
            "without_customer": left.without_customer,
            "unreadable": left.unreadable,
            "in_future": left.in_future,
            "not_positive_customer_days": left.not_positive,
        },
        "first_day": str(bought.first),
        "last_day": str(bought.last),
        "observed_until": str(until),
        "unit": unit,
        "customers": len(histories.x),
        "repeat_buyers": int((histories.x > 0).sum()),
        "repeat_purchases": int(histories.x.sum()),
        "cells": len(cells.weight),
    }


def _set_apart(fit: Fit) -> dict[str, Any]:
    return {"customers": fit.set_apart, "above_repeat_purchases": None if np.isinf(fit.fence) else round(fit.fence, 1)}


def describe_fit(fit: Fit, test: HeldOut | None = None) -> dict[str, Any]:
    """Return a fit ready for JSON: numbers where it is identified, else the reason and no number."""
    if fit.reason is not None:
        return {"identified": False, "reason_code": fit.reason.code, "reason": fit.reason, "customers": fit.customers}
    found = {
        "identified": True,
        "customers": fit.customers,
        "parameters": {name: figure(value) for name, value in fit.parameters.items()},
        "standard_errors": {name: figure(value) for name, value in fit.standard_errors.items()},
        "log_likelihood": figure(fit.log_likelihood or 0.0),
    }
    return found | ({"holdout": describe_test(test)} if test else {})


def describe_test(test: HeldOut) -> dict[str, float]:
    found = {"total": figure(test.total), "mae": figure(test.mae), "rmse": figure(test.rmse)}
    return found | ({} if test.log_score is None else {"log_score": figure(test.log_score)})


def figure(value: float) -> float:
    """Return a number with ten significant digits."""
    return float(f"{value:.10g}")
