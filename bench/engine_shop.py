"""A made-up shop for the engine's benchmarks: a mirror of customers and facts, written straight to Parquet."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from zhike.engine.datasets import ATTRIBUTES, SCHEMA
from zhike.engine.stages.setting import Setting, make_setting
from zhike.engine.store.manifest import Manifest, MirrorFile, write_manifest
from zhike.engine.testing import lifecycle_scheme, rfm_scheme, value_tier_scheme

START = datetime(2024, 1, 1)
DAYS = 730
AS_OF = date(2025, 12, 31)
MORE = 1_000_000_000  # transaction number of the facts that come later
FACT = """
SELECT {first} + i AS id, least({customers}, 1 + floor({customers} * pow(random(), 1.7)))::BIGINT AS customer_id,
  CASE WHEN random() < 0.05 THEN 'return' ELSE 'purchase' END AS kind, {at} AS occurred_at, 'shop' AS channel,
  (exp(random() * 6) * 100)::BIGINT AS size, 'CNY' AS currency, 'order' AS refers_kind, i AS refers_id,
  1000000::BIGINT AS millionths, 1 + i % 500 AS product_id, NULL::VARCHAR AS attrs, {xid} AS xid, {hi}::BIGINT AS seen
FROM range({rows}) AS t (i)
"""


def make_shop(folder: Path, *, customers: int, facts: int) -> Manifest:
    """Write the mirror of a shop: facts over two years ending before AS_OF, skewed to some customers."""
    connection = _open(folder)
    kinds = {"employees": "INTEGER", "birthday": "DATE", "owner_id": "BIGINT", "tags": "TEXT[]"}
    kinds |= {"archived_at": "TIMESTAMP"}
    given = {"kind": "'person'", "name": "'customer ' || i", "created_at": "TIMESTAMP '2024-01-01'", "country": "'CN'"}
    shown = ", ".join(f"{given.get(one, f'NULL::{kinds.get(one, "VARCHAR")}')} AS {one}" for one, _ in ATTRIBUTES)
    path = folder / "customers" / "x0-1.parquet"
    path.parent.mkdir(parents=True)
    shown = f"i::BIGINT AS customer_id, {shown}, 1::BIGINT AS xid, 2::BIGINT AS seen"
    rows = f"SELECT {shown} FROM range(1, {customers + 1}) AS t (i)"
    connection.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    at = f"TIMESTAMP '{START}' + to_microseconds((random() * {DAYS} * 86400e6)::BIGINT)"
    files = _write(connection, folder, customers=customers, rows=facts, first=0, at=at, xid=1, lo=0, hi=2)
    last = _last(connection, folder)
    manifest = Manifest(
        SCHEMA, "bench", "bench", 2, customers=(MirrorFile("customers/x0-1.parquet", "", customers, 0, 2),),
        currencies=("CNY",), first_at=START.isoformat(), last_at=last,
    ).with_files("facts", files)  # fmt: skip
    write_manifest(folder, manifest)
    return manifest


def add_facts(folder: Path, manifest: Manifest, *, customers: int, facts: int) -> Manifest:
    """Write new facts: nine in ten of the last ten days, the rest anywhere in two years (they came late)."""
    connection = _open(folder)
    recent = f"TIMESTAMP '{START}' + to_microseconds((({DAYS} - 10 + random() * 10) * 86400e6)::BIGINT)"
    late = f"TIMESTAMP '{START}' + to_microseconds((random() * {DAYS} * 86400e6)::BIGINT)"
    at = f"CASE WHEN random() < 0.9 THEN {recent} ELSE {late} END"
    lo, hi = manifest.watermark, MORE + manifest.watermark
    files = _write(connection, folder, customers=customers, rows=facts, first=hi, at=at, xid=lo, lo=lo, hi=hi)
    later = manifest.with_files("facts", (*manifest.facts, *files))
    later = replace(later, watermark=hi, last_at=max(manifest.last_at, _last(connection, folder)))
    write_manifest(folder, later)
    return later


def bench_setting(*, cut_points: str = "moving", as_of: date = AS_OF) -> Setting:
    schemes = [
        lifecycle_scheme(),
        value_tier_scheme(cut_points=cut_points),
        rfm_scheme(cut_points=cut_points),
    ]
    return make_setting(as_of=as_of, zone="Asia/Shanghai", currency="CNY", schemes=schemes)


def _open(folder: Path) -> duckdb.DuckDBPyConnection:
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute("SELECT setseed(0.5)")
    return connection


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, customers: int, rows: int, first: int, at: str, xid: int,
    lo: int, hi: int,
) -> list[MirrorFile]:  # fmt: skip
    made = FACT.format(customers=customers, rows=rows, first=first, at=at, xid=xid, hi=hi)
    signed = f"SELECT * REPLACE (size * CASE WHEN kind = 'return' THEN -1 ELSE 1 END AS size) FROM ({made})"
    shown = f"SELECT * RENAME (size AS amount), strftime(occurred_at, '%Y-%m') AS month FROM ({signed})"
    written = connection.execute(
        f"COPY ({shown}) TO '{folder / 'facts'}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (month),"
        f" FILENAME_PATTERN 'x{lo}-{hi}-{{i}}', OVERWRITE_OR_IGNORE true, RETURN_STATS true)"
    ).fetchall()
    return [
        MirrorFile(str(Path(path).relative_to(folder)), Path(path).parent.name.removeprefix("month="), count, lo, hi)
        for path, count, *_ in written
    ]


def _last(connection: duckdb.DuckDBPyConnection, folder: Path) -> str:
    found = connection.execute(f"SELECT max(occurred_at) FROM read_parquet('{folder}/facts/*/*.parquet')").fetchall()
    return found[0][0].isoformat()
