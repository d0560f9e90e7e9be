"""Texts as people type them, made comparable."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_UNSEEN = "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_EMOJI = "[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]"
_ARABIC = "[\u0600-\u06ff]"
# Two unseen characters are part of what is written: the joiner that makes a family of three people, and the one
# that ends a letter inside a Persian word.
_WRITTEN = f"(?<={_EMOJI})\u200d(?={_EMOJI})|(?<={_ARABIC})\u200c(?={_ARABIC})"
_NEEDLESS = re.compile(f"(?!{_WRITTEN}){_UNSEEN}")
_ALL_UNSEEN = re.compile(_UNSEEN)


def tidy(text: str) -> str:
    """Return `text` without needless unseen characters, with single spaces and composed letters; width is kept."""
    return _SPACES.sub(" ", _NEEDLESS.sub("", unicodedata.normalize("NFC", text))).strip()


def comparable(text: str) -> str:
    """Return `text` for comparing: full width and case folded, unseen characters and double spaces gone."""
    return _SPACES.sub(" ", _ALL_UNSEEN.sub("", unicodedata.normalize("NFKC", text))).strip().casefold()
