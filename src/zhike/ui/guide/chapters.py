"""The chapters of the guide: Markdown files of docs/guide, made into HTML for the pages of the product.

A file is `name.md`, in Chinese `name.zh-CN.md`; `ORDER` says which comes when. The English file may begin with a
comment that says which addresses it explains: `<!-- explains: /customers/ /settings/*/rules/ -->`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

from django.urls import reverse
from django.utils.safestring import SafeString

from zhike.ui.guide.markdown import Heading, render_markdown

PACKED = Path(__file__).parent / "chapters"  # in a wheel
SOURCE = Path(__file__).resolve().parents[4] / "docs" / "guide"  # in a clone of the repository
FIRST = "README"
ORDER = (FIRST, "customers", "imports", "classes", "rules", "policies", "fields", "value", "churn", "engine")
CHINESE = ".zh-CN"
EXPLAINS = re.compile(r"\A<!-- explains: (.*?) -->\s*")
PICTURE = re.compile(r"[a-z0-9-]+\.(zh|en)\.(webp|png)")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter in one language. `key` stands in its address; `language` is that of the text, English when need be."""

    key: str
    title: str
    language: str
    explains: tuple[str, ...]
    body: SafeString
    headings: tuple[Heading, ...]

    @property
    def url(self) -> str:
        return reverse("ui:guide") if self.key == FIRST else reverse("ui:guide-chapter", args=[self.key])


def folder() -> Path:
    """Return where the guide's files are: in the wheel, or in docs/ of a clone."""
    return PACKED if PACKED.is_dir() else SOURCE


def list_chapters(language: str) -> list[Chapter]:
    """Return all chapters in the order in which people learn; those that it does not name come last."""
    keys = sorted(path.stem for path in folder().glob("*.md") if not path.stem.endswith(CHINESE))
    keys.sort(key=lambda key: ORDER.index(key) if key in ORDER else len(ORDER))
    return [_read(key, language.startswith("zh")) for key in keys]


def find_chapter(key: str, language: str) -> Chapter | None:
    return next((one for one in list_chapters(language) if one.key == key), None)


def find_picture(name: str) -> Path | None:
    path = folder() / "pictures" / name
    return path if PICTURE.fullmatch(name) and path.is_file() else None


def find_explanation(path: str) -> str:
    """Return the address of the chapter that explains a page: of those that name its beginning the most exact one."""
    parts = path.strip("/").split("/")
    return next((url for begins, url in _explanations() if _begins(parts, begins)), reverse("ui:guide"))


@lru_cache
def _explanations() -> list[tuple[list[str], str]]:
    """Return the parts of each address that a chapter names, and the chapter's address; the most exact come first."""
    named = [(address, one.url) for one in list_chapters("en") for address in one.explains]
    return [(address.strip("/").split("/"), url) for address, url in sorted(named, key=lambda pair: -len(pair[0]))]


def _begins(path: list[str], address: list[str]) -> bool:
    """Tell whether a path begins with an address, in which `*` stands for one part."""
    return all(want in ("*", "", have) for want, have in zip_longest(address, path[: len(address)]))


def _read(key: str, chinese: bool) -> Chapter:
    english = folder() / f"{key}.md"
    chosen = folder() / f"{key}{CHINESE}.md"
    path = chosen if chinese and chosen.exists() else english
    return _parse(key, path, english, path.stat().st_mtime_ns)


@lru_cache(maxsize=128)
def _parse(key: str, path: Path, english: Path, changed: int) -> Chapter:
    """Read a file; `changed` is when it was written, so that a clone shows what is edited."""
    named = EXPLAINS.match(english.read_text())
    page = render_markdown(EXPLAINS.sub("", path.read_text()), address_of=address_of, folder=path.parent)
    language = "zh-Hans" if path.stem.endswith(CHINESE) else "en"
    explains = tuple(named[1].split()) if named else ()
    return Chapter(key, page.title, language, explains, page.body, page.headings)


def address_of(target: str) -> str:
    """Return where a link or picture of a file leads in the product; empty for what only the repository holds."""
    path, _, fragment = target.partition("#")
    if path.startswith(("http://", "https://", "/")) or not path:
        return target
    if path.startswith("pictures/"):
        return reverse("ui:guide-picture", args=[path.removeprefix("pictures/")])
    name = path.removesuffix(".md").removesuffix(CHINESE)
    if "/" in path or not (folder() / f"{name}.md").exists():
        return ""
    address = reverse("ui:guide") if name == FIRST else reverse("ui:guide-chapter", args=[name])
    return f"{address}#{fragment}" if fragment else address
