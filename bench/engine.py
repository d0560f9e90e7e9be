"""The engine's figures in one table: classification, models, products together; each beside its peer or limit."""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from bench import classify, engine_models


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--baskets", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        full = classify.measure(Path(place) / "store", asked.customers, asked.facts, 1)
    rows = [row("full classification ÷ hand-written SQL", full["ratio"], full["target"], full["engine_cpu_seconds"])]
    rows += models(asked.customers, asked.baskets)
    if asked.json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    print(f"{'figure':<44}{'found':>9}{'target':>9}{'CPU s':>9}")
    for one in rows:
        print(f"{one['figure']:<44}{one['found']!s:>9}{one['target']!s:>9}{one['cpu_seconds']!s:>9}")


def models(customers: int, baskets: int) -> list[dict[str, Any]]:
    found = engine_models.measure(customers, baskets, 1)
    bg, small, pairs = found["bgnbd"], found["bgnbd_cdnow"], found["pairs"]
    rows = [
        row("import of the models, s", found["import_seconds"], 0.5, found["import_seconds"]),
        row("BG/NBD ÷ lifetimes", bg["ratio"], bg["target"], bg["cpu_seconds"]),
        row("Pareto/NBD, CPU s", found["paretonbd"]["cpu_seconds"], 20.0, found["paretonbd"]["cpu_seconds"]),
        row("product pairs ÷ mlxtend", pairs["ratio"], pairs["target"], pairs["cpu_seconds"]),
    ]
    if isinstance(small, dict):
        rows.append(row("BG/NBD of CDNOW ÷ lifetimes", small["ratio"], 0.3, small["cpu_seconds"]))
    for model, seconds in found["scoring"].items():
        if isinstance(seconds, dict):
            spent = seconds["discounted_cpu_seconds"]
            rows.append(row(f"scoring by {model}, CPU s", spent, 1.0, spent))
    return rows


def row(figure: str, found: Any, target: Any, seconds: Any) -> dict[str, Any]:
    return {"figure": figure, "found": found, "target": target, "cpu_seconds": seconds}


if __name__ == "__main__":
    main()
