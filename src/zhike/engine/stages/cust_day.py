"""First stage: facts to the net amount per customer, local day and currency.

`cust_day` holds the organisation's currency (customer_id, day, amount in minor units), `foreign_day` the others
(customer_id, day, currency, amount), mostly empty. Rows are additive: a refresh appends those of new facts, so a day
may have several rows until the next full run; later stages sum first.
"""

from collections.abc import Iterable

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import MONEY_KINDS


def cust_day(
    files: Iterable[str], *, day: exp.Expr, currency: str, mixed: bool, since: int | None = None
) -> exp.Select:
    """Return the days of facts in the organisation's currency; a fact without a currency is in it.

    :param day: the local day of `occurred_at`.
    :param mixed: whether the files hold other currencies too.
    :param since: take only rows copied after this watermark.
    """
    rows = _money(files, since)
    if mixed:
        rows = rows.where(sql.tree("COALESCE(currency, :own) = :own", own=sql.text(currency)), copy=False)
    return rows.select(sql.column("customer_id"), day.as_("day", quoted=True), _total(), copy=False).group_by(
        sql.column("customer_id"), day.copy(), copy=False
    )


def foreign_day(files: Iterable[str], *, day: exp.Expr, currency: str, since: int | None = None) -> exp.Select:
    """Return the days of facts in other currencies than the organisation's."""
    rows = _money(files, since).where(sql.tree("currency <> :own", own=sql.text(currency)), copy=False)
    return rows.select(
        sql.column("customer_id"), day.as_("day", quoted=True), sql.column("currency"), _total(), copy=False
    ).group_by(sql.column("customer_id"), day.copy(), sql.column("currency"), copy=False)


def no_days(*, foreign: bool) -> exp.Select:
    """Return no rows in the shape of the stage, for a store without facts."""
    columns = {"customer_id": "BIGINT", "day": "DATE", "currency": "TEXT", "amount": "BIGINT"}
    if not foreign:
        del columns["currency"]
    shown = [sql.null(kind).as_(name, quoted=True) for name, kind in columns.items()]
    return exp.select(*shown).where(exp.false(), copy=False)


def _money(files: Iterable[str], since: int | None) -> exp.Select:
    kinds = exp.In(this=sql.column("kind"), expressions=[sql.text(one) for one in MONEY_KINDS])
    rows = (
        exp.select()
        .from_(sql.parquet(files), copy=False)
        .where(kinds, copy=False)
        .where(sql.tree("NOT amount IS NULL"), copy=False)
    )
    return rows if since is None else rows.where(sql.tree("seen > :since", since=sql.integer(since)), copy=False)


def _total() -> exp.Expr:
    return sql.tree("CAST(SUM(amount) AS BIGINT) AS amount")
