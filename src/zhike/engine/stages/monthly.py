"""Classes on past days: everybody with facts, judged on the first day of each month as they would have been then.

What is judged is what follows from purchases alone: lifecycle stages and value tiers. Attributes have no history.
"""

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.windows import months_before
from zhike.engine.schemes import WINDOW_DAYS, SchemeSpec
from zhike.engine.stages.classes import class_expression
from zhike.engine.stages.cohorts import month_number
from zhike.engine.stages.customer_state import customer_state
from zhike.engine.stages.scores import CutPoints, find_cut_points
from zhike.engine.stages.setting import class_column, make_setting
from zhike.engine.work import Work

BY_PURCHASES = ("lifecycle", "value_tier")
STANDING = "standing"


def month_points(first: date, as_of: date, months: int) -> list[date]:
    """Return the first days of months after `first`, at most `months` + 1 of them, the last not after `as_of`."""
    last = as_of.replace(day=1)
    points = [months_before(last, count) for count in range(months, -1, -1)]
    return [one for one in points if one > first]


def make_standing(
    work: Work, days: exp.Expr, specs: Sequence[SchemeSpec], points: Sequence[date], *, kept: CutPoints | None = None
) -> None:
    """Make the table `standing` (month: its number, customer_id, revenue, class_<id> per scheme), a row each month.

    `revenue` is the net amount in the window of the value tier, else of 365 days. A class is NULL for who is in none;
    customers without facts before a day have no row.

    :param days: rows of customer_id, day, amount, bought. :param points: days of judgement, ascending.
    :param kept: the cut points that schemes with fixed ones go by; where there are none, those of the latest day.
    """
    for place, day in enumerate(reversed(points)):
        setting = make_setting(as_of=day, zone="UTC", currency="", schemes=specs)
        work.run(sql.create_table("standing_state", customer_state(days.copy(), setting), temporary=True))
        found = find_cut_points(work.fetch, setting, "standing_state", kept)
        kept = kept or found
        tier = next((one for one in specs if one.kind == "value_tier"), None)
        _, revenue = setting.window_columns(tier.window or 0 if tier else WINDOW_DAYS)
        classes = [
            exp.alias_(class_expression(one, setting, found), class_column(one.id), quoted=True) for one in specs
        ]
        shown = [exp.alias_(month_number(sql.day(day)), "month"), sql.column("customer_id")]
        rows = exp.select(*shown, sql.column(revenue).as_("revenue"), *classes).from_(sql.table("standing_state"))
        work.run(sql.insert(STANDING, rows) if place else sql.create_table(STANDING, rows))
        work.run(sql.drop_table("standing_state"))


def members_on(month: int, scheme_id: int) -> exp.Select:
    """Return customer_id, class of a month's first day."""
    return sql.query(
        "SELECT customer_id, :held AS class FROM standing WHERE month = :month",
        held=sql.column(class_column(scheme_id)),
        month=sql.integer(month),
    )


def standing_totals(scheme_id: int) -> exp.Select:
    """Return month, class, customers, revenue of every month's first day."""
    return sql.query(
        "SELECT month, :held AS class, COUNT(*) AS customers, CAST(SUM(revenue) AS BIGINT) AS revenue"
        " FROM standing GROUP BY 1, 2 ORDER BY 1, 2 NULLS LAST",
        held=sql.column(class_column(scheme_id)),
    )
