"""Second stage: per customer as of D, what happened before D.

A purchase day is a local day whose net amount, returns included, is above 0 in some currency. Frequency counts them in
the window [D − n days, D); monetary is the net amount of all days in the window, in the organisation's currency.
`last_day` is kept, not the days since: those change for everybody every day.
"""

from datetime import timedelta

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.stages.setting import Setting

COLUMNS = {"first_day": "DATE", "last_day": "DATE", "prev_day": "DATE", "purchase_days_total": "INTEGER"}
_FREQUENCY = "CAST(COUNT(*) FILTER (WHERE bought AND day >= :start) AS INTEGER)"
_MONETARY = "CAST(COALESCE(SUM(amount) FILTER (WHERE day >= :start), 0) AS BIGINT)"


def state_columns(setting: Setting) -> dict[str, str]:
    """Return the stage's columns beside customer_id, with their types."""
    found = dict(COLUMNS)
    for window in setting.windows:
        frequency, monetary = setting.window_columns(window)
        found |= {frequency: "INTEGER", monetary: "BIGINT"}
    return found


def customer_state(days: exp.Expr, setting: Setting) -> exp.Select:
    """Return the state of every customer with facts before D.

    :param days: rows of customer_id, day, amount, bought, one per customer and day.
    """
    counted = sql.query(
        "SELECT customer_id, MIN(day) FILTER (WHERE bought) AS first_day,"
        " MAX(day, 2) FILTER (WHERE bought) AS latest,"
        " CAST(COUNT(*) FILTER (WHERE bought) AS INTEGER) AS purchase_days_total"
    )
    for window in setting.windows:
        start = sql.day(setting.as_of - timedelta(days=window))
        frequency, monetary = setting.window_columns(window)
        counted = counted.select(
            sql.tree(_FREQUENCY, start=start).as_(frequency),
            sql.tree(_MONETARY, start=start).as_(monetary),
            copy=False,
        )
    counted = (
        counted.from_(exp.Subquery(this=days, alias=exp.TableAlias(this=exp.to_identifier("d"))), copy=False)
        .where(sql.tree("day < :until", until=sql.day(setting.until)), copy=False)
        .group_by(sql.column("customer_id"), copy=False)
    )
    shown: list[exp.Expr] = [sql.column("customer_id")]
    named = {"last_day": "latest[1]", "prev_day": "latest[2]"}
    for name in state_columns(setting):
        shown.append(sql.tree(named[name]).as_(name, quoted=True) if name in named else sql.column(name))
    return exp.select(*shown).from_(
        exp.Subquery(this=counted, alias=exp.TableAlias(this=exp.to_identifier("s"))), copy=False
    )


def clean_days() -> exp.Expr:
    """Return the days of a `cust_day` that has one row per customer and day, where nobody paid in other currencies."""
    return sql.query("SELECT customer_id, day, amount, amount > 0 AS bought FROM cust_day")


def summed_days(*, foreign: bool, only: str = "") -> exp.Expr:
    """Return the days after summing the rows that refreshes appended.

    :param foreign: whether `foreign_day` has rows.
    :param only: a table of customer_id; days of other customers are left out.
    """
    own = sql.query(
        "SELECT customer_id, day, CAST(SUM(amount) AS BIGINT) AS amount, SUM(amount) > 0 AS bought FROM cust_day"
    )
    own = _those(own, only).group_by(sql.column("customer_id"), sql.column("day"), copy=False)
    if not foreign:
        return own
    other = sql.query(
        "SELECT customer_id, day, CAST(0 AS BIGINT) AS amount, SUM(amount) > 0 AS bought FROM foreign_day"
    )
    other = _those(other, only).group_by(
        sql.column("customer_id"), sql.column("day"), sql.column("currency"), copy=False
    )
    both = exp.Subquery(this=exp.union(own, other, distinct=False), alias=exp.TableAlias(this=exp.to_identifier("b")))
    return sql.query(
        "SELECT customer_id, day, CAST(SUM(amount) AS BIGINT) AS amount, BOOL_OR(bought) AS bought"
        " FROM :both GROUP BY customer_id, day",
        both=both,
    )


def _those(rows: exp.Select, only: str) -> exp.Select:
    if not only:
        return rows
    chosen = exp.select(sql.column("customer_id")).from_(sql.table(only), copy=False)
    return rows.where(exp.In(this=sql.column("customer_id"), query=exp.Subquery(this=chosen)), copy=False)


def filled(column: str, kind: str, table: str) -> exp.Expr:
    """Return a state column as it stands for a customer without facts: counts and sums are 0, days unknown."""
    held = sql.column(column, table)
    shown = held if kind == "DATE" else exp.Coalesce(this=held, expressions=[sql.integer(0)])
    return exp.cast(shown, kind).as_(column, quoted=True)
