"""DuckDB as the engine opens it: bounded memory, a folder to spill to, no downloads, UTC."""

import os
import shutil
import uuid
from pathlib import Path

import duckdb

SPILL = "spill"
MEMORY = "1536MB"


def connect(database: str, *, folder: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database file (or `:memory:`), spilling to `folder/spill`; configured alike, as DuckDB demands."""
    place = folder / SPILL
    place.mkdir(parents=True, exist_ok=True)
    own = uuid.uuid4().hex if database == ":memory:" else Path(database).stem
    spill = place / f"{os.getpid()}-{own}"  # DuckDB names its files alike in every process
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": str(min(4, os.cpu_count() or 2)),
        "memory_limit": MEMORY,
        "temp_directory": str(spill),
        "checkpoint_threshold": "1KB",  # a big transaction goes straight to the file, not through the log first
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(database, read_only=read_only, config=config)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


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
