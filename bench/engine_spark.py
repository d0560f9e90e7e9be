"""All stages over one store, by DuckDB and by Spark on this machine, and whether the rows are the same.

CPU seconds are those of the whole process tree (Java too), memory is that of the largest process. Spark's start is in.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from multiprocessing import Process
from pathlib import Path

import duckdb
from bench.engine_shop import AS_OF, make_shop

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--memory", default="3g", help="of Spark's driver, which computes too on one machine")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(measure(Path(place), asked), indent=1))


def measure(place: Path, asked: argparse.Namespace) -> dict[str, object]:
    maker = Process(
        target=make_shop, args=(place / "store",), kwargs={"customers": asked.customers, "facts": asked.facts}
    )
    maker.start()  # apart: a child is told to have had the memory of whom it was forked from
    maker.join()
    found: dict[str, object] = {"customers": asked.customers, "facts": asked.facts}
    spark = ["--master", asked.master, "--conf", f"spark.driver.memory={asked.memory}"]
    for engine, more in (("duckdb", []), ("spark", spark)):
        found[engine] = run_engine(place, engine, more)
    found["differing_rows"] = {table: differing(place, table) for table in ("customers", "cohorts")}
    return found


def run_engine(place: Path, engine: str, more: list[str]) -> dict[str, object]:
    words = ["--store", str(place / "store"), "--zone", "Asia/Shanghai", "--currency", "CNY", "--as-of", str(AS_OF)]
    words += ["--engine", engine, "--out", str(place / engine), "--json", *more]
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}"}
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "zhike.config.cli", "engine", "run", *words], stdout=subprocess.PIPE, env=environment
    ) as child:
        assert child.stdout is not None
        told = json.loads(child.stdout.read())
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return {
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "seconds": round(time.perf_counter() - started, 2),
        "largest_process_mb": round(used.ru_maxrss / 1024),
        "steps": told["seconds"],
    }


def differing(place: Path, table: str) -> int:
    one, other = (f"read_parquet('{place / engine / table}/*.parquet')" for engine in ("duckdb", "spark"))
    found = 0
    for a, b in ((one, other), (other, one)):
        ((count,),) = duckdb.execute(f"SELECT count(*) FROM (FROM {a} EXCEPT ALL FROM {b})").fetchall()
        found += int(count)
    return found


if __name__ == "__main__":
    main()
