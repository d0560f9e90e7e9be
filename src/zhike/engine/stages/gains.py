"""Second stage for a refresh: what new facts add to a customer's state, without summing all the customer's days again.

It holds where new facts make days into purchase days or leave them so: then days and amounts add up. A return that
unmakes a purchase day may change the last day, the one before or the first: such a customer is summed anew, and so is
one with facts that came late, because old days are costlier to look up than to sum. Only for a business whose facts are
all in its own currency.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.stages.customer_state import state_columns
from zhike.engine.stages.setting import Setting

RECENT_DAYS = 31
NEW = "new_"

_TURNED = """
SELECT f.customer_id, f.day, f.amount, COALESCE(o.amount, 0) > 0 AS was, COALESCE(o.amount, 0) + f.amount > 0 AS is_now
FROM fresh_day AS f
LEFT JOIN (
  SELECT c.customer_id, c.day, SUM(c.amount) AS amount FROM cust_day AS c
  JOIN fresh_day AS d ON d.customer_id = c.customer_id AND d.day = c.day
  WHERE c.day >= :recent GROUP BY c.customer_id, c.day
) AS o ON o.customer_id = f.customer_id AND o.day = f.day
WHERE f.day >= :recent
"""
_NEW = "is_now AND NOT was"


def turned_days(setting: Setting) -> exp.Select:
    """Return the recent days of `fresh_day`, which are not yet in `cust_day`, with what each was and is now."""
    return sql.query(_TURNED, recent=_recent(setting))


def beyond_adding(setting: Setting) -> list[exp.Select]:
    """Return the customers of `fresh_day` and `turned` for whom adding is not enough."""
    late = sql.query("SELECT DISTINCT customer_id FROM fresh_day WHERE day < :recent", recent=_recent(setting))
    return [late, sql.query("SELECT DISTINCT customer_id FROM turned WHERE was AND NOT is_now")]


def recent_from(setting: Setting) -> date:
    """Return the first of the days that are near enough to be looked up."""
    return setting.as_of - timedelta(days=RECENT_DAYS)


def _recent(setting: Setting) -> exp.Expr:
    return sql.day(recent_from(setting))


def gains(setting: Setting, *, but: str) -> exp.Select:
    """Return per customer of `turned` what its days before D add, in the shape of `arriving`.

    :param but: a table of customers that are left out.
    """
    rows = sql.query(
        f"SELECT customer_id, FALSE AS anew, MIN(day) FILTER (WHERE {_NEW}) AS first_day,"
        f" MAX(day) FILTER (WHERE {_NEW}) AS last_day, (MAX(day, 2) FILTER (WHERE {_NEW}))[2] AS prev_day,"
        f" COUNT(*) FILTER (WHERE {_NEW}) AS purchase_days_total"
    )
    for window in setting.windows:
        start = sql.day(setting.as_of - timedelta(days=window))
        frequency, monetary = setting.window_columns(window)
        rows = rows.select(
            sql.tree(f"COUNT(*) FILTER (WHERE {_NEW} AND day >= :start)", start=start).as_(frequency, quoted=True),
            sql.tree("COALESCE(SUM(amount) FILTER (WHERE day >= :start), 0)", start=start).as_(monetary, quoted=True),
            copy=False,
        )
    others = exp.Subquery(this=exp.select(sql.column("customer_id")).from_(sql.table(but), copy=False))
    return (
        rows.from_(sql.table("turned"), copy=False)
        .where(sql.tree("day < :until", until=sql.day(setting.until)), copy=False)
        .where(exp.Not(this=exp.In(this=sql.column("customer_id"), query=others)), copy=False)
        .group_by(sql.column("customer_id"), copy=False)
    )


def arriving(setting: Setting) -> exp.Select:
    """Return nobody, in the shape of the table that says what becomes of whose state: see `new_state`."""
    kinds = {"customer_id": "BIGINT", "anew": "BOOLEAN", **state_columns(setting)}
    shown = [sql.null(kind).as_(name, quoted=True) for name, kind in kinds.items()]
    return exp.select(*shown).where(exp.false(), copy=False)


def with_arriving(source: str, state: Iterable[str], others: Iterable[str]) -> exp.Select:
    """Return the customers in the table `arriving` as they are in `source`, with `anew` and what arrives (`new_…`)."""
    rows = exp.select(sql.column("customer_id"), *[sql.column(name, "c") for name in (*state, *others)])
    rows = rows.select(sql.column("anew", "a"), copy=False)
    rows = rows.select(*[sql.column(name, "a").as_(NEW + name, quoted=True) for name in state], copy=False)
    people = exp.alias_(sql.table(source), "c", table=True)
    return rows.from_("arriving AS a", copy=False).join(people, using=["customer_id"], copy=False)


def new_state(columns: dict[str, str]) -> list[exp.Expr]:
    """Return the columns of the new state, over rows of `with_arriving`.

    What arrives is a state that was summed `anew`, or what is to be added to the present one: then `new_last_day` and
    `new_prev_day` are the last two new purchase days.
    """
    added = {
        "first_day": "LEAST(first_day, new_first_day)",
        "last_day": "GREATEST(last_day, new_last_day)",
        "prev_day": "CASE WHEN new_last_day IS NULL OR last_day > new_last_day THEN GREATEST(prev_day, new_last_day)"
        " ELSE GREATEST(last_day, new_prev_day) END",
    }
    found: list[exp.Expr] = []
    for name, kind in columns.items():
        mine, more = sql.column(name), sql.column(NEW + name)
        value = sql.tree(added[name]) if name in added else exp.Add(this=mine, expression=more)
        value = sql.tree("CASE WHEN anew THEN :more ELSE :value END", more=more, value=value)
        found.append(exp.cast(value, kind).as_(name, quoted=True))
    return found
