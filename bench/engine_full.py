"""State, RFM, value tiers, lifecycle and cohorts of a whole store at once: the engine, hand-written SQL and pandas.

Each runs alone in a process of its own over the same Parquet files and ends with a table of customers and one of cohort
cells, in Parquet: CPU seconds of all its threads after its imports, and its largest memory. The engine's customers have
attributes, state and scores too, the peers' classes only. Rows are compared: what differs is counted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.classify import hand_written
from bench.engine_shop import AS_OF, bench_setting, make_shop

from zhike.engine.computing import compute_results
from zhike.engine.store.store import Store

TARGETS = {"hand": 1.5, "pandas": 0.5}
LARGE = 50_000_000  # lines from which the limit of memory is asked for
MOST_MEGABYTES = 2500
CLASSES = ("customer_id", "class_1", "class_2", "class_3")  # lifecycle, value tier, RFM
HAND_COHORTS = """
CREATE TEMP TABLE begun AS SELECT customer_id, min("day") AS first_day,
    CAST(year(min("day")) * 12 + month(min("day")) - 1 AS INTEGER) AS start
  FROM cust_day WHERE amount > 0 AND "day" < DATE '{as_of}' GROUP BY customer_id;
CREATE TEMP TABLE cohorts AS
  SELECT start, age, count(*) FILTER (times > 0) AS customers, sum(times)::BIGINT AS purchase_days,
    sum(amount)::BIGINT AS amount
  FROM (SELECT start, year("day") * 12 + month("day") - 1 - start AS age, d.customer_id,
      count(*) FILTER (d.amount > 0) AS times, sum(d.amount) AS amount
    FROM cust_day d JOIN begun USING (customer_id) WHERE "day" < DATE '{as_of}' AND "day" >= first_day GROUP BY ALL)
  GROUP BY start, age;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--peers", nargs="*", default=list(TARGETS), choices=list(TARGETS))
    parser.add_argument("--store", type=Path, help="a folder where such a shop is kept for the next time")
    parser.add_argument("--alone", choices=["ours", *TARGETS], help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        print(json.dumps(run_alone(asked.alone, asked.store, asked.out)))
        return
    with tempfile.TemporaryDirectory() as place:
        store = asked.store or Path(place) / "store"
        print(json.dumps(measure(store, asked.customers, asked.facts, asked.runs, asked.peers), indent=1))


def measure(folder: Path, customers: int, facts: int, runs: int, peers: list[str]) -> dict[str, Any]:
    """Return every figure. A shop that is there already is taken as it is."""
    manifest = Store(folder, "").manifest() or make_shop(folder, customers=customers, facts=facts)
    lines = sum(one.rows for one in manifest.facts)
    found: dict[str, Any] = {"customers": manifest.customers[0].rows, "facts": lines}
    with tempfile.TemporaryDirectory() as place:
        tables = Path(place)
        rounds = [{name: start_alone(name, folder, tables / name) for name in ("ours", *peers)} for _ in range(runs)]
        for name in ("ours", *peers):
            found[name] = {key: middle([one[name][key] for one in rounds]) for key in rounds[0][name]}
        for name in peers:
            ratios = [one["ours"]["cpu_seconds"] / one[name]["cpu_seconds"] for one in rounds]
            found[name] |= {"ratio": round(middle(ratios), 3), "target": TARGETS[name]}
            found[name]["differing_rows"] = differing(tables / "ours", tables / name)
    found["memory_target_mb"] = MOST_MEGABYTES if lines >= LARGE else None
    return found


def middle(figures: list[float]) -> float:
    return sorted(figures)[len(figures) // 2]


def start_alone(name: str, store: Path, out: Path) -> dict[str, float]:
    out.mkdir(exist_ok=True)
    command = [sys.executable, __file__, "--alone", name, "--store", str(store), "--out", str(out)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def run_alone(name: str, store: Path, out: Path) -> dict[str, float]:
    work = {"ours": ours, "hand": by_hand, "pandas": by_pandas}[name]
    if name == "pandas":
        import_module("pandas")
    cpu, wall = sum(os.times()[:2]), time.perf_counter()
    work(store, out)
    figures = {"cpu_seconds": round(sum(os.times()[:2]) - cpu, 2), "seconds": round(time.perf_counter() - wall, 2)}
    return figures | {"peak_mb": largest_memory()}


def largest_memory() -> int:
    """Return the megabytes that this process held at most; `getrusage` would count those of its parent too."""
    (line,) = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM")]
    return round(int(line.split()[1]) / 1024)


def ours(folder: Path, out: Path) -> None:
    """Do what `zhike engine run` does."""
    compute_results(
        folder, as_of=AS_OF, zone="Asia/Shanghai", currency="CNY", schemes=bench_setting().schemes, out=out / "tables"
    )


def by_hand(folder: Path, out: Path) -> None:
    connection = hand_written(folder)
    connection.execute(HAND_COHORTS.format(as_of=AS_OF)).fetchall()
    connection.execute(
        "ALTER TABLE classes RENAME lifecycle TO class_1; ALTER TABLE classes RENAME tier TO class_2;"
        " ALTER TABLE classes RENAME segment TO class_3"
    )
    write_tables(connection, out)


def write_tables(connection: Any, out: Path) -> None:
    for table, name in (("classes", "customers"), ("cohorts", "cohorts")):
        place = out / "tables" / name
        place.mkdir(parents=True, exist_ok=True)
        connection.execute(f"COPY {table} TO '{place}/part-0.parquet' (FORMAT parquet, COMPRESSION zstd)")


def by_pandas(folder: Path, out: Path) -> None:
    """Read and write by DuckDB, which is quicker at it than pandas' own way; in between pandas alone."""
    import duckdb

    with duckdb.connect(config={"threads": "2"}) as reader:
        facts = reader.execute(
            f"SELECT customer_id, occurred_at, amount FROM read_parquet('{folder}/facts/*/*.parquet')"
            " WHERE kind IN ('purchase', 'return')"
        ).df()
        people = reader.execute(f"SELECT customer_id FROM read_parquet('{folder}/customers/*.parquet')").df()
    classes, cohorts = pandas_tables(facts, people)
    with duckdb.connect(config={"threads": "2"}) as writer:
        writer.register("classes", classes)
        writer.register("cohorts", cohorts)
        write_tables(writer, out)


def pandas_tables(facts: Any, people: Any) -> tuple[Any, Any]:
    """Return the classes of everybody, and the cohort cells."""
    facts["day"] = (facts.pop("occurred_at") + timedelta(hours=8)).dt.floor("D")
    days = facts.groupby(["customer_id", "day"], sort=False, as_index=False)["amount"].sum()
    days = days[days["day"] < str(AS_OF)]
    bought = days[days["amount"] > 0]
    by_customer = bought.groupby("customer_id")["day"]
    state = by_customer.agg(first="min", last="max", total="size")
    earlier = bought[bought["day"] < bought["customer_id"].map(state["last"])]
    state["prev"] = earlier.groupby("customer_id")["day"].max()
    start = str(AS_OF - timedelta(days=365))
    window, within = days[days["day"] >= start], bought[bought["day"] >= start]
    known = people.set_index("customer_id").join(state)
    known["m"] = window.groupby("customer_id")["amount"].sum()
    known["f"] = within.groupby("customer_id").size()
    known[["m", "f", "total"]] = known[["m", "f", "total"]].fillna(0).astype("int64")
    return pandas_classes(known), pandas_cohorts(days, state["first"])


def pandas_classes(known: Any) -> Any:
    import numpy as np
    import pandas as pd

    silent = (pd.Timestamp(AS_OF) - known["last"]).dt.days
    gap = (known["last"] - known["prev"]).dt.days
    found = known[[]].copy()
    stages = [known["last"].isna(), silent > 180, silent > 90, gap > 180, known["total"] == 1, known["f"] >= 4]
    found["class_1"] = np.select(stages, [100, 105, 104, 106, 101, 103], 102)
    earning = known.loc[known["m"] > 0, "m"]
    amounts = earning.value_counts().sort_index(ascending=False)
    sums = amounts.index.to_numpy() * amounts.to_numpy()
    share = pd.Series((sums.cumsum() - sums) / sums.sum(), index=amounts.index)
    reached = earning.map(share)
    found["class_2"] = pd.Series(np.select([reached < 0.80, reached < 0.95], [200, 201], 202), index=earning.index)
    active = known[known["f"] > 0]
    high = {one: np.ceil(5 * active[one].rank(method="max", pct=True)) >= 4 for one in ("last", "f", "m")}
    segment = np.select(
        [high["last"] & high["f"] & high["m"], high["last"] & high["m"], high["f"] & high["m"], high["m"],
         high["last"] & high["f"], high["last"], high["f"]],
        [300, 301, 302, 303, 304, 305, 306], 307,
    )  # fmt: skip
    found["class_3"] = pd.Series(segment, index=active.index)
    return found.astype(dict.fromkeys(CLASSES[1:], "Int32")).reset_index()


def pandas_cohorts(days: Any, first: Any) -> Any:
    rows = days.assign(first=days["customer_id"].map(first))
    rows = rows[rows["day"] >= rows["first"]]
    rows["start"] = rows["first"].dt.year * 12 + rows["first"].dt.month - 1
    rows["age"] = rows["day"].dt.year * 12 + rows["day"].dt.month - 1 - rows["start"]
    rows["times"] = (rows["amount"] > 0).astype("int64")
    by_customer = rows.groupby(["start", "age", "customer_id"], sort=False)[["times", "amount"]].sum().reset_index()
    by_customer["customers"] = (by_customer["times"] > 0).astype("int64")
    cells = by_customer.groupby(["start", "age"])[["customers", "times", "amount"]].sum().reset_index()
    return cells.rename(columns={"times": "purchase_days"})


def differing(one: Path, other: Path) -> int:
    """Return how many rows of the two tables are not in the other's."""
    import duckdb

    shown = {"customers": CLASSES, "cohorts": ("start", "age", "customers", "purchase_days", "amount")}
    found = 0
    with duckdb.connect() as reader:
        for name, columns in shown.items():
            whole = ", ".join(f"CAST({column} AS BIGINT)" for column in columns)
            sides = [f"SELECT {whole} FROM '{folder}/tables/{name}/*.parquet'" for folder in (one, other)]
            for a, b in (sides, sides[::-1]):
                ((count,),) = reader.execute(f"SELECT count(*) FROM ({a} EXCEPT ALL {b})").fetchall()
                found += int(count)
    return found


if __name__ == "__main__":
    main()
