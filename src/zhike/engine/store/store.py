"""The store: one folder with the mirror, the working file and their lock."""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhike.engine.errors import EngineBusy, NothingComputed
from zhike.engine.store.connection import sweep_spill
from zhike.engine.store.manifest import Manifest, read_manifest, sync_file, sync_folder, write_atomically

STALE = "stale"
WORK = "work-*.duckdb"
LABEL = ".json"  # beside a working file: spares opening it to see what it holds


class Store:
    """Where the engine keeps its columnar copy and its results, and the PostgreSQL that it copies.

    `folder` is made when missing. One run at a time holds the lock; readers never wait, for a working file is
    never changed once it has its name: a run writes a new one.
    """

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder.absolute()
        self.database_url = database_url
        self.folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def lock(self, *, wait: bool = True) -> Iterator[None]:
        """Hold the store for one run; the lock ends with the process.

        :raises EngineBusy: with wait=False, if another run holds it.
        """
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError as error:
                raise EngineBusy from error
            yield
        finally:
            os.close(handle)

    def manifest(self) -> Manifest | None:
        return read_manifest(self.folder)

    def mark_stale(self) -> None:
        """Say, after the commit, that facts or customers were deleted: the next run copies and computes all anew."""
        write_atomically(self.folder / STALE, uuid.uuid4().hex)

    def stale_mark(self) -> str:
        """Return the mark that deletions left, empty where there is none."""
        try:
            return (self.folder / STALE).read_text()
        except FileNotFoundError:
            return ""

    def clear_stale(self, mark: str) -> None:
        """Take the mark away, unless another deletion has left a newer one."""
        if mark and self.stale_mark() == mark:
            (self.folder / STALE).unlink(missing_ok=True)

    def current(self) -> Path | None:
        """Return the working file of the last finished run, None before the first."""
        return max(self.folder.glob(WORK), default=None)

    def working_file(self) -> Path:
        """:raises NothingComputed: before the first run."""
        found = self.current()
        if found is None:
            raise NothingComputed
        return found

    def new_work_path(self) -> Path:
        """Return a name for a working file under way; nothing reads it."""
        return self.folder / f"making-{uuid.uuid4().hex}.duckdb"

    def keep_work(self, path: Path, generation: int, label: str) -> Path:
        """Make a finished, closed working file the current one and remove the others; open readers keep theirs.

        :param label: what the file holds, as text: given back by `label_of`.
        """
        sync_file(path)
        final = self.folder / f"work-{generation:010d}-{uuid.uuid4().hex[:8]}.duckdb"
        write_atomically(final.with_suffix(LABEL), label)
        path.replace(final)
        sync_folder(self.folder)
        self.sweep(final)
        return final

    def label_of(self, path: Path) -> str:
        """Return what was said of a working file when it was kept; empty where nothing was."""
        try:
            return path.with_suffix(LABEL).read_text()
        except FileNotFoundError:
            return ""

    def sweep(self, kept: Path | None) -> None:
        """Remove every working file but `kept` with its label, and what killed runs left; the caller holds the lock."""
        sweep_spill(self.folder)
        for pattern in ("making-*", "work-*", "*.new"):
            for path in self.folder.glob(pattern):
                if kept is None or path.stem != kept.stem:
                    path.unlink(missing_ok=True)
