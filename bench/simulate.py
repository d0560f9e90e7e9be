"""A 12-month back-test of two versions, in wall and CPU seconds, against hand-written DuckDB SQL for the same figures.

Both read the days that a run keeps. The peer counts classes and who stayed, month by month, for a lifecycle with two
thresholds of "at risk" and nothing else: no revenue, no examples, no cut points, one scheme only. The target is for the
wall time of the slowest of three schemes, and of eight classes that overlap, at 1,000,000 customers on two cores.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
from bench.classify import median, timed
from bench.engine_shop import AS_OF, bench_setting, make_shop

from zhike.engine.rules.ast import Condition, Op
from zhike.engine.rules.windows import months_before
from zhike.engine.run import compute
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.simulating import Simulated, simulate
from zhike.engine.simulating_sets import simulate_sets
from zhike.engine.store.store import Store
from zhike.engine.testing import built_in_schemes, lifecycle_scheme, rfm_scheme, value_tier_scheme

MONTHS, TARGET = 12, 15.0
TRIALS = {
    "lifecycle": (lifecycle_scheme(), lifecycle_scheme(at_risk_days=60)),
    "value_tier": (value_tier_scheme(), value_tier_scheme(cuts=["0.70", "0.90"])),
    "rfm": (rfm_scheme(), rfm_scheme(window_days=180)),
}
DAYS = """CREATE TEMP TABLE d AS SELECT customer_id, "day", amount > 0 AS bought FROM work.cust_day ORDER BY 1, 2"""
MONTH = """
CREATE OR REPLACE TEMP TABLE held AS
SELECT customer_id, CASE {steps_90} END AS a, CASE {steps_60} END AS b FROM work.person LEFT JOIN (
  SELECT customer_id, max("day", 2) FILTER (WHERE bought) AS latest, count(*) FILTER (WHERE bought) AS total,
    count(*) FILTER (WHERE bought AND "day" >= DATE '{as_of}' - 365) AS f
  FROM d WHERE "day" < DATE '{as_of}' GROUP BY customer_id) USING (customer_id)"""
STEPS = """WHEN latest[1] IS NULL THEN 0 WHEN latest[1] < DATE '{as_of}' - 180 THEN 5
 WHEN latest[1] < DATE '{as_of}' - {days} THEN 4 WHEN latest[1] - latest[2] > 180 THEN 6
 WHEN total = 1 THEN 1 WHEN f >= 4 THEN 3 ELSE 2"""
STAYED = """
SELECT count(*) FILTER (WHERE h.a = e.a), count(*) FILTER (WHERE h.b = e.b)
FROM held h JOIN earlier e USING (customer_id)"""


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
    store = Store(folder, "")
    compute(store, manifest, bench_setting(), full=True)
    found: dict[str, object] = {"customers": customers, "facts": facts, "months": MONTHS}
    slowest = 0.0
    asked = {name: _asking(store, *versions) for name, versions in TRIALS.items()}
    asked["eight classes that overlap"] = _asking_sets(store)
    for name, ask in asked.items():
        ours = [timed(ask) for _ in range(runs)]
        found[name] = {"cpu_seconds": median(ours, 0), "seconds": median(ours, 1)}
        slowest = max(slowest, median(ours, 1))
    hand = [timed(lambda: by_hand(store)) for _ in range(runs)]
    found |= {"hand_cpu_seconds": median(hand, 0), "hand_seconds": median(hand, 1), "slowest_seconds": slowest}
    simulated = _asking(store, *TRIALS["lifecycle"])()
    told = [(month.before.stayed, month.after.stayed) for month in simulated.months[1:]]
    return found | {"target_seconds": TARGET, "same_figures": told == by_hand(store)}


def _asking(store: Store, before: SchemeSpec, after: SchemeSpec) -> Callable[[], Simulated]:
    return lambda: simulate(store, before=before, after=after, schemes=built_in_schemes(), as_of=AS_OF, months=MONTHS)


def _asking_sets(store: Store) -> Callable[[], Simulated]:
    """Eight segments by amount, days and purchase days, against the same ones with half the amounts."""
    return lambda: simulate_sets(
        store, before=_segments(1), after=_segments(2), schemes=built_in_schemes(), as_of=AS_OF, months=MONTHS
    )


def _segments(share: int) -> list[SchemeSpec]:
    rules = [
        *(Condition("monetary", Op.GE, amount // share) for amount in (50_000, 200_000, 800_000)),
        *(Condition("recency_days", Op.LE, days) for days in (30, 90)),
        *(Condition("frequency", Op.GE, days) for days in (2, 4, 8)),
    ]
    return [
        SchemeSpec(-900 - place, "rule", [ClassSpec(900 + place, str(place), one)]) for place, one in enumerate(rules)
    ]


def by_hand(store: Store) -> list[tuple[int, int]]:
    """Return who stayed from month to month with either version."""
    connection = duckdb.connect(config={"threads": "2", "memory_limit": "1536MB"})
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"ATTACH '{store.working_file()}' AS work (READ_ONLY)")
    connection.execute(DAYS)
    found: list[tuple[int, int]] = []
    for count in range(MONTHS, -1, -1):
        connection.execute(_month(months_before(AS_OF, count)))
        if count < MONTHS:
            found += connection.execute(STAYED).fetchall()
        connection.execute("CREATE OR REPLACE TEMP TABLE earlier AS SELECT * FROM held")
    return found


def _month(as_of: date) -> str:
    steps = {f"steps_{days}": STEPS.format(as_of=as_of, days=days) for days in (90, 60)}
    return MONTH.format(as_of=as_of, **steps)


if __name__ == "__main__":
    main()
