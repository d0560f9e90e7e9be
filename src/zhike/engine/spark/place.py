"""Where a store's files are, for an engine that may read them from afar: a folder, or an object store's URL."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhike.engine.errors import StoreMissing
from zhike.engine.store.manifest import NAME, Manifest, parse_manifest, read_manifest

ROOT = Path("/store")  # stands for the place in the paths that stages make; the place's own address is put there


@dataclass(frozen=True, slots=True)
class Place:
    """`url` as Spark reads it, without a slash at the end; `folder` where it is one of this machine."""

    url: str
    folder: Path | None

    def address(self, path: str) -> str:
        """Return the address of a file that a stage calls ROOT/…"""
        return f"{self.url}/{Path(path).relative_to(ROOT)}"

    def manifest(self, session: Any) -> Manifest:
        """:raises StoreMissing: if there is no store, or one of another version."""
        found = read_manifest(self.folder) if self.folder else parse_manifest(self._read(session))
        if found is None:
            raise StoreMissing(store=self.url)
        return found

    def _read(self, session: Any) -> str:
        from pyspark.errors import AnalysisException

        try:
            rows = session.read.text(f"{self.url}/{NAME}", wholetext=True).collect()
        except AnalysisException as error:
            raise StoreMissing(store=self.url) from error
        return str(rows[0][0]) if rows else ""


def find_place(given: str | Path) -> Place:
    """Return the place that a path or a URL names; file:// is a folder."""
    text = str(given)
    if text.startswith("file://"):
        text = text.removeprefix("file://")
    elif "://" in text:
        return Place(text.rstrip("/"), None)
    folder = Path(text).absolute()
    return Place(f"file://{folder}", folder)
