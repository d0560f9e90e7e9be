"""Files that people or programs send over the web."""

import os
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from zhike.customers.imports.actions import create_import
from zhike.customers.imports.errors import UploadTooLarge
from zhike.customers.models import ImportRun
from zhike.kit.actor import Actor

LIMIT_MB = int(os.environ.get("ZHIKE_UPLOAD_MB", "1024"))


def take_upload(*, file: UploadedFile, kind: str, by: Actor, at: datetime, **reading: str) -> ImportRun:
    """Keep an uploaded file and take it in as an import: see `create_import`.

    :raises UploadTooLarge: if it is larger than an upload may be.
    """
    name, size_mb = Path(file.name or "file").name, (file.size or 0) >> 20
    if size_mb >= LIMIT_MB:
        raise UploadTooLarge(name=name, size_mb=size_mb, limit_mb=LIMIT_MB)
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, kept = tempfile.mkstemp(prefix="upload-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in file.chunks(1 << 20):
                target.write(chunk)
        return create_import(kind=kind, path=Path(kept), name=name, by=by, at=at, move=True, **reading)
    finally:
        Path(kept).unlink(missing_ok=True)
