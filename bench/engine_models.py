"""The engine's models beside their peers, in CPU seconds: lifetimes for purchases, mlxtend for products together.

Customers are made up by the process of the BG/NBD with CDNOW's parameters, baskets by a few popular products and many
rare ones. Both sides get the same arrays in the same run; a peer that is not installed is said to be missing.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np

from zhike.engine.models.btyd import fit_found_cells, score
from zhike.engine.models.cells import Cells, Spent, find_cells
from zhike.engine.models.fitting import Fit
from zhike.engine.models.gammagamma import fit_gamma_gamma
from zhike.engine.models.pairs import find_pairs

TRUE = (0.243, 4.414, 0.793, 2.426)
LEAST_SUPPORT = 0.001
MISSING = "peer missing: pip install lifetimes mlxtend"
IMPORTS = ("zhike.engine.public", "zhike.engine.models", "zhike.engine.models.btyd", "lifetimes")
type Histories = tuple[np.ndarray, np.ndarray, np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--baskets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    print(json.dumps(measure(asked.customers, asked.baskets, asked.rounds), indent=1))


def measure(customers: int, baskets: int, rounds: int) -> dict[str, Any]:
    """Return every figure; the largest part is the peers' own time."""
    warnings.simplefilter("ignore")  # the peers are old
    histories = make_histories(customers)
    return {
        "customers": customers,
        "import_seconds": {name: import_seconds(name) for name in IMPORTS},
        "bgnbd": against_lifetimes(histories, rounds),
        "bgnbd_cdnow": against_lifetimes(cdnow(), 10 * rounds) if find_spec("lifetimes") else MISSING,
        "paretonbd": fit_pareto(histories),
        "paretonbd_cdnow": pareto_against_lifetimes(cdnow(), rounds) if find_spec("lifetimes") else MISSING,
        "scoring": scoring(histories),
        "pairs": against_mlxtend(baskets),
    }


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of this process and what the work gave."""
    began = sum(os.times()[:2])
    answer = work()
    return sum(os.times()[:2]) - began, answer


def typical(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Return mean CPU seconds over rounds after one that warms up: a clock of 10 ms is too coarse for one fit."""
    answer = work()
    began = time.process_time()
    for _ in range(rounds):
        answer = work()
    return (time.process_time() - began) / rounds, answer


def import_seconds(name: str) -> float | str:
    """Return the CPU seconds of an import in a process of its own, the best of three; all that it brings is in.

    Modules are compiled by the first of the three, also where the environment says to keep nothing compiled.
    """
    if not find_spec(name):
        return MISSING
    program = f"import time; t = time.process_time(); import {name}; print(time.process_time() - t)"
    command = [sys.executable, "-c", program]
    with TemporaryDirectory() as compiled:
        environment = os.environ | {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        done = [
            subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
            for _ in range(3)
        ]
    return round(min(map(float, done)), 3)


def make_histories(customers: int, weeks: float = 104.0) -> Histories:
    """Return x, t_x, age of customers who came over the first half of the time; days are whole."""
    chance = np.random.default_rng(11)
    r, alpha, a, b = TRUE
    age = np.ceil(chance.uniform(weeks / 2, weeks, customers) * 7) / 7
    rate, leaving = chance.gamma(r, 1 / alpha, customers), chance.beta(a, b, customers)
    x, t_x, at = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    here = np.arange(customers)
    while len(here):
        at[here] = np.ceil((at[here] + chance.exponential(1.0, len(here)) / np.maximum(rate[here], 1e-12)) * 7) / 7
        here = here[at[here] <= age[here]]
        x[here] += 1
        t_x[here] = at[here]
        here = here[chance.random(len(here)) >= leaving[here]]
    return x, t_x, age


def cdnow() -> Histories:
    found = find_spec("lifetimes")
    folder = Path((found.submodule_search_locations or [""])[0]) if found else Path()
    rows = np.loadtxt(folder / "datasets" / "cdnow_customers_summary.csv", delimiter=",", skiprows=1)
    return rows[:, 1], rows[:, 2], rows[:, 3]


def against_lifetimes(histories: Histories, rounds: int) -> dict[str, Any]:
    ours, fit = typical(lambda: fit_all("bgnbd", histories), rounds)
    found: dict[str, Any] = {"cpu_seconds": round(ours, 4), "parameters": rounded(fit), "target": 0.35}
    if not find_spec("lifetimes"):
        return found | {"ratio": MISSING}
    from lifetimes import BetaGeoFitter

    theirs, peer = typical(lambda: BetaGeoFitter().fit(*histories), max(1, rounds // 3))
    off = max(abs(np.log(fit.parameters[name] / peer.params_[name])) for name in fit.parameters)
    return found | {
        "lifetimes_cpu_seconds": round(theirs, 4),
        "ratio": round(ours / theirs, 3),
        "largest_relative_difference": round(float(off), 6),
    }


def fit_all(model: str, histories: Histories) -> Fit:
    """Return a fit as a user gets it: the cells are found anew. Nobody is set apart, as the peer sets nobody apart."""
    return fit_found_cells(find_cells(*histories), model, set_apart=False)


def rounded(fit: Fit) -> dict[str, float]:
    return {name: round(value, 4) for name, value in fit.parameters.items()}


def fit_pareto(histories: Histories) -> dict[str, Any]:
    seconds, fit = timed(lambda: fit_all("paretonbd", histories))
    return {
        "cpu_seconds": round(seconds, 2),
        "parameters": rounded(fit),
        "reason": str(fit.reason or ""),
        "target": 20.0,
    }


def pareto_against_lifetimes(histories: Histories, rounds: int) -> dict[str, Any]:
    """Time both on a small set: at a million customers the peer does not come back."""
    from lifetimes import ParetoNBDFitter

    ours, fit = typical(lambda: fit_all("paretonbd", histories), rounds)
    theirs, peer = typical(lambda: ParetoNBDFitter().fit(*histories), 1)
    off = max(abs(np.log(fit.parameters[name] / peer.params_[name])) for name in fit.parameters)
    return {
        "cpu_seconds": round(ours, 4),
        "lifetimes_cpu_seconds": round(theirs, 4),
        "ratio": round(ours / theirs, 3),
        "largest_relative_difference": round(float(off), 6),
    }


def scoring(histories: Histories) -> dict[str, Any]:
    """Time P(alive), expected purchases of a year and their discounted value, cells found and unfound."""
    cells = find_cells(*histories)
    mean = np.where(histories[0] > 0, np.random.default_rng(2).gamma(6.0, 6.0, len(histories[0])), np.nan)
    amounts = fit_gamma_gamma(histories[0], mean)
    found = {"cells": len(cells.weight), "target": 1.0}
    for model in ("bgnbd", "mbgnbd", "paretonbd"):
        fit = fit_found_cells(cells, model, set_apart=False)
        found[model] = score_once(fit, cells, amounts, Spent(histories[0], mean))
    if find_spec("lifetimes"):
        found["lifetimes"] = score_by_lifetimes(histories)
    return found


def score_by_lifetimes(histories: Histories) -> dict[str, float]:
    """Time the peer's P(alive) and expected purchases of a year, by the BG/NBD: it discounts nothing in that time."""
    from lifetimes import BetaGeoFitter

    peer = BetaGeoFitter()
    peer.params_ = dict(zip(("r", "alpha", "a", "b"), TRUE, strict=True))
    x, t_x, age = histories
    alive, _ = timed(lambda: peer.conditional_probability_alive(x, t_x, age))
    more, _ = timed(lambda: peer.conditional_expected_number_of_purchases_up_to_time(52.0, x, t_x, age))
    return {"cpu_seconds": round(alive + more, 3)}


def score_once(fit: Fit, cells: Cells, amounts: Fit, spent: Spent) -> Any:
    """Return CPU seconds with everybody's cell known, as after a fit."""
    if not fit.identified:
        return str(fit.reason)
    discount = float(np.log(1.1) / 52)
    plain, _ = timed(lambda: score(fit, cells, 52.0, amounts=amounts, spent=spent))
    seconds, _ = timed(lambda: score(fit, cells, 52.0, amounts=amounts, spent=spent, discount=discount))
    return {"cpu_seconds": round(plain, 3), "discounted_cpu_seconds": round(seconds, 3)}


def against_mlxtend(baskets: int) -> dict[str, Any]:
    basket, item = make_baskets(baskets)
    connection = duckdb.connect(config={"threads": "2"})
    lines = {"basket": basket, "item": item}
    connection.register("lines", lines)
    connection.execute("CREATE TABLE basket_line AS SELECT basket, item FROM lines")
    ours, pairs = timed(lambda: find_pairs(connection, LEAST_SUPPORT))
    found: dict[str, Any] = {
        "baskets": pairs.baskets,
        "lines": len(basket),
        "pairs": len(pairs.found),
        "cpu_seconds": round(ours, 2),
        "target": 0.1,
    }
    if not find_spec("mlxtend"):
        return found | {"ratio": MISSING}
    theirs, peer = timed(lambda: fpgrowth_pairs(basket, item, baskets))
    own = {tuple(sorted((one.first, one.then))): one.together for one in pairs.found}
    return found | {
        "mlxtend_cpu_seconds": round(theirs, 2),
        "ratio": round(ours / theirs, 3),
        "differing_pairs": len(set(own.items()) ^ set(peer.items())),
    }


def make_baskets(baskets: int) -> tuple[np.ndarray, np.ndarray]:
    """Return about five lines a basket over 3,000 products, each product once."""
    chance = np.random.default_rng(7)
    sizes = chance.geometric(0.18, baskets)
    basket = np.repeat(np.arange(baskets), np.minimum(sizes, 60))
    item = (3000 * chance.random(len(basket)) ** 2.5).astype(np.int64)
    distinct = np.unique(np.stack([basket, item]), axis=1)
    return distinct[0], distinct[1]


def fpgrowth_pairs(basket: np.ndarray, item: np.ndarray, baskets: int) -> dict[tuple[str, ...], int]:
    import pandas as pd
    from mlxtend.frequent_patterns import fpgrowth
    from scipy import sparse

    names = np.unique(item)
    ones = np.ones(len(basket), dtype=bool)
    matrix = sparse.csr_matrix((ones, (basket, np.searchsorted(names, item))), shape=(baskets, len(names)))
    frame = pd.DataFrame.sparse.from_spmatrix(matrix, columns=[str(one) for one in names])
    found = fpgrowth(frame, min_support=LEAST_SUPPORT, max_len=2, use_colnames=True)
    both = found[found["itemsets"].map(len) == 2]
    return {
        tuple(sorted(items)): round(share * baskets)
        for items, share in zip(both["itemsets"], both["support"], strict=True)
    }


if __name__ == "__main__":
    main()
