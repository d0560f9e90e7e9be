"""Collects style sheets and scripts into the home, compressed and under names that change with their content."""

import fcntl
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_static_files() -> None:
    """Do nothing where nothing has changed since the last time."""
    target = Path(settings.STATIC_ROOT)
    target.mkdir(parents=True, exist_ok=True)
    with (target.parent / "run" / "static").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made_from, key = target / ".made-from", _key()
        if not (made_from.exists() and made_from.read_text() == key):
            call_command("collectstatic", verbosity=0, interactive=False)
            made_from.write_text(key)


def _key() -> str:
    """Tell one state of the source files from another: names, sizes and times."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
