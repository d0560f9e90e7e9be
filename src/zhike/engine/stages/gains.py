"""Second stage for a refresh: what new facts add to a customer's state, without summing all the customer's days again.

It holds where new facts make days into purchase days or leave them so: then days and amounts add up. A return that
unmakes a purchase day may change the last day, the one before or the first: such a customer is summed anew, and so is
one with facts that came late, because old days are costlier to look up than to sum. Only for a business whose facts are
all in its own currency.
"""

from datetime import timedelta

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.stages.setting import Setting

RECENT_DAYS = 31

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


def _recent(setting: Setting) -> exp.Expr:
    return sql.day(setting.as_of - timedelta(days=RECENT_DAYS))


def gains(setting: Setting, *, but: str) -> exp.Select:
    """Return per customer of `turned` what its days before D add; customers in the table `but` are left out."""
    rows = sql.query(
        f"SELECT customer_id, MIN(day) FILTER (WHERE {_NEW}) AS first_day, MAX(day, 2) FILTER (WHERE {_NEW}) AS latest,"
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


def with_gains(columns: dict[str, str]) -> exp.Select:
    """Return the state of the customers in `gained`, which holds `gains`, after adding them to the table `customer`."""
    values = {
        "first_day": sql.tree("LEAST(c.first_day, g.first_day)"),
        "last_day": sql.tree("GREATEST(c.last_day, g.latest[1])"),
        "prev_day": sql.tree(
            "CASE WHEN g.latest[1] IS NULL OR c.last_day > g.latest[1] THEN GREATEST(c.prev_day, g.latest[1])"
            " ELSE GREATEST(c.last_day, g.latest[2]) END"
        ),
    }
    for name in columns.keys() - values.keys():
        values[name] = exp.Add(this=sql.column(name, "c"), expression=sql.column(name, "g"))
    shown = [exp.alias_(exp.cast(values[name], kind), name, quoted=True) for name, kind in columns.items()]
    return (
        sql.query("SELECT g.customer_id")
        .select(*shown, copy=False)
        .from_("gained AS g", copy=False)
        .join("customer AS c", using=["customer_id"], copy=False)
    )
