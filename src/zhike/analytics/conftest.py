from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path: Path) -> None:
    """Every test has an engine store of its own."""
    settings.STORE = tmp_path / "store"
