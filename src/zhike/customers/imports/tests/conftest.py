from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from zhike.customers.imports.actions import create_import, save_mapping, start_here
from zhike.customers.imports.running import run_import
from zhike.customers.models import ImportRun
from zhike.kit.actor import SYSTEM


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def put(tmp_path):
    """Write a file and return its path."""

    def write(content: str | bytes, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def import_file(put):
    """Import a text through the whole path and return the finished run."""

    def bring(
        content: str | bytes | Path, kind: str = "orders", *, by=SYSTEM, dry: bool = False, **options: Any
    ) -> ImportRun:
        path = content if isinstance(content, Path) else put(content)
        run = create_import(kind=kind, path=path, name=path.name, by=by, at=now())
        mapping = options.pop("mapping", None) or run.options["mapping"]
        save_mapping(run=run, mapping=mapping, by=by, at=now(), **{"remember": False} | options)
        start_here(run=run, by=by, at=now(), dry=dry)
        return run_import(import_id=run.id)

    return bring
