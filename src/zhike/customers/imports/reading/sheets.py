"""Workbooks (XLSX, XLS): read by a child process with a memory limit, after a look at what they unpack to."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from zhike.customers.imports.errors import FileDamaged, FileEmpty, FileTooLarge, FileUnknown

UNPACKED_LIMIT_MB = 1024
MEMORY_MB = 3072  # address space of the child; a full sheet of a million short rows takes about 1.2 GB
SECONDS = 300


def sheet_to_parquet(path: Path, target: Path, name: str, sheet: str = "") -> tuple[str, list[str]]:
    """Write a sheet (the first with rows unless named) to Parquet, heading as first row. Return its name and all names.

    :raises FileUnknown, FileTooLarge, FileDamaged, FileEmpty:
    """
    _check_unpacked_size(path, name)
    command = [sys.executable, "-m", "zhike.customers.imports.reading.sheet_child"]
    try:
        done = subprocess.run(
            [*command, str(path), str(target), sheet, str(MEMORY_MB)], capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FileDamaged(name=name) from error
    if done.returncode:
        target.unlink(missing_ok=True)
        raise FileDamaged(name=name)
    told = json.loads(done.stdout)
    if not told["sheet"]:
        raise FileEmpty(name=name)
    return told["sheet"], told["sheets"]


def _check_unpacked_size(path: Path, name: str) -> None:
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            if stream.read(4) == b"\xd0\xcf\x11\xe0":  # the older format is not packed
                return
        raise FileDamaged(name=name)
    with zipfile.ZipFile(path) as parcel:
        parts = parcel.infolist()
    if not any(part.filename.startswith("xl/") for part in parts):
        raise FileUnknown(name=name)
    size_mb = sum(part.file_size for part in parts) >> 20
    if size_mb > UNPACKED_LIMIT_MB or len(parts) > 10_000:
        raise FileTooLarge(name=name, size_mb=size_mb, limit_mb=UNPACKED_LIMIT_MB)
