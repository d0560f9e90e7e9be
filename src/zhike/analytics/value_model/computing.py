"""The value of every customer: which model of purchases fits, what it expects of each, and what they could bring."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext_noop

from zhike.analytics.models import CustomerValue
from zhike.analytics.runs.registry import Outcome, Rows, Task
from zhike.analytics.said import Said, keep_words
from zhike.classification.public import get_store
from zhike.engine import models

from .card import describe_card, tells_more
from .words import REASONS

type Floats = npt.NDArray[np.float64]

UNIT, UNIT_DAYS = "week", 7
HORIZON_DAYS = 365
DISCOUNT = 0.10  # a year: what is bought later is worth less today
MANY_FUTURES, FEW_FUTURES = 400, 80  # drawn of each customer: of those with the most value, and of the others
FULLY_DRAWN = 100_000
AT_ONCE = 20_000
ALIKE = 20
BEHIND_LEAST = 5  # fewer customers alike say nothing of a best quarter
COLUMNS = (
    "customer_id", "purchase_days", "last_day", "p_alive", "expected", "expected_low", "expected_high", "clv",
    "clv_low", "clv_high", "past", "past_year", "potential", "alike",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Buyers:
    """Everybody who bought, in one order, each array of shape (n,); amounts in minor units, returns taken off.

    `paid` is false for who paid in other currencies only.
    """

    ids: npt.NDArray[np.int64]
    last_day: npt.NDArray[np.datetime64]
    paid: npt.NDArray[np.bool_]
    past: Floats
    past_year: Floats
    histories: models.Histories


def compute_value(task: Task) -> Outcome:
    """Return what every buyer is worth, refused where no model tells more than one rate for everybody would."""
    with models.open_purchases(
        get_store(), as_of=task.as_of, zone=task.zone, currency=task.currency, lines=True
    ) as bought:
        task.tell()
        buyers = _find_buyers(bought)
        cells = models.find_cells(buyers.histories.x, buyers.histories.t_x, buyers.histories.age)
        fits = [models.fit_found_cells(cells, name) for name in models.MODELS]
        task.tell()
        held = models.hold_out(bought, UNIT, fits, end=bought.until)
        fit = models.choose_fit(fits, held)
        amounts = _fit_amounts(buyers.histories)
        card = describe_card(bought, buyers.histories, cells, fits, fit, held, amounts)
        card |= {"horizon_days": HORIZON_DAYS, "discount": DISCOUNT, "currency": task.currency}
        found = Outcome(card, len(buyers.ids), bought.first, bought.last, refused=_refusal(fits, fit, held))
        if found.refused or fit is None:
            return found
        values = _values(buyers, cells, fit, amounts, task)
        values |= _potential(bought, buyers)
        task.tell()
    rows = Rows(CustomerValue, COLUMNS, _rows(buyers, values))
    return Outcome(card, len(buyers.ids), bought.first, bought.last, rows=(rows,))


def _fit_amounts(histories: models.Histories) -> models.Fit:
    """Return the estimate of amounts; distributors are set apart, as they are for the rates."""
    ordinary = histories.spent.of(histories.x <= models.far_out_fence(histories.x))
    return models.fit_gamma_gamma(ordinary.count, ordinary.mean)


def _refusal(fits: Sequence[models.Fit], fit: models.Fit | None, held: models.LastPart | None) -> Said | None:
    if fit is None:
        reason = fits[0].reason
        return keep_words(REASONS[reason.code], reason.facts) if reason else None
    if not tells_more(held, fit.model):
        return Said(
            gettext_noop(
                "No model foretells purchases better than one rate for all customers would."
                " More months of orders may help."
            )
        )
    return None


def _find_buyers(bought: models.StoredPurchases) -> Buyers:
    histories = models.find_histories(bought, bought.until, unit=UNIT)
    year = bought.as_of - timedelta(days=365)
    found = bought.connection.execute(
        "SELECT customer, last_day, paid, past, past_year FROM (SELECT customer, MAX(day) AS last_day,"
        " SUM(amount) > 0 AS paid FROM bought GROUP BY customer) JOIN (SELECT customer,"
        " CAST(SUM(amount) AS DOUBLE) AS past,"
        " CAST(COALESCE(SUM(amount) FILTER (WHERE day >= $1), 0) AS DOUBLE) AS past_year"
        " FROM net_day GROUP BY customer) USING (customer) ORDER BY customer",
        [year],
    ).fetchnumpy()
    days = np.asarray(found["last_day"], dtype="datetime64[D]")
    return Buyers(
        np.asarray(found["customer"], dtype=np.int64),
        days,
        np.asarray(found["paid"], dtype=bool),
        np.asarray(found["past"], dtype=np.float64),
        np.asarray(found["past_year"], dtype=np.float64),
        histories,
    )


def _values(buyers: Buyers, cells: models.Cells, fit: models.Fit, amounts: models.Fit, task: Task) -> dict[str, Floats]:
    rate = float(np.log1p(DISCOUNT)) * UNIT_DAYS / 365.25
    horizon = HORIZON_DAYS / UNIT_DAYS
    own = buyers.histories
    scores = models.score(fit, cells, horizon, amounts=amounts, spent=own.spent, discount=rate)
    found = {"p_alive": scores.p_alive, "expected": scores.expected, "clv": _money(scores.clv, buyers)}
    bounds = {
        name: np.full(len(buyers.ids), np.nan) for name in ("expected_low", "expected_high", "clv_low", "clv_high")
    }
    order = np.argsort(-np.nan_to_num(found["clv"]), kind="stable")
    for first in range(0, len(order), AT_ONCE):
        task.tell()
        some = order[first : first + AT_ONCE]
        drawn = models.intervals(
            fit, own.x[some], own.t_x[some], own.age[some], horizon, amounts=amounts,
            spent=own.spent.of(some), discount=rate,
            futures=MANY_FUTURES if first < FULLY_DRAWN else FEW_FUTURES,
        )  # fmt: skip
        bounds["expected_low"][some], bounds["expected_high"][some] = drawn.purchases
        bounds["clv_low"][some], bounds["clv_high"][some] = drawn.clv
    bounds |= {name: _money(bounds[name], buyers) for name in ("clv_low", "clv_high")}
    return found | bounds


def _money(values: Floats, buyers: Buyers) -> Floats:
    """Return amounts, unknown for who paid in other currencies only."""
    return np.where(buyers.paid & np.isfinite(values), values, np.nan)


def _potential(bought: models.StoredPurchases, buyers: Buyers) -> dict[str, Floats]:
    """Return what customers alike bring in a year, by what they bought; unknown where too few are alike."""
    found = {"potential": np.full(len(buyers.ids), np.nan), "alike": np.zeros(len(buyers.ids))}
    lines = bought.connection.execute("SELECT DISTINCT customer, item FROM basket_line").fetchnumpy()
    if not len(lines["customer"]):
        return found
    offers = models.learn_offers(lines["customer"], lines["item"])
    people = offers.customers.astype(np.int64)
    place = np.searchsorted(buyers.ids, people)
    known = (place < len(buyers.ids)) & (buyers.ids[np.minimum(place, len(buyers.ids) - 1)] == people)
    spent = np.where(known, buyers.past_year[np.minimum(place, len(buyers.ids) - 1)], 0.0)
    amounts, behind = models.potential_value(offers, spent, neighbours=ALIKE)
    told = known & (behind >= BEHIND_LEAST)
    found["potential"][place[told]] = amounts[told]
    found["alike"][place[told]] = behind[told]
    return found


def _rows(buyers: Buyers, values: dict[str, Floats]) -> Iterator[Sequence[Any]]:
    """Give the rows of COLUMNS: amounts whole, what is unknown None."""
    share = _listed(values["p_alive"], 6)
    columns = [buyers.ids.tolist(), (buyers.histories.x + 1).astype(int).tolist(), _dates(buyers.last_day), share]
    columns += [_listed(values[name], 4) for name in ("expected", "expected_low", "expected_high")]
    columns += [_whole(values[name]) for name in ("clv", "clv_low", "clv_high")]
    columns += [_whole(buyers.past), _whole(buyers.past_year), _whole(values["potential"]), _whole(values["alike"])]
    return zip(*columns, strict=True)


def _listed(values: Floats, digits: int) -> list[float | None]:
    return [None if one != one else round(one, digits) for one in values.tolist()]


def _whole(values: Floats) -> list[int | None]:
    return [None if one != one else round(one) for one in values.tolist()]


def _dates(days: npt.NDArray[np.datetime64]) -> list[date]:
    found: list[date] = days.tolist()
    return found
