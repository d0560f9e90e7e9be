"""The live count of the rule editor: one leaf of a rule of six is edited, again and again, in milliseconds and CPU.

Beside it the floor: the bare DuckDB aggregation that the edited leaf cannot do without, with nothing joined or said.
Then a rule met for the first time, all six leaves computed. Wall times mean something on a quiet machine only.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

import duckdb
from bench.engine_shop import bench_setting, make_shop

from zhike.engine.live import count_rule
from zhike.engine.rules.parsing import parse_rule
from zhike.engine.rules.traits import traits
from zhike.engine.run import compute
from zhike.engine.store.store import Store

EDITS = 25
TARGETS = {100_000: 150, 1_000_000: 300}  # milliseconds, p95, one leaf edited
RULE = (
    "did(purchase where amount >= {amount}, last {days} days) >= {times}"
    " and sum(purchase of amount, last 180 days) >= 300 and not did(return, last 30 days)"
    " and last(purchase, last 365 days) <= 120 days ago and monetary >= 500"
    ' and bucket("hold-out", 0, 80)'
)
EVER = "did(purchase where amount >= {amount}) >= {times} and monetary >= 500"
FLOOR = """
SELECT count(*) FROM (SELECT customer_id FROM read_parquet('{folder}/facts/*/*.parquet')
WHERE kind = 'purchase' AND occurred_at >= TIMESTAMP '2025-12-30 16:00:00' - INTERVAL {days} DAY
  AND occurred_at < TIMESTAMP '2025-12-30 16:00:00'
GROUP BY customer_id HAVING count(*) FILTER (WHERE amount >= {minor}) >= {times})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(measure(Path(place) / "store", asked.customers, asked.facts), indent=1))


def measure(folder: Path, customers: int, facts: int) -> dict[str, object]:
    manifest = make_shop(folder, customers=customers, facts=facts)
    store = Store(folder, "")
    compute(store, manifest, bench_setting(), full=True)
    found: dict[str, object] = {"customers": customers, "facts": facts, "target_p95_ms": TARGETS.get(customers)}
    found["first_count_of_all_six"] = spread([counted(store, RULE, 0)])
    found["one_leaf_edited"] = spread([counted(store, RULE, number) for number in range(1, EDITS + 1)])
    found["whole_history_leaf_edited"] = spread([counted(store, EVER, number) for number in range(1, EDITS + 1)])
    found["asked_again"] = spread([counted(store, RULE, number) for number in range(1, EDITS + 1)])
    bare = duckdb.connect()
    bare.execute("SET threads = 2")
    found["floor"] = spread([floor(bare, folder, number) for number in range(1, EDITS + 1)])
    return found


def edit(number: int) -> dict[str, int]:
    return {"amount": 1 + number, "days": 60 + number % 31, "times": 1 + number % 4}


def counted(store: Store, text: str, number: int) -> tuple[float, float]:
    rule = parse_rule(text.format(**edit(number)), traits)
    return took(lambda: count_rule(store, rule))


def floor(connection: duckdb.DuckDBPyConnection, folder: Path, number: int) -> tuple[float, float]:
    given = edit(number)
    query = FLOOR.format(folder=folder, minor=given["amount"] * 100, **given)
    return took(lambda: connection.execute(query).fetchall())


def took(work: Callable[[], object]) -> tuple[float, float]:
    """Return milliseconds of CPU and of the clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def spread(times: list[tuple[float, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for place, name in enumerate(("cpu_ms", "ms")):
        values = sorted(one[place] for one in times)
        cuts = quantiles(values, n=20, method="inclusive") if len(values) > 1 else values * 19
        found |= {f"{name}_p50": round(cuts[9], 1), f"{name}_p95": round(cuts[18], 1)}
    return found


if __name__ == "__main__":
    main()
