"""Retention: customers by the month of their first purchase, how long they last, how they move between classes.

Every stage is one statement over tables that were made before it, so that an engine that inlines what stands inside a
statement reads its source once. Months are counted as year × 12 + month: no arithmetic on dates, which engines do
differently; days between dates by DATE_DIFF.
"""

from datetime import date, timedelta

from sqlglot import exp

from zhike.engine import sql

_MONTH = "CAST(EXTRACT(YEAR FROM :day) * 12 + EXTRACT(MONTH FROM :day) - 1 AS INTEGER)"


def month_number(day: exp.Expr) -> exp.Expr:
    """Return year × 12 + month − 1 of a day: 24312 is January 2026."""
    return sql.tree(_MONTH, day=day)


def cohort_start(days: exp.Expr, as_of: date) -> exp.Select:
    """Return customer_id, start (month number), first_day, last_day of everybody who bought before D.

    :param days: rows of customer_id, day, amount, bought, one per customer and day.
    """
    first = sql.query(
        "SELECT customer_id, MIN(day) AS first_day, MAX(day) AS last_day FROM :days WHERE bought AND day < :as_of"
        " GROUP BY customer_id",
        days=sql.aside(days, "d"),
        as_of=sql.day(as_of),
    )
    start = month_number(sql.column("first_day")).as_("start", quoted=True)
    return exp.select(sql.column("customer_id"), start, sql.column("first_day"), sql.column("last_day")).from_(
        sql.aside(first, "f"), copy=False
    )


def state_start(people: str) -> exp.Select:
    """Return what `cohort_start` gives, of a table that has everybody's state as of D: nobody is summed again."""
    start = month_number(sql.column("first_day")).as_("start", quoted=True)
    rows = exp.select(sql.column("customer_id"), start, sql.column("first_day"), sql.column("last_day"))
    return rows.from_(sql.table(people), copy=False).where(sql.tree("NOT first_day IS NULL"), copy=False)


def cohort_months(days: exp.Expr, as_of: date, starts: str) -> exp.Select:
    """Return start, age (months since it), customers who bought in that month, purchase_days, amount of all their days.

    :param starts: the table that `cohort_start` or `state_start` made. Months without any day of a cohort have no row.
    """
    by_month = sql.query(
        "SELECT s.start AS start, :month - s.start AS age, d.customer_id AS customer_id,"
        " COUNT(*) FILTER (WHERE bought) AS times, SUM(amount) AS amount"
        " FROM :days JOIN :starts ON s.customer_id = d.customer_id WHERE d.day < :as_of"
        " AND d.day >= s.first_day GROUP BY 1, 2, 3",
        month=month_number(sql.column("day", "d")),
        days=sql.aside(days, "d"),
        starts=exp.alias_(sql.table(starts), "s", table=True),
        as_of=sql.day(as_of),
    )
    return sql.query(
        "SELECT start, age, COUNT(*) FILTER (WHERE times > 0) AS customers,"
        " CAST(SUM(times) AS BIGINT) AS purchase_days, CAST(SUM(amount) AS BIGINT) AS amount"
        " FROM :m GROUP BY start, age ORDER BY start, age",
        m=sql.aside(by_month, "m"),
    )


def lasting(as_of: date, starts: str, *, lost_after: int) -> exp.Select:
    """Return days from first to last purchase, customers who are lost (no purchase for so many days), all customers."""
    return sql.query(
        "SELECT DATE_DIFF('day', first_day, last_day) AS lasted,"
        " COUNT(*) FILTER (WHERE DATE_DIFF('day', last_day, :as_of) > :lost_after) AS lost, COUNT(*) AS customers"
        " FROM :starts GROUP BY 1 ORDER BY 1",
        as_of=sql.day(as_of),
        lost_after=sql.integer(lost_after),
        starts=sql.table(starts),
    )


def known_lasting(as_of: date, starts: str, *, lost_after: int) -> exp.Select:
    """Return days, customers who are lost, all customers: like `lasting`, and each seen up to one and the same day.

    Who is lost lasted from the first to the last purchase. Of the others it is known that they had not stopped when the
    time began in which they would have to be silent to be lost: they count up to the day before it. Who first bought
    later tells nothing yet and is left out. So how long somebody is seen does not depend on how often they buy.
    """
    return sql.query(
        "SELECT CASE WHEN last_day < :edge THEN DATE_DIFF('day', first_day, last_day)"
        " ELSE DATE_DIFF('day', first_day, :edge) - 1 END AS lasted,"
        " COUNT(*) FILTER (WHERE last_day < :edge) AS lost, COUNT(*) AS customers"
        " FROM :starts WHERE first_day < :edge GROUP BY 1 ORDER BY 1",
        edge=sql.day(as_of - timedelta(days=lost_after)),
        starts=sql.table(starts),
    )


def transitions(before: exp.Expr, after: exp.Expr) -> exp.Select:
    """Return from_class, to_class, customers; a class is NULL for who was (is) in none.

    :param before: rows of customer_id, class: one a customer, as of an earlier day; `after` as of a later one.
    """
    return sql.query(
        "SELECT b.class AS from_class, a.class AS to_class, COUNT(*) AS customers FROM :before"
        " FULL JOIN :after ON a.customer_id = b.customer_id GROUP BY b.class, a.class",
        before=sql.aside(before, "b"),
        after=sql.aside(after, "a"),
    )


def class_trend(days: exp.Expr, members: exp.Expr, as_of: date) -> exp.Select:
    """Return month, class, buyers, repeat_buyers (two days or more in it), purchase_days, amount; NULL: in no class.

    :param members: rows of customer_id, class, one a customer.
    """
    by_customer = sql.query(
        "SELECT m.class AS class, :month AS month, d.customer_id AS customer_id,"
        " COUNT(*) FILTER (WHERE bought) AS times, SUM(amount) AS amount FROM :days"
        " LEFT JOIN :members ON m.customer_id = d.customer_id WHERE d.day < :as_of GROUP BY 1, 2, 3",
        month=month_number(sql.column("day", "d")),
        days=sql.aside(days, "d"),
        members=sql.aside(members, "m"),
        as_of=sql.day(as_of),
    )
    return sql.query(
        "SELECT month, class, COUNT(*) FILTER (WHERE times > 0) AS buyers,"
        " COUNT(*) FILTER (WHERE times > 1) AS repeat_buyers, CAST(SUM(times) AS BIGINT) AS purchase_days,"
        " CAST(SUM(amount) AS BIGINT) AS amount FROM :c GROUP BY month, class ORDER BY month, class NULLS LAST",
        c=sql.aside(by_customer, "c"),
    )
