"""Reading PostgreSQL for the mirror: one snapshot, the transaction below which everything has ended, and the rows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import CUSTOMERS, FACTS, Dataset
from zhike.engine.store.arrow import connect_arrow, rows_of
from zhike.engine.store.manifest import Manifest

PATIENCE = 5.0
_NEW = "xid >= CAST(:lo AS xid8) AND xid < CAST(:hi AS xid8)"
_OWN = " AND NOT (xid >= CAST(:foreign_from AS xid8) AND id <= :foreign_id)"
_ALL = "xid < CAST(:hi AS xid8) OR xid >= CAST(:top AS xid8)"
# A snapshot's xmin is the whole cluster's. A transaction that was under way when the snapshot was taken, and afterwards
# is found in a session of another database, writes nothing here: a session never changes its database, and a number is
# never given twice. One that is not found counts as ours. A standby does not list what is under way: there xmin holds.
_SEEN = """
WITH s AS MATERIALIZED (
  SELECT n.s AS s, d.oid AS oid, CASE WHEN PG_IS_IN_RECOVERY() THEN PG_SNAPSHOT_XMIN(n.s) ELSE COALESCE((
    SELECT CAST(CAST(MIN(CAST(CAST(x.x AS text) AS bigint)) AS text) AS xid8) FROM PG_SNAPSHOT_XIP(n.s) AS x(x)
    WHERE NOT EXISTS (
      SELECT 1 FROM pg_stat_activity AS a WHERE a.backend_xid = CAST(x.x AS xid) AND a.datid <> d.oid)
  ), PG_SNAPSHOT_XMAX(n.s)) END AS hi
  FROM pg_database AS d, (SELECT PG_CURRENT_SNAPSHOT() AS s) AS n WHERE d.datname = CURRENT_DATABASE()
)
SELECT CAST(CAST(s.hi AS text) AS bigint) AS hi, CAST(CAST(PG_SNAPSHOT_XMAX(s.s) AS text) AS bigint) AS top,
  CONCAT_WS('/', c.system_identifier, s.oid, PG_RELATION_FILENODE(:facts), PG_RELATION_FILENODE(:customers)) AS who,
  EXISTS (SELECT 1 FROM customers_fact AS f WHERE f.xid >= PG_SNAPSHOT_XMAX(s.s) AND f.id > :foreign_id) AS above,
  EXISTS (SELECT 1 FROM customers_fact AS f WHERE f.xid >= CAST(:since AS xid8) AND f.xid < s.hi) AS facts,
  EXISTS (SELECT 1 FROM customers_customer AS f WHERE f.xid >= CAST(:since AS xid8) AND f.xid < s.hi) AS customers
FROM PG_CONTROL_SYSTEM() AS c, s
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one repeatable-read transaction sees: all below `hi` of this database have ended; none from `top` on began.

    `identity` names the database cluster and the tables' storage: after a restore or a truncation it is another one.
    `foreign` says that facts came with transaction numbers of another cluster, as after a restore from a dump.
    `new` names the datasets that have settled rows since the transaction asked for.
    """

    connection: Any
    hi: int
    top: int
    identity: str
    foreign: bool
    new: frozenset[str]

    @contextmanager
    def rows(self, dataset: Dataset, *, since: Manifest | None) -> Iterator[Any]:
        """Give a stream of record batches: every settled row, or those settled since a manifest's watermark.

        Of customers the newest row wins, so a full copy takes all that it sees.
        """
        numbers = {"hi": sql.text(str(self.hi)), "top": sql.text(str(self.top))}
        where = _ALL if dataset is FACTS else "TRUE"
        if since is not None:
            where = _NEW + _OWN if dataset is FACTS else _NEW
            numbers |= {"lo": sql.text(str(since.watermark)), "foreign_from": sql.text(str(since.foreign_from))}
            numbers |= {"foreign_id": sql.integer(since.foreign_id)}
        with self.stream(dataset.select(where, **numbers)) as rows:
            yield rows

    @contextmanager
    def stream(self, query: exp.Expr) -> Iterator[Any]:
        """Give the rows of a query as a stream of record batches."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql.emit(query, sql.POSTGRES))
            yield cursor.fetch_arrow()

    def fetch(self, query: exp.Expr) -> list[tuple[Any, ...]]:
        """Return the rows of a small query."""
        with self.stream(query) as rows:
            return rows_of(rows)


@contextmanager
def snapshot(database_url: str, *, since: Manifest | None, patience: float = PATIENCE) -> Iterator[Snapshot]:
    """Open a read-only transaction on PostgreSQL and give what it sees.

    Where transactions are under way in this database it waits for those that began before the call, so that it sees
    all that the caller has committed (an ANALYZE at the wrong moment would hide it); a longer one is left for the next
    time.

    :param since: what was mirrored before. :param patience: how many seconds to wait at most.
    """
    query = sql.tree(
        _SEEN,
        dialect=sql.POSTGRES,
        facts=sql.text(FACTS.table),
        customers=sql.text(CUSTOMERS.table),
        since=sql.text(str(since.watermark if since else 0)),
        foreign_id=sql.integer(since.foreign_id if since else 0),
    )
    ends, wanted = time.monotonic() + patience, 0
    with connect_arrow(database_url) as connection, connection.cursor() as cursor:
        while True:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(sql.emit(query, sql.POSTGRES))
            hi, top, identity, foreign, facts, customers = rows_of(cursor.fetch_arrow())[0]
            if since and since.identity == identity and since.watermark <= top:
                hi = max(hi, since.watermark)  # what had ended, has; who was elsewhere may not be found any more
            wanted = wanted or top
            if hi >= wanted or time.monotonic() >= ends:
                break
            connection.rollback()
            time.sleep(0.05)
        new = {FACTS.name: facts, CUSTOMERS.name: customers}
        yield Snapshot(connection, hi, top, identity, foreign, frozenset(name for name, there in new.items() if there))
        connection.rollback()


def fetch_rows(database_url: str, text: str) -> list[tuple[Any, ...]]:
    """Return the rows of one query of ours."""
    with connect_arrow(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(text)
        return rows_of(cursor.fetch_arrow())
