"""Whether the mirror holds what PostgreSQL holds, month by month; what differs is copied anew.

Both sides are asked for what was settled when the mirror was last refreshed, so nothing that happened since tells them
apart. Differences come of deletions that nobody told of, of damaged files and of faults of ours: a repair gives the
mirror another epoch, and the next run computes all anew.
"""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import CUSTOMERS, FACTS, Dataset
from zhike.engine.store.connection import connect
from zhike.engine.store.manifest import Manifest, write_atomically, write_manifest
from zhike.engine.store.mirror import latest, sweep, with_extent, write_stream
from zhike.engine.store.postgres import Snapshot, snapshot
from zhike.engine.store.store import Store

REPORT = "checked.json"
_MONTH = "to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM')"
_SETTLED = "xid < CAST(:hi AS xid8) OR (xid >= CAST(:foreign_from AS xid8) AND id <= :foreign_id)"
_CHANGED = "xid >= CAST(:hi AS xid8) AND xid < CAST(:top AS xid8)"  # since then, in this cluster

# What is compared, as PostgreSQL says it and as DuckDB does. A customer's row has another `xid` after every change.
_FACTS = {
    "rows": ("COUNT(*)", "COUNT(*)"),
    "numbers": ("COALESCE(SUM(id), 0)", "COALESCE(SUM(id), 0)"),
    "customers": ("COALESCE(SUM(customer_id), 0)", "COALESCE(SUM(customer_id), 0)"),
    "amounts": ("COALESCE(SUM(amount), 0)", "COALESCE(SUM(amount), 0)"),
}
_CUSTOMERS = {
    "rows": ("COUNT(*)", "COUNT(*)"),
    "numbers": ("COALESCE(SUM(id), 0)", "COALESCE(SUM(customer_id), 0)"),
    "versions": (
        "COALESCE(SUM((id % 1000003) * (CAST(CAST(xid AS text) AS bigint) % 1000003)), 0)",
        "COALESCE(SUM((customer_id % 1000003) * (xid % 1000003)), 0)",
    ),
    "names": ("COALESCE(SUM(OCTET_LENGTH(name)), 0)", "COALESCE(SUM(STRLEN(name)), 0)"),
    "owners": ("COALESCE(SUM(owner_id), 0)", "COALESCE(SUM(owner_id), 0)"),
}
_SUMS = {FACTS.name: _FACTS, CUSTOMERS.name: _CUSTOMERS}

type Figures = dict[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """A part whose rows or sums differ. `month` is of UTC, empty for customers; figures are -1 of a damaged file."""

    dataset: str
    month: str
    mirror: Mapping[str, int]
    postgres: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Checked:
    """`compared` is false where there was nothing to compare with: the next run copies everything anyway."""

    compared: bool
    months: int
    facts: int
    customers: int
    differing: Sequence[Difference]
    repaired: bool

    @property
    def right(self) -> bool:
        return not self.differing or self.repaired

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"right": self.right}


def check_mirror(store: Store, *, repair: bool = False, at: datetime | None = None) -> Checked:
    """Compare the mirror's facts by month, and its customers, with PostgreSQL; with `repair` copy anew what differs.

    Waits for a run under way, and runs wait for it. Killed at any point nothing is half repaired. The outcome is kept,
    for `last_check`.
    """
    with store.lock():
        found = _check(store, repair=repair)
    held = found.to_json() | {"at": (at or datetime.now(UTC)).isoformat()}
    write_atomically(store.folder / REPORT, json.dumps(held))
    return found


def last_check(store: Store) -> dict[str, Any] | None:
    """Return what the last check found, as JSON with its time `at`; None before the first."""
    with suppress(OSError, ValueError):
        found = json.loads((store.folder / REPORT).read_text())
        return found if isinstance(found, dict) else None
    return None


def _check(store: Store, *, repair: bool) -> Checked:
    nothing = Checked(False, 0, 0, 0, (), repaired=False)
    manifest = store.manifest()
    if manifest is None or store.stale_mark():
        return nothing
    with snapshot(store.database_url, since=manifest, patience=0) as seen:
        if seen.foreign or seen.identity != manifest.identity or manifest.watermark > seen.hi:
            return nothing
        connection = connect(":memory:", folder=store.folder)
        try:
            return _Checking(store.folder, manifest, seen, connection).check(repair=repair)
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class _Checking:
    """One comparison, inside one transaction of PostgreSQL."""

    folder: Path
    manifest: Manifest
    seen: Snapshot
    connection: duckdb.DuckDBPyConnection

    def check(self, *, repair: bool) -> Checked:
        here = self._postgres()
        there = {part: self._mirror(*part) for part in self._parts()}
        missing = {name: dict.fromkeys(texts, 0) for name, texts in _SUMS.items()}
        differing = [
            Difference(*part, there.get(part, missing[part[0]]), here.get(part, missing[part[0]]))
            for part in sorted(here.keys() | there.keys())
            if there.get(part, missing[part[0]]) != here.get(part, missing[part[0]])
        ]
        if differing and repair:
            self._repair({(one.dataset, one.month) for one in differing})
        facts = [figures["rows"] for (name, _), figures in here.items() if name == FACTS.name]
        people = here[CUSTOMERS.name, ""]["rows"]
        return Checked(True, len(facts), sum(facts), people, differing, repaired=bool(differing and repair))

    def _parts(self) -> set[tuple[str, str]]:
        months = {(FACTS.name, one.month) for one in self.manifest.facts}
        return months | {(CUSTOMERS.name, "") for _ in self.manifest.customers}

    def _postgres(self) -> dict[tuple[str, str], Figures]:
        """Return PostgreSQL's figures by dataset and month, of what was settled when the mirror was refreshed."""
        facts = exp.select(sql.tree(_MONTH, dialect=sql.POSTGRES).as_("month"), *_shown(_FACTS, 0))
        facts = facts.from_(sql.table(FACTS.table)).where(self._settled()).group_by(sql.integer(1))
        found = {(FACTS.name, month): _figures(_FACTS, sums) for month, *sums in self.seen.fetch(facts)}
        people = exp.select(*_shown(_CUSTOMERS, 0)).from_(sql.table(CUSTOMERS.table))
        (sums,) = self.seen.fetch(people.where(exp.Not(this=exp.paren(self._changed()))))
        found[CUSTOMERS.name, ""] = _figures(_CUSTOMERS, sums)
        return found

    def _mirror(self, name: str, month: str) -> Figures:
        """Return the figures of files of the mirror; -1 rows where they cannot be read."""
        texts = _SUMS[name]
        rows = exp.select("*").from_(sql.parquet(self._paths(name, month)))
        if name == CUSTOMERS.name:
            rows = latest(rows)
        shown = exp.select(*_shown(texts, 1)).from_(sql.aside(rows, "held"))
        if name == CUSTOMERS.name and (others := self._customers_changed()):
            shown = shown.where(exp.Not(this=exp.In(this=sql.column("customer_id"), expressions=others)))
        try:
            (sums,) = self.connection.execute(sql.emit(shown)).fetchall()
        except duckdb.Error:
            return dict.fromkeys(texts, -1)
        return _figures(texts, sums)

    def _paths(self, name: str, month: str) -> list[str]:
        return [str(self.folder / one.path) for one in self.manifest.files(name) if one.month == month]

    def _settled(self) -> exp.Expr:
        start, last = sql.text(str(self.manifest.foreign_from)), sql.integer(self.manifest.foreign_id)
        hi = sql.text(str(self.manifest.watermark))
        return sql.tree(_SETTLED, dialect=sql.POSTGRES, hi=hi, foreign_from=start, foreign_id=last)

    def _changed(self) -> exp.Expr:
        hi, top = sql.text(str(self.manifest.watermark)), sql.text(str(self.seen.top))
        return sql.tree(_CHANGED, dialect=sql.POSTGRES, hi=hi, top=top)

    def _customers_changed(self) -> list[exp.Expr]:
        rows = exp.select(sql.column("id")).from_(sql.table(CUSTOMERS.table)).where(self._changed())
        return [sql.integer(one) for (one,) in self.seen.fetch(rows)]

    def _repair(self, parts: set[tuple[str, str]]) -> None:
        """Write these parts anew as they were when the mirror was refreshed; a new manifest names the files."""
        manifest = replace(self.manifest, epoch=uuid.uuid4().hex)
        for dataset in (FACTS, CUSTOMERS):
            if months := {month for name, month in parts if name == dataset.name}:
                with self.seen.stream(self._rows(dataset, months)) as rows:
                    files = write_stream(self.connection, self.folder, rows, dataset, lo=0, hi=manifest.watermark)
                kept = [one for one in manifest.files(dataset.name) if one.month not in months]
                manifest = manifest.with_files(dataset.name, [*kept, *files])
        manifest = replace(manifest, currencies=(), first_at="", last_at="")
        if manifest.facts:
            manifest = with_extent(self.connection, self.folder, manifest, manifest.facts)
        write_manifest(self.folder, manifest)
        sweep(self.folder, manifest)

    def _rows(self, dataset: Dataset, months: set[str]) -> exp.Select:
        """Return PostgreSQL's rows; of customers all that are there: of two rows the newer wins."""
        if dataset is CUSTOMERS:
            return dataset.select("TRUE")
        here = exp.In(
            this=sql.tree(_MONTH, dialect=sql.POSTGRES), expressions=[sql.text(one) for one in sorted(months)]
        )
        return dataset.select("TRUE").where(exp.paren(self._settled()), here, append=False)


def _shown(texts: Mapping[str, tuple[str, str]], side: int) -> list[exp.Expr]:
    """Return what is compared as columns, for PostgreSQL (0) in text, as its sums are wider than whole numbers."""
    if side:
        return [sql.tree(both[1]).as_(name, quoted=True) for name, both in texts.items()]
    trees = {name: sql.tree(both[0], dialect=sql.POSTGRES) for name, both in texts.items()}
    return [exp.cast(one, "TEXT").as_(name, quoted=True) for name, one in trees.items()]


def _figures(texts: Mapping[str, object], sums: Iterable[Any]) -> Figures:
    return {name: int(one) for name, one in zip(texts, sums, strict=True)}
