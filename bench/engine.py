"""The engine's figures in one table, each beside its peer of the same run: full runs, refreshes, models, products.

The targets are for a million customers, ten million lines and a million baskets (`--customers 1000000 --facts 10000000
--baskets 1000000 --large 50000000`); the defaults are small. Ratios are ours by the peer's CPU seconds.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from bench import engine_full, engine_models, refresh

WIDTHS = (50, 9, 9, 9, 26, 9, 6)
HEADS = ("figure", "found", "at most", "CPU s", "peer", "CPU s", "met")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--baskets", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=0, help="lines of a further full run, for its memory")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = full_run(asked.customers, asked.facts, asked.runs)
    rows += large_run(asked.large) if asked.large else []
    rows += refreshed(asked.customers, asked.facts, asked.runs)
    rows += models(asked.customers, asked.baskets)
    if asked.customers < 1_000_000 or asked.facts < 10_000_000 or asked.baskets < 1_000_000:
        rows = [one | {"met": None} for one in rows]  # what is fixed weighs too much in a small run
    print(json.dumps(rows, indent=1, ensure_ascii=False) if asked.json else shown(rows))


def shown(rows: list[dict[str, Any]]) -> str:
    lines = [HEADS] + [
        (one["figure"], one["found"], one["target"], one["cpu_seconds"], one["peer"], one["peer_cpu_seconds"],
         {True: "yes", False: "NO", None: ""}[one["met"]])
        for one in rows
    ]  # fmt: skip
    return "\n".join(" ".join(cell(value, place) for place, value in enumerate(line)).rstrip() for line in lines)


def cell(value: Any, place: int) -> str:
    text = "" if value is None else str(value)
    return text.ljust(WIDTHS[place]) if place in (0, 4) else text.rjust(WIDTHS[place])


def full_run(customers: int, facts: int, runs: int) -> list[dict[str, Any]]:
    """Days, state, RFM, tiers, lifecycle and cohorts, all at once."""
    with tempfile.TemporaryDirectory() as place:
        found = engine_full.measure(Path(place) / "store", customers, facts, runs, ["hand", "pandas"])
    spent = found["ours"]["cpu_seconds"]
    rows = [
        row(f"full run and cohorts ÷ {name}", one["ratio"], one["target"], spent, title, one["cpu_seconds"])
        for name, title in (("hand", "SQL written by hand"), ("pandas", "pandas"))
        for one in [found[name]]
    ]
    other = sum(found[name]["differing_rows"] for name in ("hand", "pandas"))
    memory = found["ours"]["peak_mb"]
    rows.append(row("rows that a peer has otherwise", other, 0, None, "SQL by hand, pandas", None))
    rows.append(row("largest memory, MB", memory, None, spent, f"pandas: {found['pandas']['peak_mb']} MB", None))
    return rows


def large_run(facts: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as place:
        found = engine_full.measure(Path(place) / "store", facts // 10, facts, 1, [])
    most, spent = engine_full.MOST_MEGABYTES, found["ours"]["cpu_seconds"]
    return [row(f"largest memory at {facts:,} lines, MB", found["ours"]["peak_mb"], most, spent)]


def refreshed(customers: int, facts: int, runs: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as place:
        found = refresh.measure(Path(place), customers, facts, max(3, runs))
    rows = []
    for cuts, seconds in (("fixed", 0.5), ("moving", None)):
        one: Any = found[cuts]
        spent, full = one["refresh_cpu_seconds"], one["full_cpu_seconds"]
        rows.append(row(f"refresh with {facts // 100:,} lines, {cuts} cut points, s", spent, seconds, spent))
        rows.append(row("  ÷ a full run", one["ratio"], one["target"], spent, "full run", full))
    return rows


def models(customers: int, baskets: int) -> list[dict[str, Any]]:
    found = engine_models.measure(customers, baskets, 1)
    rows = imports(found["import_seconds"])
    rows += [against("BG/NBD ÷ lifetimes", found["bgnbd"], "lifetimes", 0.35)]
    rows += [against("BG/NBD of CDNOW ÷ lifetimes", found["bgnbd_cdnow"], "lifetimes", 0.3)]
    spent = found["paretonbd"]["cpu_seconds"]
    rows += [row("Pareto/NBD, CPU s", spent, 20.0, spent)]
    rows += [against("Pareto/NBD of CDNOW ÷ lifetimes", found["paretonbd_cdnow"], "lifetimes", None)]
    peer = found["scoring"].pop("lifetimes", {}).get("cpu_seconds")
    for model, seconds in found["scoring"].items():
        if isinstance(seconds, dict):
            spent = seconds["discounted_cpu_seconds"]
            rows.append(row(f"scoring by {model}, s", spent, 1.0, spent, "lifetimes, not discounted", peer))
    rows.append(against("product pairs ÷ fpgrowth", found["pairs"], "mlxtend", 0.1))
    rows.append(row("pairs that fpgrowth has otherwise", found["pairs"].get("differing_pairs"), 0, None, "mlxtend"))
    return rows


def imports(seconds: dict[str, Any]) -> list[dict[str, Any]]:
    peer = seconds.pop("lifetimes")
    return [row(f"import {name}, s", spent, 0.5, spent, "import lifetimes", peer) for name, spent in seconds.items()]


def against(figure: str, found: Any, peer: str, target: float | None) -> dict[str, Any]:
    if isinstance(found, str):  # the peer is missing
        return row(figure, None, target, None, found)
    return row(figure, found["ratio"], target, found["cpu_seconds"], peer, found.get(f"{peer}_cpu_seconds"))


def row(figure: str, found: Any, target: Any, seconds: Any, peer: str = "", theirs: Any = None) -> dict[str, Any]:
    met = None if target is None or not isinstance(found, int | float) else found <= target
    return {
        "figure": figure, "found": found, "target": target, "cpu_seconds": seconds, "peer": peer,
        "peer_cpu_seconds": theirs, "met": met,
    }  # fmt: skip


if __name__ == "__main__":
    main()
