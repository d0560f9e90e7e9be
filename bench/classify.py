"""Full classification against hand-written DuckDB SQL that gives the same classes, in CPU seconds.

The peer reads the same Parquet files and makes the classes of lifecycle, value tier and RFM, and nothing else: no days
kept for the next time, no evidence, no note of what changed. Both start from the mirror; copying PostgreSQL is not in.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
from bench.engine_shop import AS_OF, bench_setting, make_shop

from zhike.engine.run import compute
from zhike.engine.store.store import Store

HAND = """
CREATE TEMP TABLE cust_day AS
  SELECT customer_id, CAST(occurred_at + INTERVAL 8 HOUR AS DATE) AS "day", SUM(amount)::BIGINT AS amount
  FROM read_parquet('{facts}') WHERE kind IN ('purchase', 'return') GROUP BY ALL;
CREATE TEMP TABLE state AS
  SELECT customer_id, max("day", 2) FILTER (WHERE amount > 0) AS latest,
    count(*) FILTER (WHERE amount > 0) AS total,
    count(*) FILTER (WHERE amount > 0 AND "day" >= DATE '{start}') AS f,
    coalesce(sum(amount) FILTER (WHERE "day" >= DATE '{start}'), 0)::BIGINT AS m
  FROM cust_day WHERE "day" < DATE '{as_of}' GROUP BY customer_id;
CREATE TEMP TABLE active AS SELECT customer_id, latest[1] AS last_day, f, m FROM state WHERE f > 0;
CREATE TEMP TABLE r AS SELECT last_day, ceil(5 * sum(n) OVER (ORDER BY last_day) / sum(n) OVER ()) AS r
  FROM (SELECT last_day, count(*) AS n FROM active GROUP BY last_day);
CREATE TEMP TABLE f AS SELECT f, ceil(5 * sum(n) OVER (ORDER BY f) / sum(n) OVER ()) AS r
  FROM (SELECT f, count(*) AS n FROM active GROUP BY f);
CREATE TEMP TABLE m AS SELECT m, ceil(5 * sum(n) OVER (ORDER BY m) / sum(n) OVER ()) AS r
  FROM (SELECT m, count(*) AS n FROM active GROUP BY m);
CREATE TEMP TABLE tier AS
  SELECT m, (sum(m * n) OVER (ORDER BY m DESC) - m * n) / sum(m * n) OVER () AS share
  FROM (SELECT m, count(*) AS n FROM state WHERE m > 0 GROUP BY m);
CREATE TEMP TABLE classes AS
  SELECT c.customer_id,
    CASE WHEN latest IS NULL OR latest[1] IS NULL THEN 100 WHEN DATE '{as_of}' - latest[1] > 180 THEN 105
      WHEN DATE '{as_of}' - latest[1] > 90 THEN 104 WHEN latest[1] - latest[2] > 180 THEN 106
      WHEN total = 1 THEN 101 WHEN s.f >= 4 THEN 103 ELSE 102 END AS lifecycle,
    CASE WHEN share < 0.80 THEN 200 WHEN share < 0.95 THEN 201 WHEN share IS NOT NULL THEN 202 END AS tier,
    CASE WHEN r.r IS NULL THEN NULL
      WHEN r.r >= 4 AND f.r >= 4 AND m.r >= 4 THEN 300 WHEN r.r >= 4 AND f.r < 4 AND m.r >= 4 THEN 301
      WHEN r.r < 4 AND f.r >= 4 AND m.r >= 4 THEN 302 WHEN r.r < 4 AND f.r < 4 AND m.r >= 4 THEN 303
      WHEN r.r >= 4 AND f.r >= 4 THEN 304 WHEN r.r >= 4 THEN 305 WHEN f.r >= 4 THEN 306 ELSE 307 END AS segment
  FROM read_parquet('{customers}') c LEFT JOIN state s USING (customer_id)
  LEFT JOIN tier ON tier.m = s.m LEFT JOIN r ON s.f > 0 AND r.last_day = s.latest[1]
  LEFT JOIN f ON s.f > 0 AND f.f = s.f LEFT JOIN m ON s.f > 0 AND m.m = s.m;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(measure(Path(place) / "store", asked.customers, asked.facts, asked.runs), indent=1))


def measure(folder: Path, customers: int, facts: int, runs: int) -> dict[str, object]:
    manifest = make_shop(folder, customers=customers, facts=facts)
    store, setting = Store(folder, ""), bench_setting()
    ours, hand = [], []
    for _ in range(runs):
        hand.append(timed(lambda: hand_written(folder)))
        ours.append(timed(lambda: compute(store, manifest, setting, full=True)))
    return {
        "customers": customers,
        "facts": facts,
        "engine_cpu_seconds": median(ours, 0),
        "engine_seconds": median(ours, 1),
        "hand_cpu_seconds": median(hand, 0),
        "hand_seconds": median(hand, 1),
        "ratio": round(median(ours, 0) / median(hand, 0), 2),
        "target": 2.0,
        "differing_rows": differing(store, folder),
        "working_file_mb": round(store.working_file().stat().st_size / 1e6, 1),
    }


def hand_written(folder: Path) -> duckdb.DuckDBPyConnection:
    spill = str(folder / "spill")
    connection = duckdb.connect(config={"threads": "2", "memory_limit": "1536MB", "temp_directory": spill})
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(
        HAND.format(
            facts=f"{folder}/facts/*/*.parquet",
            customers=f"{folder}/customers/*.parquet",
            as_of=AS_OF,
            start=AS_OF - timedelta(days=365),
        )
    ).fetchall()
    return connection


def differing(store: Store, folder: Path) -> int:
    """Return how many customers the two put into different classes."""
    connection = hand_written(folder)
    connection.execute(f"ATTACH '{store.working_file()}' AS ours (READ_ONLY)")
    ((found,),) = connection.execute(
        "SELECT count(*) FROM classes h FULL JOIN ours.customer o USING (customer_id)"
        " WHERE (h.lifecycle, h.tier, h.segment) IS DISTINCT FROM (o.class_1, o.class_2, o.class_3)"
    ).fetchall()
    return int(found)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return CPU seconds of this process and wall seconds."""
    cpu, wall = sum(os.times()[:2]), time.perf_counter()
    work()
    return sum(os.times()[:2]) - cpu, time.perf_counter() - wall


def median(figures: list[tuple[float, float]], place: int) -> float:
    return round(statistics.median(one[place] for one in figures), 3)


if __name__ == "__main__":
    main()
