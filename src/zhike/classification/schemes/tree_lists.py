"""Several texts in one input, with commas between; one that has a comma itself stands in quotes. Pure."""

import re
from collections.abc import Sequence

from zhike.kit.text import tidy

COMMAS = ",，、;；"
_PART = re.compile(rf'\s*"((?:[^"]|"")*)"\s*(?=[{COMMAS}]|$)|([^{COMMAS}]+)')


def join_list(texts: Sequence[str]) -> str:
    return ", ".join(_quoted(text) for text in texts)


def split_list(text: str) -> list[str]:
    """Return the texts in an input, tidy, empty ones left out."""
    found = [quoted.replace('""', '"') if quoted else plain for quoted, plain in _PART.findall(text)]
    return [one for each in found if (one := tidy(each))]


def _quoted(text: str) -> str:
    if any(mark in text for mark in COMMAS) or text.startswith('"'):
        return '"' + text.replace('"', '""') + '"'
    return text
