"""The manifest: the one small file that says which Parquet files belong to the mirror. It is replaced, never edited."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from zhike.engine.datasets import SCHEMA

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class MirrorFile:
    """Rows of one dataset written by the transactions lo ≤ xid < hi. `path` is relative to the store."""

    path: str
    month: str  # "2026-11"; empty for datasets that are not split
    rows: int
    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """`epoch` changes whenever the mirror was copied anew; `watermark`: every transaction below it is in the files."""

    schema: int
    identity: str
    epoch: str
    watermark: int
    facts: tuple[MirrorFile, ...] = ()
    customers: tuple[MirrorFile, ...] = ()
    currencies: tuple[str, ...] = ()
    first_at: str = ""  # of facts, ISO 8601 in UTC
    last_at: str = ""
    foreign_from: int = 0  # facts of this transaction or later and at most this id bear another cluster's numbers
    foreign_id: int = 0

    def files(self, dataset: str) -> tuple[MirrorFile, ...]:
        return self.facts if dataset == "facts" else self.customers

    def with_files(self, dataset: str, files: Sequence[MirrorFile]) -> "Manifest":
        kept = tuple(sorted(files, key=lambda one: (one.month, one.lo, one.path)))
        return replace(self, facts=kept) if dataset == "facts" else replace(self, customers=kept)


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest, None where there is none that this program understands (the mirror is then made anew)."""
    try:
        manifest = parse_manifest((folder / NAME).read_text())
    except FileNotFoundError:
        return None
    if manifest is None:
        return None
    complete = all((folder / one.path).exists() for one in (*manifest.facts, *manifest.customers))
    return manifest if complete else None


def parse_manifest(text: str) -> Manifest | None:
    """Return the manifest that a file's text holds, None where this program does not understand it."""
    try:
        found = json.loads(text)
        if found["schema"] != SCHEMA:
            return None
        for name in ("facts", "customers"):
            found[name] = tuple(MirrorFile(**one) for one in found[name])
        found["currencies"] = tuple(found["currencies"])
        return Manifest(**found)
    except (ValueError, KeyError, TypeError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step; after a power cut either the old or the new one is there, whole."""
    write_atomically(folder / NAME, json.dumps(asdict(manifest), indent=1))


def write_atomically(path: Path, text: str) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with fresh.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
