"""Where the files of an import are kept."""

import shutil
from pathlib import Path

from django.conf import settings

KEPT_AFTER = frozenset({"rejected.csv"})


def import_folder(import_id: int) -> Path:
    """Return the folder of an import, made on first use and open to the server's account only."""
    folder = Path(settings.MEDIA_ROOT) / "imports" / str(import_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def rejected_file(import_id: int) -> Path:
    return import_folder(import_id) / "rejected.csv"


def clear_folder(import_id: int) -> None:
    """Remove what a finished import no longer needs: the upload and the working file, not the refused rows."""
    for path in import_folder(import_id).iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in KEPT_AFTER:
            path.unlink(missing_ok=True)
