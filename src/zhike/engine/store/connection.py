"""DuckDB as the engine opens it: bounded memory, a folder to spill to, no downloads, UTC."""

import os
from pathlib import Path

import duckdb

MEMORY = "1536MB"


def connect(database: str, *, folder: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database file (or `:memory:`), spilling to `folder/spill`; configured alike, as DuckDB demands."""
    spill = folder / "spill"
    spill.mkdir(parents=True, exist_ok=True)
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
