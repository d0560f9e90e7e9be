"""Arrow from and to PostgreSQL, and from Arrow to rows.

The driver asks a database for all its types, and DuckDB lists all its functions, before they do anything: that takes
longer than most of what they are asked here. So both are kept for the process. No connection is: each is opened for its
use and closed after it.
"""

import os
from functools import cache
from typing import Any, cast

import adbc_driver_postgresql
import duckdb
from adbc_driver_manager import AdbcConnection, AdbcDatabase, dbapi


class _Kept:
    """Stands for a database that outlives its connections: each closes what it takes for its own."""

    def close(self) -> None:
        pass


def connect_arrow(database_url: str) -> dbapi.Connection:
    """Return a new connection, in a transaction, that reads and writes Arrow; whoever asked for it closes it."""
    connection = AdbcConnection(_database(database_url, os.getpid()))
    try:
        return dbapi.Connection(cast(AdbcDatabase, _Kept()), connection)
    except BaseException:
        connection.close()
        raise


def rows_of(stream: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a stream; the driver's own way would need pyarrow."""
    with _reader(os.getpid()).cursor() as reader:
        reader.register("found", stream)
        found = reader.execute('SELECT * FROM "found"').fetchall()
        reader.unregister("found")
        return found


@cache
def _database(database_url: str, _process: int) -> AdbcDatabase:
    return adbc_driver_postgresql.connect(database_url)


@cache
def _reader(_process: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect()
