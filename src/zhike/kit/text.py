"""Texts as people type them, made comparable."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def tidy(text: str) -> str:
    """Return `text` without unseen characters, with single spaces and composed letters; width is kept."""
    return _SPACES.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text))).strip()


def comparable(text: str) -> str:
    """Return `text` for comparing: full width and case folded, unseen characters and double spaces gone."""
    return tidy(unicodedata.normalize("NFKC", text)).casefold()
