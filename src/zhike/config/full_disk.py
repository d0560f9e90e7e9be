"""Tells a full disk from other faults, whoever met it: Python, PostgreSQL or DuckDB."""

import errno
import shutil
from pathlib import Path

from zhike.config.errors import DiskRanFull

FULL = (errno.ENOSPC, errno.EDQUOT)
SAID = "No space left on device"  # PostgreSQL (its messages are in English) and DuckDB put the system's words on
POSTGRESQL_SAYS = "53100"  # disk_full


def is_full_disk(error: BaseException | None) -> bool:
    """Tell whether a full disk is what the error comes from, at any depth."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if (isinstance(error, OSError) and error.errno in FULL) or getattr(error, "sqlstate", "") == POSTGRESQL_SAYS:
            return True
        if SAID in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def ran_full(folder: Path) -> DiskRanFull:
    """Return the refusal, with what is left where `folder` is or would be."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return DiskRanFull(folder=folder, free_mb=shutil.disk_usage(there).free // 1024**2)
