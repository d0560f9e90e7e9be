"""Leaving without a contract: what was known of a customer on a day, and whether they bought in the time after it.

A customer counts as active on a day when they bought within ACTIVE_DAYS before it, and as left when they bought nothing
in the horizon after it. Features look at days before the day alone; the outcome looks at the day and those after.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.models.churn import Card, ChurnModel, split_by_time
from zhike.engine.models.errors import CalibrationEndWrong
from zhike.engine.models.orders import Purchases
from zhike.engine.models.tables import Column, Table

ACTIVE_DAYS = 365
FEATURES = {
    "days_since_last": "DATE_DIFF('day', last, :day)",
    "days_since_first": "DATE_DIFF('day', first, :day)",
    "purchase_days": "times",
    "purchase_days_90": "times_90",
    "purchase_days_before_90": "times_180 - times_90",
    "usual_gap": "CASE WHEN times > 1 THEN DATE_DIFF('day', first, last) / (times - 1) END",
    "gaps_since_last": "CASE WHEN times > 1 THEN DATE_DIFF('day', last, :day) * (times - 1)"
    " / GREATEST(DATE_DIFF('day', first, last), 1) END",
    "mean_amount": "amount / times",
    "amount_365": "amount_365",
}


@dataclass(frozen=True, slots=True)
class PurchaseChurn:
    """A model fitted as of `fitted_on`, tested as of `tested_on`, and today's customers with their chances."""

    card: Card
    model: ChurnModel
    fitted_on: date
    tested_on: date
    horizon: int
    today: Table


def features_as_of(bought: Purchases, day: date, horizon: int) -> Table:
    """Return the customers active on a day: features from before it; y is 1 for who bought nothing in the horizon."""
    counted = sql.tree(
        "SELECT customer, MIN(day) FILTER (WHERE day < :day) AS first, MAX(day) FILTER (WHERE day < :day) AS last,"
        " CAST(COUNT(*) FILTER (WHERE day < :day) AS DOUBLE) AS times,"
        " CAST(COUNT(*) FILTER (WHERE day < :day AND day >= :since_90) AS DOUBLE) AS times_90,"
        " CAST(COUNT(*) FILTER (WHERE day < :day AND day >= :since_180) AS DOUBLE) AS times_180,"
        " CAST(SUM(amount) FILTER (WHERE day < :day) AS DOUBLE) AS amount,"
        " COUNT(*) FILTER (WHERE day >= :day AND day < :until) AS later FROM bought GROUP BY customer",
        day=sql.day(day),
        since_90=sql.day(day - timedelta(days=90)),
        since_180=sql.day(day - timedelta(days=180)),
        until=sql.day(day + timedelta(days=horizon)),
    )
    kept = sql.tree(
        "SELECT customer, CAST(SUM(amount) AS DOUBLE) AS amount_365 FROM net_day"
        " WHERE day >= :since AND day < :day GROUP BY customer",
        day=sql.day(day),
        since=sql.day(day - timedelta(days=ACTIVE_DAYS)),
    )
    shown = [exp.cast(sql.tree(text, day=sql.day(day)), "DOUBLE").as_(name) for name, text in FEATURES.items()]
    rows = exp.select(sql.column("customer"), *shown, sql.column("later")).from_(sql.aside(counted, "counted"))
    rows = rows.join(sql.aside(kept, "kept"), using=["customer"])  # who is active bought in that time
    rows = rows.where(sql.tree("last >= :since", since=sql.day(day - timedelta(days=ACTIVE_DAYS)))).order_by("customer")
    found = bought.connection.execute(sql.emit(rows)).fetchnumpy()
    columns = [Column(name, np.ma.filled(np.ma.asarray(found[name], dtype=np.float64), np.nan)) for name in FEATURES]
    left = (np.asarray(found["later"]) == 0).astype(np.int64)
    return Table(tuple(columns), left, "left", tuple(str(one) for one in found["customer"]))


def fit_purchase_churn(bought: Purchases, *, horizon: int = 90, as_of: date | None = None) -> PurchaseChurn:
    """Return the model, its card by time split, and the customers of the day after the last purchase (or `as_of`).

    Fitted on what was known two horizons before `as_of` and happened in the first; tested on the second.

    :raises CalibrationEndWrong: when the purchases do not reach back far enough.
    :raises TooFewRows: when too few left, or stayed, in one of the two.
    """
    today = as_of or bought.last + timedelta(days=1)
    tested_on = today - timedelta(days=horizon)
    fitted_on = tested_on - timedelta(days=horizon)
    if fitted_on <= bought.first:
        raise CalibrationEndWrong(day=fitted_on, first=bought.first, last=bought.last)
    before, after = features_as_of(bought, fitted_on, horizon), features_as_of(bought, tested_on, horizon)
    card, model = split_by_time(before, after, known_before=True)
    return PurchaseChurn(card, model, fitted_on, tested_on, horizon, features_as_of(bought, today, horizon))
