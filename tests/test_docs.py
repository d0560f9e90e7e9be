"""Guides and how-tos: each in both languages, with the same sections and commands; no link leads nowhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = sorted(
    path for folder in ("docs/guide", "docs/howto") for path in (ROOT / folder).glob("*.md") if "zh-CN" not in path.name
)
COMMAND = re.compile(r"^[^#\n]*\./zhike \S+", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def _outline(text: str) -> tuple[list[int], list[str]]:
    """Return how deep each section is, and the commands in blocks of code, without what follows their first words."""
    blocks = "\n".join(text.split("```")[1::2])
    sections = "".join(text.split("```")[::2])
    depths = [len(marks) for marks in re.findall(r"^(#+) ", sections, re.MULTILINE)]
    return depths, [line.strip() for line in COMMAND.findall(blocks)]


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_page_says_the_same_in_both_languages(path: Path) -> None:
    chinese = path.with_suffix(".zh-CN.md")
    assert _outline(chinese.read_text(encoding="utf-8")) == _outline(path.read_text(encoding="utf-8"))


def test_no_link_in_the_documents_leads_nowhere() -> None:
    docs = [page for folder in ("docs", "src", "bench") for page in (ROOT / folder).rglob("*.md")]
    assert [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*ROOT.glob("*.md"), *docs]
        for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ] == []
