"""DuckDB as the engine opens it: memory bounded by the machine's, a folder to spill to, no downloads, UTC."""

import os
import shutil
import uuid
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import duckdb

SPILL = "spill"
MOST_MEGABYTES, LEAST_MEGABYTES = 1536, 256  # a full run over 50 million facts needs no more, a small one no less
CONTAINER = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def connect(database: str, *, folder: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database file (or `:memory:`), spilling to `folder/spill`; configured alike, as DuckDB demands."""
    place = folder / SPILL
    place.mkdir(parents=True, exist_ok=True)
    own = uuid.uuid4().hex if database == ":memory:" else Path(database).stem
    spill = place / f"{os.getpid()}-{own}"  # DuckDB names its files alike in every process
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": str(min(4, os.cpu_count() or 2)),
        "memory_limit": f"{memory_megabytes()}MB",
        "temp_directory": str(spill),
        "checkpoint_threshold": "1KB",  # a big transaction goes straight to the file, not through the log first
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(database, read_only=read_only, config=config)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@lru_cache
def memory_megabytes() -> int:
    """Return how much a connection may take: a quarter of what the machine or the container has, within limits.

    What does not fit goes to disk. The web server, the database and other connections need the rest.
    """
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return share_of(min([pages, *_container_limits()]))


def share_of(memory: int) -> int:
    """Return the share, in megabytes, of so many bytes of memory."""
    return max(LEAST_MEGABYTES, min(MOST_MEGABYTES, memory // 4 // 1_000_000))


def _container_limits() -> list[int]:
    """Return the limits that a container sets; "max" is none."""
    found = []
    for path in CONTAINER:
        with suppress(OSError, ValueError):
            found.append(int(path.read_text()))
    return found


def sweep_spill(folder: Path) -> None:
    """Remove what killed processes spilled."""
    for path in (folder / SPILL).glob("*-*"):
        if not _is_alive(int(path.name.partition("-")[0])):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
