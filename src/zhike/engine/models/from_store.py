"""Purchases and order lines from the store, as the models take them: no file in between.

The same business day and the same purchase day as in the stages: a local day whose net amount, returns included, is
above 0 in some currency. Amounts are minor units of the organisation's currency; those in other currencies are counted
and said, never added: a day paid in another currency is a purchase of amount 0.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import OCCASION, WEIGHT
from zhike.engine.models.errors import NoPurchases
from zhike.engine.models.orders import LeftOut, Purchases
from zhike.engine.stages import cust_day as days
from zhike.engine.stages.customer_state import summed_days
from zhike.engine.stages.local_day import local_day
from zhike.engine.store.connection import connect
from zhike.engine.store.manifest import Manifest
from zhike.engine.store.mirror import refresh_mirror
from zhike.engine.store.store import Store
from zhike.engine.work import extent


@dataclass(frozen=True, slots=True)
class StoredPurchases(Purchases):
    """Purchases of days before `as_of`. Both relations are (customer BIGINT, day DATE, amount BIGINT in minor units).

    `customers` counts everybody on record, buyers or not; `other_currencies` gives purchase days by currency.
    """

    as_of: date
    customers: int
    other_currencies: Mapping[str, int]

    @property
    def until(self) -> date:
        """The last day that was looked at: histories end here, whether or not somebody bought on it."""
        return self.as_of - timedelta(days=1)


@contextmanager
def open_purchases(
    store: Store, *, as_of: date, zone: str, currency: str, lines: bool = False
) -> Iterator[StoredPurchases]:
    """Give the purchases of everybody on record before a day, with all that committed before the call.

    Archived customers count like others; who was erased is gone; a purchase without a customer is nobody's.

    :param lines: make the table `basket_line` too (customer BIGINT, item BIGINT: a product's id, basket BIGINT: an
        order's id, day DATE), one row for each product of which an order holds something after its corrections.
        Lines that name none of our products are left out.
    :raises NoPurchases: where nobody bought anything before that day.
    """
    connection = connect(":memory:", folder=store.folder)
    try:
        with store.lock():  # another run may sweep files away
            manifest = refresh_mirror(store.folder, store.database_url, anew=bool(store.stale_mark())).manifest
            source = _Source(connection, store, manifest, zone, currency)
            source.make_people()
            others = source.make_days(as_of)
            if lines:
                source.make_lines(as_of)
        yield _describe(connection, as_of, others)
    finally:
        connection.close()


def _describe(connection: duckdb.DuckDBPyConnection, as_of: date, others: Mapping[str, int]) -> StoredPurchases:
    counts = sql.tree(
        "SELECT COUNT(*), MIN(day), MAX(day), COUNT(amount > 0 OR NULL), (SELECT COUNT(*) FROM person),"
        " (SELECT COUNT(*) FILTER (WHERE day < :as_of AND NOT bought) FROM netted),"
        " (SELECT COUNT(*) FILTER (WHERE day >= :as_of) FROM netted) FROM bought",
        as_of=sql.day(as_of),
    )
    ((rows, first, last, paid, people, not_positive, future),) = connection.execute(sql.emit(counts)).fetchall()
    if not rows:
        raise NoPurchases(day=as_of)
    left = LeftOut(0, 0, future, not_positive)
    return StoredPurchases(connection, rows, left, first, last, paid > 0, as_of, people, others)


@dataclass(frozen=True, slots=True)
class _Source:
    """The mirror's files while tables are made from them."""

    connection: duckdb.DuckDBPyConnection
    store: Store
    manifest: Manifest
    zone: str
    currency: str

    def make(self, name: str, rows: exp.Expr) -> None:
        self.connection.execute(sql.emit(sql.create_table(name, rows)))

    def make_people(self) -> None:
        paths = [str(self.store.folder / one.path) for one in self.manifest.customers]
        rows = sql.query("SELECT CAST(NULL AS BIGINT) AS customer_id WHERE FALSE")
        if paths:
            rows = exp.select(sql.column("customer_id")).distinct().from_(sql.parquet(paths))
        self.make("person", rows)

    def make_days(self, as_of: date) -> dict[str, int]:
        """Make `netted` and `bought`; return the purchase days in other currencies."""
        paths, day = self.facts, self.day
        mixed = any(one != self.currency for one in self.manifest.currencies)
        own = (
            days.cust_day(paths, day=day, currency=self.currency, mixed=mixed) if paths else days.no_days(foreign=False)
        )
        other = days.foreign_day(paths, day=day, currency=self.currency) if mixed else days.no_days(foreign=True)
        self.make("cust_day", own)
        self.make("foreign_day", other)
        self.make("netted", summed_days(foreign=mixed))
        net_day = sql.tree(
            "SELECT customer_id AS customer, day, amount, bought FROM netted"
            " WHERE day < :as_of AND customer_id IN (SELECT customer_id FROM person)",
            as_of=sql.day(as_of),
        )
        self.connection.sql(sql.emit(net_day)).create_view("net_day")
        self.make("bought", sql.query("SELECT customer, day, GREATEST(amount, 0) AS amount FROM net_day WHERE bought"))
        found = sql.tree(
            "SELECT currency, COUNT(*) FROM foreign_day WHERE amount > 0 AND day < :as_of GROUP BY currency ORDER BY 1",
            as_of=sql.day(as_of),
        )
        return dict(self.connection.execute(sql.emit(found)).fetchall())

    def make_lines(self, as_of: date) -> None:
        source = sql.parquet(self.facts) if self.facts else sql.aside(_no_facts(), "facts")
        named = exp.select(
            sql.column("customer_id"), sql.column("product_id"), sql.tree(OCCASION).as_("basket"),
            self.day.as_("day"), sql.tree(WEIGHT).as_("weight"),
        ).from_(source)  # fmt: skip
        named = named.where(sql.tree("kind IN ('purchase', 'return') AND NOT product_id IS NULL"))
        rows = sql.tree(
            "SELECT customer_id AS customer, product_id AS item, basket, MIN(day) AS day FROM :named"
            " WHERE day < :as_of AND customer_id IN (SELECT customer_id FROM person)"
            " GROUP BY customer_id, product_id, basket HAVING SUM(weight) > 0",
            named=sql.aside(named, "named"),
            as_of=sql.day(as_of),
        )
        self.make("basket_line", rows)

    @property
    def facts(self) -> list[str]:
        return [str(self.store.folder / one.path) for one in self.manifest.facts]

    @property
    def day(self) -> exp.Expr:
        return local_day(sql.column("occurred_at"), self.zone, *extent(self.manifest))


def _no_facts() -> exp.Select:
    kinds = {"id": "BIGINT", "customer_id": "BIGINT", "product_id": "BIGINT", "refers_id": "BIGINT", "kind": "TEXT"}
    kinds |= {"refers_kind": "TEXT", "occurred_at": "TIMESTAMP", "millionths": "BIGINT", "amount": "BIGINT"}
    return exp.select(*[sql.null(kind).as_(name, quoted=True) for name, kind in kinds.items()]).where(exp.false())
