"""The live count of the rule editor: somebody writes a rule, edit by edit, and each edit is counted; CPU and walls.

A session types numbers, changes windows, categories and conditions, adds a condition, puts some into a group, undoes;
`ever` asks the whole history, `recent` windows. Beside them the floor in the same run: the bare DuckDB aggregation that
such an edit cannot do without, over the whole history and over a window. Then what is done once: laying out the facts,
and a rule met for the first time. Products are a made-up table; nothing is read from PostgreSQL.
Wall times mean something on a quiet machine only, where CPU spreads over two threads.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from unittest.mock import patch

import duckdb
from bench.engine_shop import bench_setting, make_shop

from zhike.engine.datasets import Dataset
from zhike.engine.ledger.ledger import start_making, wait_for_ledger
from zhike.engine.live import count_rule, preview_rules
from zhike.engine.rules.parsing import parse_rule
from zhike.engine.rules.traits import traits
from zhike.engine.run import compute
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.store.store import Store
from zhike.engine.work import Work

SESSIONS = 8
TARGETS = {100_000: 150, 1_000_000: 300}  # milliseconds, p95, one edit
EVER, RECENT = "", ", last {days} days"
ORDERS = 'did(purchase where category = "c{c}"{window}) >= {times}'
LARGE = "did(purchase where amount >= {amount}{window}) >= 2"
SPENT = "sum(purchase of amount{window}) >= {spent}"
FLOOR = """
SELECT count(*) FROM (SELECT customer_id FROM read_parquet('{folder}/facts/*/*.parquet')
WHERE kind = 'purchase' AND occurred_at < TIMESTAMP '2025-12-30 16:00:00' {since}
GROUP BY customer_id HAVING count(*) FILTER (WHERE amount >= {minor}) >= 2)"""
SINCE = "AND occurred_at >= TIMESTAMP '2025-12-30 16:00:00' - INTERVAL {days} DAY"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, patch.object(Work, "bring", bring_products):
        print(json.dumps(measure(Path(place) / "store", asked.customers, asked.facts), indent=1))


def measure(folder: Path, customers: int, facts: int) -> dict[str, object]:
    manifest = make_shop(folder, customers=customers, facts=facts)
    store = Store(folder, "")
    compute(store, manifest, bench_setting(), full=True)
    found: dict[str, object] = {"customers": customers, "facts": facts, "target_p95_ms": TARGETS.get(customers)}
    found["laying_out_the_facts_once"] = spread([took(lambda: lay_out(store))])
    first = f"{said(ORDERS, RECENT, 0)} and {said(SPENT, EVER, 0)} and {said(LARGE, EVER, 0)} and monetary >= 500"
    found["first_count_of_four_conditions"] = spread([counted(store, first)])
    for name, window in (("recent", RECENT), ("ever", EVER)):
        edits: dict[str, list[tuple[float, float]]] = {}
        beside: list[tuple[float, float]] = []
        for number in range(1, SESSIONS + 1):
            for edit, text in session(number, window):
                edits.setdefault(edit, []).append(counted(store, text))
                beside.append(previewed(store, text))
        found[name] = {"all edits": spread([one for times in edits.values() for one in times])}
        found[name] |= {edit: spread(times) for edit, times in edits.items()}
        found[name] |= {"beside each edit: three classes, who would move": spread(beside)}
    bare = duckdb.connect()
    bare.execute("SET threads = 2")
    for name, since in (("floor_recent", SINCE), ("floor_ever", "")):
        found[name] = spread([floor(bare, folder, since, number) for number in range(1, 11)])
    return found


def session(number: int, window: str) -> Iterator[tuple[str, str]]:
    """Yield an edit and the rule after it, of one person's session."""
    orders, spent, large = (said(one, window, number) for one in (ORDERS, SPENT, LARGE))
    yield "a category is chosen", orders
    for times in (2, 25, 3):
        typed = orders.replace(">= 1", f">= {times}")
        yield "a number is typed", typed
    yield "a condition is added: sum", f"{typed} and {spent}"
    yield "a number is typed", f"{typed} and {spent}0"
    yield "a condition is added: orders of a size", f"{typed} and {spent}0 and {large}"
    larger = said(LARGE, window, number + 100)
    yield "another size of order", f"{typed} and {spent}0 and {larger}"
    yield "put into a group, denied", f"{typed} and not ({spent}0 or {larger})"
    last = said("last(purchase{window}) <= 40 days ago", window, number)
    yield "a condition is added: last order", f"{typed} and not ({spent}0 or {larger}) and {last}"
    yield "a condition is added: profile", f"{typed} and not ({spent}0 or {larger}) and monetary >= {number}00"
    yield "a condition is added: by lot", f'{typed} and not ({spent}0 or {larger}) and bucket("s{number}", 0, 80)'
    yield "undone", f"{typed} and {spent}0"


def said(text: str, window: str, number: int) -> str:
    return text.format(c=number % 10, amount=1 + number, spent=100 + number, times=1, window=filled(window, number))


def filled(window: str, number: int) -> str:
    return window.format(days=60 + number)


def lay_out(store: Store) -> None:
    manifest = store.manifest()
    assert manifest is not None
    start_making(store.folder, manifest, "CNY")
    wait_for_ledger(store.folder)


def bring_products(work: Work, name: str, _dataset: Dataset, _where: str, _database_url: str) -> None:
    """Make the table of products that `Work.bring` reads from PostgreSQL."""
    work.connection.execute(
        f'CREATE OR REPLACE TEMP TABLE "{name}" AS'
        " SELECT i AS id, 'sku' || i AS sku, 'c' || i % 10 AS category FROM range(1, 501) AS t (i)"
    )


def counted(store: Store, text: str) -> tuple[float, float]:
    rule = parse_rule(text, traits)
    return took(lambda: count_rule(store, rule))


def previewed(store: Store, text: str) -> tuple[float, float]:
    rules = [parse_rule(one, traits) for one in (text, "monetary >= 500")]
    classes = [*(ClassSpec(10 + place, str(place), rule) for place, rule in enumerate(rules)), ClassSpec(19, "rest")]
    scheme = SchemeSpec(9, "rule", classes, {"default": "rest"})
    return took(lambda: preview_rules(store, scheme=scheme))


def floor(connection: duckdb.DuckDBPyConnection, folder: Path, since: str, number: int) -> tuple[float, float]:
    query = FLOOR.format(folder=folder, minor=(1 + number) * 100, since=since.format(days=60 + number))
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
