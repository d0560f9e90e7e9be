"""A refresh after 1 % new facts against a full run over the same facts, in CPU seconds, with fixed and moving cuts.

`share` has fixed cuts and a type that asks for shares of everybody's revenue: each refresh moves its amounts.
Nine in ten of the new facts are of the last ten days, the rest came late. Both start from the mirror.
"""

import argparse
import json
import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.classify import median, timed
from bench.engine_shop import add_facts, bench_setting, make_shop

from zhike.engine.rules.parsing import parse_rule
from zhike.engine.rules.traits import traits
from zhike.engine.run import compute
from zhike.engine.schemes import ClassSpec, SchemeSpec
from zhike.engine.stages.setting import Setting
from zhike.engine.store.store import LABEL, Store

TARGETS = {"fixed": 0.10, "moving": 0.12, "share": 0.20}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(measure(Path(place), asked.customers, asked.facts, asked.runs), indent=1))


def setting_of(kind: str) -> Setting:
    if kind != "share":
        return bench_setting(cut_points=kind)
    plain = bench_setting(cut_points="fixed")
    rules = [parse_rule(f"revenue_share >= {percent}", traits) for percent in ("0.001", "0.0001")]
    classes = [ClassSpec(901 + place, str(place), rule) for place, rule in enumerate(rules)]
    share = SchemeSpec(90, "rule", (*classes, ClassSpec(909, "rest")), {"default": "rest"})
    return replace(plain, schemes=(*plain.schemes, share))


def measure(place: Path, customers: int, facts: int, runs: int) -> dict[str, object]:
    folder = place / "store"
    before = make_shop(folder, customers=customers, facts=facts)
    found: dict[str, object] = {"customers": customers, "facts": facts, "new_facts": facts // 100}
    after = add_facts(folder, before, customers=customers, facts=facts // 100)
    for cut_points, target in TARGETS.items():
        setting, store = setting_of(cut_points), Store(folder, "")
        compute(store, before, setting, full=True)
        kept = place / "kept.duckdb"
        shutil.copy(store.working_file(), kept)
        label = store.label_of(store.working_file())
        refreshed, full = [], []
        for _ in range(runs):
            store.sweep(None)
            shutil.copy(kept, folder / "work-0000000001-again.duckdb")
            (folder / f"work-0000000001-again{LABEL}").write_text(label)
            refreshed.append(timed(partial(compute, store, after, setting)))
            full.append(timed(partial(compute, store, after, setting, full=True)))
        found[cut_points] = {
            "refresh_cpu_seconds": median(refreshed, 0),
            "refresh_seconds": median(refreshed, 1),
            "full_cpu_seconds": median(full, 0),
            "ratio": round(median(refreshed, 0) / median(full, 0), 3),
            "target": target,
        }
        store.sweep(None)
    return found


if __name__ == "__main__":
    main()
