"""Purchases from a file: days of customers in DuckDB, and the histories that the models take.

A line is one purchase (or one position of it). Purchases of one local day count once, and amounts net inside the day:
days that returns bring to 0 or less are no purchase (a free one is). The day is the one written in the file; a time or
zone after it is ignored, so that no change of clocks moves a purchase.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.models.cells import Floats, Spent
from zhike.engine.models.errors import CurrenciesMixed, CurrencyBlank, CurrencyUnknown, NothingToRead
from zhike.engine.models.files import open_table, reading

UNITS = {"day": 1, "week": 7}
_DAY = (
    r"TRY_CAST(REGEXP_REPLACE(TRIM(CAST(:date AS TEXT)), '^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2}).*$', '\1-\2-\3')"
    " AS DATE)"
)
_AMOUNT = "TRY_CAST(REPLACE(CAST(:amount AS TEXT), ',', '') AS DECIMAL(18, 4))"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Lines that say nothing, by why; `not_positive` counts customer days."""

    without_customer: int
    unreadable: int
    in_future: int
    not_positive: int


@dataclass(frozen=True, slots=True)
class Purchases:
    """A DuckDB connection with two relations of (customer, day, amount), one row per customer and day.

    `bought` has the purchase days; `net_day` all days on which something was paid or given back, so that its sums are
    net amounts.
    """

    connection: duckdb.DuckDBPyConnection
    rows: int
    left_out: LeftOut
    first: date
    last: date
    has_amounts: bool


@dataclass(frozen=True, slots=True)
class Histories:
    """Per customer, shape (n,): x, t_x, age in the unit asked for, the mean amount of repeat purchases (NaN where
    x = 0) and of all, and `later`, the purchase days after the calibration."""

    customers: list[str]
    x: Floats
    t_x: Floats
    age: Floats
    mean_amount: Floats
    mean_of_all: Floats
    later: Floats

    @property
    def spent(self) -> Spent:
        """The amounts of all purchases, the first one too."""
        return Spent(self.x + 1, self.mean_of_all)


def read_purchases(
    path: Path,
    *,
    customer: str,
    day: str,
    today: date,
    amount: str = "",
    currency: str = "",
    only: str = "",
) -> Purchases:
    """Return a file's purchases.

    :raises CurrenciesMixed, CurrencyBlank: when amounts are in several currencies, or some in none that is told, and
        `only` does not choose one. :raises CurrencyUnknown: when it does, and no column tells them.
    :raises NothingToRead: when no line is left. Also all that `open_table` and `reading` raise.
    """
    if only and not currency:
        raise CurrencyUnknown(only=only)
    columns = {"customer": customer, "day": day}
    columns |= {"amount": amount} if amount else {}
    columns |= {"currency": currency} if currency else {}
    connection = open_table(path, columns)
    source = sql.query("SELECT * FROM line")
    with reading(path):
        if currency:
            source = _of_one_currency(connection, source, currency, only, amount)
        _make_lines(connection, source, columns)
    return _make_days(connection, path, today, has_amounts=bool(amount))


def _of_one_currency(
    connection: duckdb.DuckDBPyConnection, source: exp.Select, currency: str, only: str, amount: str
) -> exp.Select:
    written = sql.tree("UPPER(TRIM(COALESCE(CAST(:c AS TEXT), '')))", c=sql.column(currency))
    if only:
        return source.where(exp.EQ(this=written, expression=sql.text(only.strip().upper())))
    if amount:
        filled = sql.tree("TRIM(CAST(:a AS TEXT)) <> ''", a=sql.column(amount))
        every = exp.select(written.as_("written"), exp.Count(this=exp.Star())).from_(sql.table("line")).where(filled)
        found = connection.execute(sql.emit(every.group_by("1").order_by("1"))).fetchall()
        names = [name for name, _ in found if name]
        if len(names) > 1:
            raise CurrenciesMixed(currencies=", ".join(names))
        if names and len(found) > 1:
            raise CurrencyBlank(rows=found[0][1], currencies=names[0])
    return source


def _make_lines(connection: duckdb.DuckDBPyConnection, source: exp.Select, columns: Mapping[str, str]) -> None:
    name = sql.tree("NULLIF(TRIM(CAST(:c AS TEXT)), '')", c=sql.column(columns["customer"]))
    amount = sql.tree(_AMOUNT, amount=sql.column(columns["amount"])) if "amount" in columns else sql.tree("1")
    day = sql.tree(_DAY, date=sql.column(columns["day"]))
    shown = exp.select(name.as_("customer"), day.as_("day"), amount.as_("amount")).from_(sql.aside(source, "s"))
    connection.execute(sql.emit(sql.create_table("used", shown)))


def _make_days(connection: duckdb.DuckDBPyConnection, path: Path, today: date, *, has_amounts: bool) -> Purchases:
    counts = sql.tree(
        "SELECT COUNT(*), COUNT(*) FILTER (WHERE customer IS NULL),"
        " COUNT(*) FILTER (WHERE customer IS NOT NULL AND (day IS NULL OR amount IS NULL)),"
        " COUNT(*) FILTER (WHERE customer IS NOT NULL AND amount IS NOT NULL AND day > :today) FROM used",
        today=sql.day(today),
    )
    ((rows, nobody, unreadable, future),) = connection.execute(sql.emit(counts)).fetchall()
    days = sql.tree(
        "SELECT customer, day, SUM(amount) AS amount, MIN(amount) AS least FROM used"
        " WHERE customer IS NOT NULL AND amount IS NOT NULL AND day <= :today GROUP BY customer, day",
        today=sql.day(today),
    )
    connection.execute(sql.emit(sql.create_table("net_day", days)))
    kept = sql.query("SELECT customer, day, amount FROM net_day WHERE amount > 0 OR (amount = 0 AND least = 0)")
    connection.execute(sql.emit(sql.create_table("bought", kept)))
    extent = sql.query("SELECT COUNT(*), MIN(day), MAX(day), (SELECT COUNT(*) FROM net_day) FROM bought")
    ((number, first, last, netted),) = connection.execute(sql.emit(extent)).fetchall()
    left = LeftOut(nobody, unreadable, future, netted - number)
    if not number:
        raise NothingToRead(
            file=path.name,
            rows=rows,
            without_customer=nobody,
            unreadable=unreadable,
            in_future=future,
            not_positive=left.not_positive,
        )
    return Purchases(connection, rows, left, first, last, has_amounts)


def find_histories(bought: Purchases, until: date, *, unit: str = "day", end: date | None = None) -> Histories:
    """Return the histories of everybody who bought by the end of `until`; later purchase days are counted apart.

    :param end: the last day of those later ones; None: all there are.
    """
    seen = sql.tree(
        "SELECT customer, CAST(COUNT(*) FILTER (WHERE day <= :until) AS DOUBLE) - 1 AS x,"
        " MIN(day) AS first, MAX(day) FILTER (WHERE day <= :until) AS last,"
        " CAST(SUM(amount) FILTER (WHERE day <= :until) AS DOUBLE) AS amount,"
        " CAST(ARG_MIN(amount, day) AS DOUBLE) AS first_amount,"
        " CAST(COUNT(*) FILTER (WHERE day > :until AND day <= :end) AS DOUBLE) AS later"
        " FROM bought GROUP BY customer HAVING MIN(day) <= :until",
        until=sql.day(until),
        end=sql.day(end or date.max),
    )
    rows = sql.tree(
        "SELECT customer, x, CAST(DATE_DIFF('day', first, last) AS DOUBLE) AS t_x,"
        " CAST(DATE_DIFF('day', first, :until) AS DOUBLE) AS age,"
        " CASE WHEN x > 0 THEN (amount - first_amount) / x END AS mean_amount,"
        " amount / (x + 1) AS mean_of_all, later FROM :seen ORDER BY customer",
        until=sql.day(until),
        seen=sql.aside(seen, "seen"),
    )
    found: dict[str, Any] = bought.connection.execute(sql.emit(rows)).fetchnumpy()
    length = UNITS[unit]
    mean = np.ma.filled(np.ma.asarray(found["mean_amount"], dtype=np.float64), np.nan)
    numbers = {key: np.asarray(found[key], dtype=np.float64) for key in ("x", "t_x", "age", "mean_of_all", "later")}
    return Histories(
        [str(one) for one in found["customer"]],
        numbers["x"],
        numbers["t_x"] / length,
        numbers["age"] / length,
        mean,
        numbers["mean_of_all"],
        numbers["later"],
    )
