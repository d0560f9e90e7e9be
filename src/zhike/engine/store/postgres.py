"""Reading PostgreSQL for the mirror: one snapshot, the transactions below which everything has ended, and the rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
from adbc_driver_postgresql import dbapi
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import CUSTOMERS, DATASETS, FACTS, Dataset

_SETTLED = "xid >= CAST(:lo AS xid8) AND xid < CAST(:hi AS xid8)"
_ALL = "xid < CAST(:hi AS xid8) OR xid >= CAST(:top AS xid8)"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one repeatable-read transaction sees: all transactions below `hi` have ended; none at or above `top` began.

    `identity` names the database cluster and the tables' storage: after a restore or a truncation it is another one.
    `foreign` says that rows carry transaction numbers of another cluster, as after a restore from a dump.
    """

    connection: Any
    hi: int
    top: int
    identity: str
    foreign: bool

    @contextmanager
    def rows(self, dataset: Dataset, *, lo: int | None) -> Iterator[Any]:
        """Give a stream of record batches: rows of lo ≤ xid < hi, or with lo None every settled row."""
        number = {"lo": sql.text(str(lo)), "hi": sql.text(str(self.hi)), "top": sql.text(str(self.top))}
        query = dataset.select(_ALL if lo is None else _SETTLED, **number)
        with self.connection.cursor() as cursor:
            cursor.execute(sql.emit(query, sql.POSTGRES))
            yield cursor.fetch_arrow()

    def has_rows(self, dataset: Dataset, *, lo: int) -> bool:
        number = {"lo": sql.text(str(lo)), "hi": sql.text(str(self.hi))}
        query = exp.select("1").from_(sql.table(dataset.table)).where(sql.tree(_SETTLED, dialect="postgres", **number))
        return _one(self.connection, sql.emit(query.limit(1), sql.POSTGRES)) is not None


@contextmanager
def snapshot(database_url: str) -> Iterator[Snapshot]:
    """Open a read-only transaction on PostgreSQL and give what it sees."""
    with dbapi.connect(database_url) as connection:
        _run(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        hi, top = _one(
            connection,
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() s",
        )
        foreign = any(_has_above(connection, dataset, top) for dataset in DATASETS)
        yield Snapshot(connection, hi, top, _identity(connection), foreign)
        connection.rollback()


def _identity(connection: Any) -> str:
    query = sql.query(
        "SELECT CAST(system_identifier AS text), CAST(d.oid AS text),"
        " CAST(pg_relation_filenode(:facts) AS text), CAST(pg_relation_filenode(:customers) AS text)"
        " FROM pg_control_system() AS c, pg_database AS d WHERE d.datname = current_database()",
        dialect=sql.POSTGRES,
        facts=sql.text(FACTS.table),
        customers=sql.text(CUSTOMERS.table),
    )
    return "/".join(_one(connection, sql.emit(query, sql.POSTGRES)))


def _has_above(connection: Any, dataset: Dataset, top: int) -> bool:
    query = (
        exp.select("1")
        .from_(sql.table(dataset.table))
        .where(sql.tree("xid >= CAST(:top AS xid8)", dialect=sql.POSTGRES, top=sql.text(str(top))))
        .limit(1)
    )
    return _one(connection, sql.emit(query, sql.POSTGRES)) is not None


def _run(connection: Any, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _one(connection: Any, statement: str) -> Any:
    """Return the first row of a small query as a tuple, None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        with duckdb.connect() as reader:  # the driver's own rows need pyarrow
            reader.register("found", cursor.fetch_arrow())
            return reader.execute('SELECT * FROM "found"').fetchone()
