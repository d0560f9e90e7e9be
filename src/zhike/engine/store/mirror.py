"""The mirror: PostgreSQL's facts and customers copied to Parquet, each transaction exactly once.

New files are written first, then the manifest names them in one replacement, then garbage goes. A run killed anywhere
leaves files that no manifest names; the next run sweeps them and copies the same range again.
"""

import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from zhike.engine import sql
from zhike.engine.datasets import CUSTOMERS, DATASETS, FACTS, SCHEMA, Dataset
from zhike.engine.store.connection import connect
from zhike.engine.store.manifest import Manifest, MirrorFile, read_manifest, sync_file, sync_folder, write_manifest
from zhike.engine.store.postgres import PATIENCE, Snapshot, snapshot

MOST_FILES = 8  # of one month before they are made one


@dataclass(frozen=True, slots=True)
class Mirrored:
    """`anew` tells that everything was copied again; `rows` counts what this run copied."""

    manifest: Manifest
    anew: bool
    rows: int


def refresh_mirror(folder: Path, database_url: str, *, anew: bool = False, patience: float = PATIENCE) -> Mirrored:
    """Copy what committed since the last time; the caller holds the store's lock.

    What committed before the call is in, unless a transaction that began before it lasts longer than `patience`
    seconds: then what committed after that one began waits for the next time.

    Everything is copied anew when asked, at first, and when the database is not the one that was mirrored
    (another cluster, a restore, a truncated table).
    """
    old = read_manifest(folder)
    with snapshot(database_url, since=old, patience=patience) as seen:
        if old is None or anew or seen.foreign or old.identity != seen.identity or old.watermark > seen.hi:
            copied = _copy(folder, seen, Manifest(SCHEMA, seen.identity, uuid.uuid4().hex, 0), None)
        else:
            copied = _copy(folder, seen, old, old)
    manifest = _compact(folder, copied.manifest)
    if manifest != old:
        write_manifest(folder, manifest)
    sweep(folder, manifest)
    return replace(copied, manifest=manifest)


def _copy(folder: Path, seen: Snapshot, before: Manifest, since: Manifest | None) -> Mirrored:
    manifest, rows = before, 0
    wanted = [dataset for dataset in DATASETS if since is None or dataset.name in seen.new]
    if not wanted:
        return Mirrored(replace(before, watermark=seen.hi), anew=False, rows=0)
    connection = connect(":memory:", folder=folder)
    try:
        for dataset in wanted:
            files = _write_files(connection, folder, seen, dataset, since)
            rows += sum(one.rows for one in files)
            manifest = manifest.with_files(dataset.name, (*manifest.files(dataset.name), *files))
            if dataset is FACTS and files:
                manifest = with_extent(connection, folder, manifest, files)
                manifest = _with_foreign(connection, folder, manifest, seen) if since is None else manifest
    finally:
        connection.close()
    return Mirrored(replace(manifest, watermark=seen.hi), anew=since is None, rows=rows)


def _write_files(
    connection: duckdb.DuckDBPyConnection, folder: Path, seen: Snapshot, dataset: Dataset, since: Manifest | None
) -> list[MirrorFile]:
    with seen.rows(dataset, since=since) as stream:
        return write_stream(connection, folder, stream, dataset, lo=since.watermark if since else 0, hi=seen.hi)


def write_stream(
    connection: duckdb.DuckDBPyConnection, folder: Path, stream: Any, dataset: Dataset, *, lo: int, hi: int
) -> list[MirrorFile]:
    """Write a stream of a dataset's rows, of the transactions lo ≤ xid < hi, to new files; no manifest names them."""
    place = folder / dataset.name
    place.mkdir(exist_ok=True)
    name = f"x{lo}-{hi}-{uuid.uuid4().hex[:8]}"
    connection.register("incoming", stream)
    rows = sql.query("SELECT *, CAST(:hi AS BIGINT) AS seen FROM incoming", hi=sql.integer(hi))
    if dataset.monthly:
        rows = rows.select(sql.tree("strftime(occurred_at, '%Y-%m') AS month"))
        copy = sql.copy_to_parquet(rows, str(place), partition="month", name=f"{name}-{{i}}")
    else:
        copy = sql.copy_to_parquet(rows, str(place / f"{name}.parquet"))
    written = connection.execute(sql.emit(copy)).fetchall()
    connection.unregister("incoming")
    return [_seal(folder, Path(path), count, lo, hi) for path, count, *_ in written if count]


def _seal(folder: Path, path: Path, rows: int, lo: int, hi: int) -> MirrorFile:
    sync_file(path)
    sync_folder(path.parent)
    month = path.parent.name.removeprefix("month=") if path.parent.name.startswith("month=") else ""
    return MirrorFile(str(path.relative_to(folder)), month, rows, lo, hi)


def with_extent(
    connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest, files: Sequence[MirrorFile]
) -> Manifest:
    """Return the manifest with the currencies and the span of time of these files of facts in it too."""
    paths = sql.parquet(str(folder / one.path) for one in files)
    found = sql.query("SELECT list(DISTINCT currency) AS c, MIN(occurred_at) AS a, MAX(occurred_at) AS z").from_(paths)
    ((currencies, first, last),) = connection.execute(sql.emit(found)).fetchall()
    return replace(
        manifest,
        currencies=tuple(sorted({*manifest.currencies, *(one for one in currencies or [] if one)})),
        first_at=min(filter(None, (manifest.first_at, first.isoformat()))),
        last_at=max(manifest.last_at, last.isoformat()),
    )


def _with_foreign(connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest, seen: Snapshot) -> Manifest:
    """Return the manifest knowing which facts bear another cluster's numbers: this one will come to use them too."""
    paths = sql.parquet(str(folder / one.path) for one in manifest.facts)
    rows = sql.query("SELECT COALESCE(MAX(id), 0)").from_(paths)
    rows = rows.where(sql.tree("xid >= :top", top=sql.integer(seen.top)))
    ((last,),) = connection.execute(sql.emit(rows)).fetchall()
    return replace(manifest, foreign_from=seen.top, foreign_id=last)


def _compact(folder: Path, manifest: Manifest) -> Manifest:
    """Return the manifest with every month of too many files made one file, sorted by customer."""
    for dataset in DATASETS:
        months: dict[str, list[MirrorFile]] = {}
        for one in manifest.files(dataset.name):
            months.setdefault(one.month, []).append(one)
        for month, files in months.items():
            if len(files) > MOST_FILES:
                fresh = _merge(folder, dataset, files)
                kept = [one for one in manifest.files(dataset.name) if one.month != month]
                manifest = manifest.with_files(dataset.name, [*kept, fresh])
    return manifest


def _merge(folder: Path, dataset: Dataset, files: list[MirrorFile]) -> MirrorFile:
    lo, hi = min(one.lo for one in files), max(one.hi for one in files)
    path = (folder / files[0].path).parent / f"x{lo}-{hi}-{uuid.uuid4().hex[:8]}.parquet"
    paths = sql.parquet(str(folder / one.path) for one in files)
    names = [sql.column(name) for name in dataset.names]
    rows = sql.query("SELECT 1").select(*names, append=False).from_(paths)
    rows = latest(rows) if dataset is CUSTOMERS else rows.order_by(sql.column("customer_id"))
    connection = connect(":memory:", folder=folder)
    try:
        ((_, count, *_),) = connection.execute(sql.emit(sql.copy_to_parquet(rows, str(path)))).fetchall()
    finally:
        connection.close()
    return replace(_seal(folder, path, count, lo, hi), month=files[0].month)


def latest(rows: Any) -> Any:
    """Return a query of customers keeping each one's newest row."""
    return rows.qualify(sql.tree("ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY seen DESC) = 1"))


def sweep(folder: Path, manifest: Manifest) -> None:
    """Remove Parquet files that the manifest does not name, and what was laid out from another copy."""
    named = {folder / one.path for one in (*manifest.facts, *manifest.customers)}
    for dataset in DATASETS:
        for path in (folder / dataset.name).rglob("*.parquet*"):
            if path not in named:
                path.unlink()
    for path in folder.glob("ledger-*"):  # of an earlier copy: what was deleted since must not stay in it
        if not path.name.startswith(f"ledger-{manifest.epoch}-"):
            shutil.rmtree(path, ignore_errors=True)
