"""The ledger: the mirror's facts once more, laid out by customer and time, so that a measure is a walk over arrays.

Counting orders needs the lines of an order together. Grouping them anew for every number that somebody types takes
seconds over ten million facts; here they lie together once. Columns are files that are mapped into memory, shared by
processes and given back when memory is short; what conditions on facts ask stands beside in a DuckDB file, in the same
order. A ledger is never changed. Facts that came after it are `late`, their customers are measured as ever.
"""

import fcntl
import json
import shutil
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import OCCASION, WEIGHT
from zhike.engine.rules.fact_tests import FactSource
from zhike.engine.store.connection import connect
from zhike.engine.store.manifest import Manifest
from zhike.engine.work import Work

type Column = npt.NDArray[Any]

FOLDERS, LAYING, NAMES = "ledger-*", "laying-*", "ledger.json"
MOST_FACTS = 30_000_000  # beyond, a ledger would take more than a gigabyte: counts are computed as ever
AT_ONCE = 200_000  # so many facts are laid out while one waits; more in the background, once
COLUMNS = (
    "customers", "kind", "at", "weight", "amount", "amount_known", "quantity", "quantity_known", "instant", "who",
    "occasion_row", "who_row", "who_occasion",
)  # fmt: skip
_LAID = """
SELECT customer_id, kind, occurred_at, channel, amount, currency, millionths, product_id,
  :occasion AS occasion,
  :product AS own_product, :category AS own_category
FROM facts WHERE seen <= :watermark ORDER BY customer_id, occurred_at, occasion"""
_SHOWN = """
SELECT customer_id, list_position(:kinds, kind) - 1 AS kind, epoch_us(occurred_at) AS at, occasion,
  :weight AS weight,
  COALESCE(amount, 0) AS amount, NOT amount IS NULL AND COALESCE(currency, :own) = :own AS amount_known,
  COALESCE(millionths, 0) AS quantity, NOT millionths IS NULL AS quantity_known FROM fact"""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a row says: its `kind` as a place in `kinds`, `at` in microseconds, `who` as a place in `customers`,
    `instant` (equal for facts of one customer at one time, growing); `weight`, what it adds to its order (millionths);
    `amount` in minor units of `currency` and `quantity` in millionths, 0 where they are not known.

    `occasion_row`: the row where each order's lines at one instant begin; `who_row`, `who_occasion`: the row and the
    occasion where each customer begins.
    """

    folder: Path
    epoch: str
    watermark: int
    currency: str
    kinds: tuple[str, ...]
    columns: Mapping[str, Column]
    work: Work

    @property
    def customers(self) -> Column:
        return self.columns["customers"]

    @property
    def rows(self) -> int:
        return len(self.columns["at"])

    def close(self) -> None:
        self.work.close()


def find_ledger(folder: Path, manifest: Manifest, currency: str) -> Ledger | None:
    """Open the newest ledger of this mirror; start making one where there is none. None until it is there."""
    found = _open_newest(folder, manifest, currency)
    if found is None and 0 < (facts := sum(one.rows for one in manifest.facts)) <= MOST_FACTS:
        if facts <= AT_ONCE:
            make_ledger(folder, manifest, currency)
            return _open_newest(folder, manifest, currency)
        start_making(folder, manifest, currency)
    return found


_MAKING: dict[Path, threading.Thread] = {}


def start_making(folder: Path, manifest: Manifest, currency: str) -> None:
    """Make a ledger in a thread of its own, one at a time for a store."""
    held = _MAKING.get(folder)
    if held is None or not held.is_alive():
        _MAKING[folder] = threading.Thread(target=_make_aside, args=(folder, manifest, currency), daemon=True)
        _MAKING[folder].start()


def _make_aside(folder: Path, manifest: Manifest, currency: str) -> None:
    with suppress(OSError, duckdb.Error):  # a run may take files away meanwhile: the next count asks again
        make_ledger(folder, manifest, currency)


def wait_for_ledger(folder: Path) -> None:
    """Wait until a ledger that is being made is done."""
    if held := _MAKING.get(folder):
        held.join()


def make_ledger(folder: Path, manifest: Manifest, currency: str) -> None:
    """Lay out the mirror's facts, unless another process is at it; the older ledgers go."""
    with _alone(folder) as alone:
        if not alone:
            return
        sweep_ledgers(folder, LAYING)
        place = folder / f"{LAYING.removesuffix('*')}{uuid.uuid4().hex}"
        place.mkdir()
        try:
            _fill(place, folder, manifest, currency)
            kept = folder / f"ledger-{manifest.epoch}-{manifest.watermark}-{uuid.uuid4().hex[:8]}"
            place.replace(kept)
            sweep_ledgers(folder, FOLDERS, but=kept.name)
        finally:
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Hold the making of ledgers in a folder; answer whether no other process does."""
    with (folder / "ledger.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _fill(place: Path, folder: Path, manifest: Manifest, currency: str) -> None:
    work = Work(connect(str(place / "facts.duckdb"), folder=folder))
    try:
        work.command("SET preserve_insertion_order = true")
        _write(work, place, folder, manifest, currency)
    finally:
        work.close()


def sweep_ledgers(folder: Path, pattern: str = FOLDERS, *, but: str = "nothing") -> None:
    """Remove ledgers whose names do not begin with `but`; who reads one keeps what is open."""
    for path in folder.glob(pattern):
        if not path.name.startswith(but):
            shutil.rmtree(path, ignore_errors=True)


def _write(work: Work, place: Path, folder: Path, manifest: Manifest, currency: str) -> None:
    mirrored = FactSource(lambda: sql.table("facts"), lambda: sql.table("product"))
    files = sql.parquet(str(folder / one.path) for one in manifest.facts)
    product, category = (
        sql.tree("CASE WHEN product_id IS NULL THEN :said END", said=mirrored.attribute(name, number=False))
        for name in ("product", "category")
    )
    occasion, watermark = sql.tree(OCCASION), sql.integer(manifest.watermark)
    laid = sql.query(_LAID, watermark=watermark, occasion=occasion, product=product, category=category)
    laid = laid.from_(exp.alias_(files, "facts", table=True), copy=False)
    work.run(sql.create_table("fact", laid))
    kinds = [kind for (kind,) in work.run(sql.query("SELECT DISTINCT kind FROM fact ORDER BY kind"))]
    known = exp.Array(expressions=[sql.text(one) for one in kinds])
    query = sql.query(_SHOWN, own=sql.text(currency), kinds=known, weight=sql.tree(WEIGHT))
    shown = work.connection.execute(sql.emit(query)).fetchnumpy()
    for name, column in _columns(shown).items():
        np.save(place / f"{name}.npy", column)
    for name in ("kind", "occurred_at", "occasion", "customer_id"):
        work.run(sql.tree(f'ALTER TABLE "fact" DROP COLUMN "{name}"'))
    said = {"epoch": manifest.epoch, "watermark": manifest.watermark, "currency": currency, "kinds": kinds}
    (place / NAMES).write_text(json.dumps(said))


def _columns(shown: Mapping[str, Column]) -> dict[str, Column]:
    """Return the columns, each as narrow as its values allow."""
    other = _changes(shown["customer_id"])
    later = other | _changes(shown["at"])
    apart = later | _changes(shown["occasion"])
    columns = {name: (np.cumsum(begins) - 1).astype(np.int32) for name, begins in (("who", other), ("instant", later))}
    columns |= {name: _narrow(shown[name]) for name in ("at", "weight", "amount", "quantity")}
    columns |= {name: shown[name] for name in ("amount_known", "quantity_known")}
    rows = np.flatnonzero(apart)
    begun = {"customers": shown["customer_id"][other], "occasion_row": rows, "who_row": np.flatnonzero(other)}
    return {**columns, **begun, "who_occasion": np.flatnonzero(other[rows]), "kind": shown["kind"].astype(np.int16)}


def _changes(values: Column) -> Column:
    changes = np.ones(len(values), dtype=np.bool_)
    changes[1:] = values[1:] != values[:-1]
    return changes


def _narrow(values: Column) -> Column:
    small = len(values) == 0 or -(2**31) < values.min() <= values.max() < 2**31
    return values.astype(np.int32 if small else np.int64)


def _open_newest(folder: Path, manifest: Manifest, currency: str) -> Ledger | None:
    for path in sorted(folder.glob(f"ledger-{manifest.epoch}-*"), key=_watermark_of, reverse=True):
        with suppress(FileNotFoundError):  # another process has made a newer one
            said = json.loads((path / NAMES).read_text())
            if said["currency"] != currency or said["watermark"] > manifest.watermark:
                continue
            columns = {name: np.load(path / f"{name}.npy", mmap_mode="r") for name in COLUMNS}
            work = Work(connect(str(path / "facts.duckdb"), folder=folder, read_only=True))
            work.command("SET preserve_insertion_order = true")
            return Ledger(path, said["epoch"], said["watermark"], currency, tuple(said["kinds"]), columns, work)
    return None


def _watermark_of(path: Path) -> int:
    return int(path.name.split("-")[-2])
