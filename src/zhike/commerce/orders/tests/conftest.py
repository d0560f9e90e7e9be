from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM
from zhike.customers.public import create_import, run_import, save_mapping, start_here


@pytest.fixture
def import_orders(settings, tmp_path):
    """Import order lines (a text or a file) through the whole path and return the finished run."""
    settings.MEDIA_ROOT = tmp_path / "uploads"

    def bring(content: str | Path, *, by=SYSTEM, dry: bool = False, **options: Any) -> Any:
        path = content if isinstance(content, Path) else tmp_path / "orders.csv"
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        run = create_import(kind="orders", path=path, name=path.name, by=by, at=now())
        mapping = options.pop("mapping", None) or run.options["mapping"]
        save_mapping(run=run, mapping=mapping, by=by, at=now(), **{"remember": False, "currency": "GBP"} | options)
        start_here(run=run, by=by, at=now(), dry=dry)
        return run_import(import_id=run.id)

    return bring
