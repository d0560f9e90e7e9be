"""The mirror holds every committed fact once: late commits, kills, restores and deletions included."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

import zhike
from zhike.engine.run import classify
from zhike.engine.store.manifest import NAME, read_manifest, write_manifest
from zhike.engine.store.mirror import MOST_FILES, Mirrored, refresh_mirror
from zhike.engine.store.store import Store
from zhike.engine.testing import built_in_schemes

ADD = "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount) SELECT 1, 'purchase', now(), n"
RUN = """
import sys
from datetime import date
from pathlib import Path
from zhike.engine.run import classify
from zhike.engine.store.store import Store
from zhike.engine.testing import built_in_schemes
store = Store(Path(sys.argv[1]), sys.argv[2])
print("ready", flush=True)
while True:
    classify(store, as_of=date(2030, 1, 1), zone="UTC", currency="CNY", schemes=built_in_schemes()).close()
"""


def refresh(store: Store, patience: float = 5.0) -> Mirrored:
    with store.lock():
        return refresh_mirror(store.folder, store.database_url, patience=patience)


def mirrored_ids(store: Store, dataset: str = "facts", column: str = "id") -> list[int]:
    manifest = store.manifest()
    assert manifest is not None
    paths = [str(store.folder / one.path) for one in manifest.files(dataset)]
    if not paths:
        return []
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT {column} FROM read_parquet(?) ORDER BY 1", [paths]).fetchall()
    return [row[0] for row in rows]


def ids(postgres: psycopg.Connection) -> list[int]:
    return [row[0] for row in postgres.execute("SELECT id FROM customers_fact ORDER BY 1").fetchall()]


class Writers:
    """Sessions that add facts in transactions of random length, some rolled back, until told to stop.

    As many write nothing, in another database of the cluster: theirs hold back nothing, and none of ours is missed.
    """

    def __init__(self, database: str, theirs: str, number: int) -> None:
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._write, args=(database, ADD, seed)) for seed in range(number)]
        self.threads += [
            threading.Thread(target=self._write, args=(theirs, "SELECT pg_current_xact_id()", -seed))
            for seed in range(1, number + 1)
        ]

    def _write(self, database: str, statement: str, seed: int) -> None:
        chance = random.Random(seed)
        with psycopg.connect(database) as connection:
            while not self.stop.is_set():
                connection.execute(f"{statement} FROM generate_series(1, %s) AS g (n)", [chance.randrange(1, 20)])
                time.sleep(chance.random() * 0.1)
                (connection.rollback if chance.random() < 0.1 else connection.commit)()

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()


def test_commits_that_come_late_are_not_missed(
    postgres: psycopg.Connection, engine_database: str, other_database: str, store: Store
) -> None:
    with Writers(engine_database, other_database, 3):
        ends = time.monotonic() + 2
        while time.monotonic() < ends:
            refresh(store, patience=0)
    refresh(store)

    assert len(ids(postgres)) > 20
    assert mirrored_ids(store) == ids(postgres)


def test_a_killed_run_neither_loses_nor_doubles(
    postgres: psycopg.Connection, engine_database: str, other_database: str, store: Store
) -> None:
    postgres.execute("INSERT INTO customers_customer (id) VALUES (1)")
    environment = {**os.environ, "PYTHONPATH": str(Path(zhike.__file__).parents[1])}
    chance = random.Random(3)
    with Writers(engine_database, other_database, 1):
        for _ in range(3):
            child = subprocess.Popen(
                [sys.executable, "-c", RUN, str(store.folder), engine_database],
                env=environment,
                stdout=subprocess.PIPE,
            )
            with child:
                assert child.stdout is not None
                assert child.stdout.readline() == b"ready\n"
                time.sleep(0.1 + chance.random())
                child.send_signal(signal.SIGKILL)
    refresh(store)

    assert mirrored_ids(store) == ids(postgres)
    manifest = store.manifest()
    assert manifest is not None
    named = {store.folder / one.path for one in (*manifest.facts, *manifest.customers)}
    assert set(store.folder.rglob("*.parquet")) == named
    with classify(store, as_of=date(2030, 1, 1), zone="UTC", currency="CNY", schemes=built_in_schemes()) as found:
        held = found.work.connection.sql("SELECT SUM(amount), MIN(customer_id) FROM cust_day").fetchall()
    assert held == postgres.execute("SELECT SUM(amount), MIN(customer_id) FROM customers_fact").fetchall()
    assert not list(store.folder.glob("making-*"))


def test_what_committed_before_the_call_is_copied(
    postgres: psycopg.Connection, engine_database: str, store: Store
) -> None:
    """Somebody else's short transaction began earlier and is still open; a long one is not waited for."""
    with psycopg.connect(engine_database) as other:
        other.execute("SELECT pg_current_xact_id()")
        postgres.execute(f"{ADD} FROM generate_series(1, 3) AS g (n)")
        assert refresh(store, patience=0.1).rows == 0
        ending = threading.Timer(0.2, other.rollback)
        ending.start()
        assert refresh(store).rows == 3
        ending.join()


def test_a_long_transaction_of_another_database_holds_nothing_back(
    postgres: psycopg.Connection, engine_database: str, other_database: str, store: Store
) -> None:
    """Many databases on one cluster: an import elsewhere is no reason to judge by yesterday's facts."""
    with psycopg.connect(other_database) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        postgres.execute(f"{ADD} FROM generate_series(1, 3) AS g (n)")
        with psycopg.connect(engine_database) as ours:
            ours.execute(f"{ADD} FROM generate_series(4, 5) AS g (n)")
            postgres.execute(f"{ADD} FROM generate_series(6, 6) AS g (n)")
            assert copied_soon(store) == 3  # below our own open transaction, above the other's
        assert copied_soon(store) == 3
        assert mirrored_ids(store) == ids(postgres)


def copied_soon(store: Store) -> int:
    """Return how many rows the first refresh copies that copies any: whoever ends as it looks may still be ours."""
    return next((rows for rows in (refresh(store, patience=0).rows for _ in range(20)) if rows), 0)


def test_the_watermark_never_goes_back(postgres: psycopg.Connection, engine_database: str, store: Store) -> None:
    """Somebody elsewhere was known not to write here, and is not found any more: nothing is copied twice."""
    postgres.execute(f"{ADD} FROM generate_series(1, 3) AS g (n)")
    refresh(store)
    with psycopg.connect(engine_database) as unknown:  # stands for one that is not found
        row = unknown.execute("SELECT pg_current_xact_id()::text::bigint + 1").fetchone()
        postgres.execute(f"{ADD} FROM generate_series(4, 6) AS g (n)")
        manifest = store.manifest()
        assert manifest is not None
        assert row is not None
        write_manifest(store.folder, replace(manifest, watermark=row[0]))

        again = refresh(store, patience=0)

        assert (again.anew, again.rows, again.manifest.watermark) == (False, 0, row[0])
    assert refresh(store).rows == 3
    assert mirrored_ids(store) == ids(postgres)


def test_nothing_new_copies_nothing(postgres: psycopg.Connection, store: Store) -> None:
    postgres.execute(f"{ADD} FROM generate_series(1, 3) AS g (n)")

    assert (refresh(store).rows, refresh(store).rows) == (3, 0)


def test_months_of_many_files_are_made_one(postgres: psycopg.Connection, store: Store) -> None:
    for _ in range(MOST_FILES + 3):
        postgres.execute(f"{ADD} FROM generate_series(1, 2) AS g (n)")
        postgres.execute("INSERT INTO customers_customer (name) VALUES ('x')")
        postgres.execute("UPDATE customers_customer SET name = name || 'y'")
        refresh(store)

    manifest = store.manifest()
    assert manifest is not None
    assert max(len(manifest.facts), len(manifest.customers)) <= MOST_FILES
    assert mirrored_ids(store) == ids(postgres)
    assert len(set(mirrored_ids(store, "customers", "customer_id"))) == MOST_FILES + 3


def test_another_database_is_copied_anew(postgres: psycopg.Connection, store: Store) -> None:
    postgres.execute(f"{ADD} FROM generate_series(1, 5) AS g (n)")
    first = refresh(store)
    postgres.execute("TRUNCATE customers_fact")
    postgres.execute(f"{ADD} FROM generate_series(1, 2) AS g (n)")

    second = refresh(store)

    assert (first.anew, second.anew) == (True, True)
    assert first.manifest.epoch != second.manifest.epoch
    assert mirrored_ids(store) == ids(postgres)


def test_rows_that_another_cluster_numbered_are_copied_once(postgres: psycopg.Connection, store: Store) -> None:
    """A dump restored elsewhere carries transaction numbers that are still to come here."""
    ahead = postgres.execute("SELECT pg_current_xact_id()::text::bigint + 8").fetchone()
    postgres.execute(f"{ADD} FROM generate_series(1, 4) AS g (n)")
    postgres.execute("INSERT INTO customers_customer (name) VALUES ('before')")
    postgres.execute("UPDATE customers_fact SET xid = (%s + id)::text::xid8", ahead)
    postgres.execute("ALTER TABLE customers_customer DISABLE TRIGGER stamp")
    postgres.execute("UPDATE customers_customer SET xid = %s::text::xid8", ahead)
    postgres.execute("ALTER TABLE customers_customer ENABLE TRIGGER stamp")
    assert refresh(store).anew
    postgres.execute("UPDATE customers_customer SET name = 'after'")
    for _ in range(10):
        postgres.execute(f"{ADD} FROM generate_series(1, 1) AS g (n)")
        assert not refresh(store).anew
        assert mirrored_ids(store) == ids(postgres)

    with classify(store, as_of=date(2030, 1, 1), zone="UTC", currency="CNY", schemes=built_in_schemes()) as found:
        assert found.work.connection.sql("SELECT name FROM customer").fetchall() == [("after",)]


@pytest.mark.parametrize("damage", ["manifest", "file", "schema"])
def test_a_damaged_mirror_is_made_anew(postgres: psycopg.Connection, store: Store, damage: str) -> None:
    postgres.execute(f"{ADD} FROM generate_series(1, 2) AS g (n)")
    manifest = refresh(store).manifest
    path = store.folder / (manifest.facts[0].path if damage == "file" else NAME)
    if damage == "schema":
        path.write_text(path.read_text().replace('"schema": ', '"schema": 99'))
    elif damage == "manifest":
        path.write_text("{")
    else:
        path.unlink()
    assert read_manifest(store.folder) is None

    assert refresh(store).anew
    assert mirrored_ids(store) == ids(postgres)
