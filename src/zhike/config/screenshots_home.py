"""A home of its own for a firm whose pictures are taken."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhike.config.database import cluster


@contextmanager
def fresh_home(language: str) -> Iterator[dict[str, str]]:
    """Make an empty home; yield the environment of commands that use it; take it away with its database."""
    home = Path(tempfile.mkdtemp(prefix="zhike-pictures-")).resolve()
    home.chmod(0o711)  # ours alone: the database's user must be able to pass
    environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "ZHIKE_URL")}
    try:
        yield environment | {"ZHIKE_HOME": str(home), "ZHIKE_LANG": language}
    finally:
        cluster.remove(home)
