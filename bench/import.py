"""Order lines through the whole import, beside COPY of the same rows into one table without index or check (the floor).

Each round starts with empty tables. CPU is that of this process and of its database backend (needs /proc and a database
on this machine). Target on two cores: at least 20,000 lines a second, and less than 400 MB of memory for 5,000,000.

    ./zhike bench import --rows 541909
    ./zhike bench import --rows 5000000 --rounds 1
"""

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from bench.make_customers import set_up

ROWS = """
COPY (
  SELECT 536365 + n // 21 AS "InvoiceNo", 'S' || (hash(n) % 4000) AS "StockCode",
    'PRODUCT NUMBER ' || (hash(n) % 4000) AS "Description",
    CASE WHEN hash(n * 7) % 50 = 0 THEN -1 ELSE 1 + hash(n * 3) % 24 END AS "Quantity",
    TIMESTAMP '2024-01-01' + INTERVAL (n // 21 * 20) MINUTE AS "InvoiceDate",
    ((hash(n * 5) % 2000) / 100.0)::DECIMAL(10, 2) AS "UnitPrice",
    CASE WHEN n // 21 % 4 < 3 THEN 10000 + hash(n // 21) % ($rows // 120 + 1) END AS "CustomerID",
    'United Kingdom' AS "Country"
  FROM range($rows) t(n)) TO '$path' (HEADER)
"""
TABLES = "customers_customer, customers_importrun, commerce_product, commerce_order, audit_outboxmessage"
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3, help="the median of which is told")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    set_up()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        duckdb.sql(ROWS.replace("$rows", str(options.rows)).replace("$path", str(path)))
        print(json.dumps(measure(path, rows=options.rows, rounds=options.rounds), indent=None if options.json else 2))


def measure(path: Path, *, rows: int, rounds: int) -> dict[str, Any]:
    """Return lines a second of the floor, the import, and the same file again; medians."""
    floors, firsts, seconds = [], [], []
    for _ in range(rounds):
        _empty()
        firsts.append(_timed(lambda: _import(path, created=True)))
        seconds.append(_timed(lambda: _import(path, created=False)))
        floors.append(_timed(lambda: _copy(path)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told = {name: _rate(runs, rows) for name, runs in (("import", firsts), ("again", seconds), ("copy", floors))}
    slower = told["copy"]["rows_per_second"] / told["import"]["rows_per_second"]
    return {"rows": rows, "rounds": rounds, **told, "times_slower_than_copy": round(slower, 1), "peak_memory_mb": peak}


def _rate(runs: list[dict[str, float]], rows: int) -> dict[str, float]:
    median = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    return {"rows_per_second": round(rows / median["wall"]), **{key: round(one, 2) for key, one in median.items()}}


def _timed(run: Callable[[], None]) -> dict[str, float]:
    backend = _backend()
    wall, cpu, database = time.perf_counter(), time.process_time(), _backend_seconds(backend)
    run()
    return {
        "wall": time.perf_counter() - wall,
        "cpu_client": time.process_time() - cpu,
        "cpu_database": _backend_seconds(backend) - database,
    }


def _import(path: Path, *, created: bool) -> None:
    from django.utils.timezone import now

    from zhike.accounts.public import SYSTEM
    from zhike.customers.public import create_import, run_import, save_mapping, start_here

    run = create_import(kind="orders", path=path, name=path.name, by=SYSTEM, at=now())
    save_mapping(run=run, mapping=run.options["mapping"], by=SYSTEM, at=now(), currency="GBP", remember=False)
    start_here(run=run, by=SYSTEM, at=now())
    report = run_import(import_id=run.id).report
    if bool(report["orders"]["created"]) is not created or report["rejected"]:
        raise SystemExit(f"the import did something else: {report}")


def _copy(path: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_copy")
        cursor.execute("CREATE TABLE bench_copy (a text, b text, c text, d text, e text, f text, g text, h text)")
        with path.open("rb") as stream, cursor.copy("COPY bench_copy FROM STDIN (FORMAT csv, HEADER)") as copy:
            while chunk := stream.read(1 << 18):
                copy.write(chunk)


def _empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} CASCADE")


def _backend() -> Path | None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    return stat if stat.exists() else None


def _backend_seconds(stat: Path | None) -> float:
    """Return the CPU that the connection's own server process has used; /proc counts in hundredths of a second."""
    if stat is None:
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


if __name__ == "__main__":
    main()
