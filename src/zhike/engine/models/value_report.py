"""What customers are worth, seen over everybody, ready for JSON: concentration, tiers over time, hindsight."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from zhike.engine import sql
from zhike.engine.models.concentration import report_concentration
from zhike.engine.models.from_store import StoredPurchases
from zhike.engine.models.hindsight import report_hindsight
from zhike.engine.models.retention_report import MONTHS, make_study_days
from zhike.engine.schemes import WINDOW_DAYS, SchemeSpec
from zhike.engine.stages.monthly import make_standing, month_points, standing_totals
from zhike.engine.stages.scores import CutPoints
from zhike.engine.work import Work

_DAYS = sql.query("SELECT customer_id, day, amount, bought FROM study_day")


def report_value(
    bought: StoredPurchases,
    *,
    tier: SchemeSpec | None,
    kept: CutPoints | None = None,
    tell: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Return concentration of the net amount in a year and ever, tiers on month starts, and `report_hindsight`.

    Amounts are minor units of the organisation's currency; customers who only paid in others count as 0.
    """
    work = Work(bought.connection)
    make_study_days(work, bought)
    found = {
        "as_of": bought.as_of.isoformat(),
        "year": report_concentration(_amounts(work, bought, WINDOW_DAYS)),
        "ever": report_concentration(_amounts(work, bought, None)),
        "window_days": WINDOW_DAYS,
        "tiers": _tiers(work, bought, tier, kept),
        "other_currencies": dict(bought.other_currencies),
    }
    tell()
    return found | {"hindsight": report_hindsight(bought)}


def _amounts(work: Work, bought: StoredPurchases, window: int | None) -> Any:
    """Return the net amounts of customers who bought or gave back something in the window."""
    rows = sql.query("SELECT CAST(SUM(amount) AS BIGINT) AS amount FROM study_day GROUP BY customer_id")
    if window is not None:
        rows = rows.where(sql.tree("day >= :start", start=sql.day(bought.as_of - timedelta(days=window))))
    return work.fetch(rows)["amount"]


def _tiers(
    work: Work, bought: StoredPurchases, tier: SchemeSpec | None, kept: CutPoints | None
) -> dict[str, Any] | None:
    """Return customers and revenue of each tier on the first day of each month; None without a tier or a month."""
    points = month_points(bought.first, bought.as_of, MONTHS)
    if tier is None or not points:
        return None
    make_standing(work, _DAYS, [tier], points, kept=kept)
    months: dict[int, list[list[int | None]]] = {}
    for month, held, customers, revenue in work.run(standing_totals(tier.id)):
        months.setdefault(month, []).append([held, customers, revenue])
    return {
        "scheme": tier.id,
        "classes": [one.id for one in tier.classes],
        "window_days": tier.window,
        "months": [{"month": month, "rows": rows} for month, rows in sorted(months.items())],
    }
