"""Which letters a text file is written in, and its text as UTF-8."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from zhike.customers.imports.errors import EncodingUnknown, FileIsHtml, FileUnknown, LineTooLong

CHUNK = 1 << 20
LOST = "\ufffd"
ENOUGH = 20  # letters beyond ASCII that make a text of UTF-8: by chance, texts in other encodings have two or three
LINE_LIMIT = 1_000_000  # characters; DuckDB reads lines of at most twice as many bytes
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be", "cp1252", "big5", "shift_jis")
LOOKS_HTML = (b"<!doctype html", b"<html", b"<table", b"<head", b"<?xml", b"<body")


@dataclass(frozen=True, slots=True)
class Letters:
    encoding: str
    old_mac: bool = False  # lines end with a carriage return alone
    damaged: bool = False  # some bytes are no letters; each is read as LOST


def find_letters(path: Path, name: str, encoding: str = "") -> Letters:
    """Return how a text file is written, after reading all of it once.

    :raises FileIsHtml, FileUnknown, EncodingUnknown, LineTooLong: when it is not such a file.
    """
    with path.open("rb") as stream:
        head = stream.read(CHUNK)
    candidates = [encoding] if encoding else _candidates(head)
    if candidates[0] in ("utf-8", "utf-8-sig", "gb18030"):
        _refuse_other_things(head, name)
    for one in candidates:
        try:
            return _measure(path, name, one)
        except (UnicodeDecodeError, LookupError):
            if not encoding and _meant_as_utf8(head, one):
                return replace(_measure(path, name, one, errors="replace"), damaged=True)
    raise EncodingUnknown(name=name)


def write_utf8(path: Path, letters: Letters, target: Path) -> None:
    """Write the file's text as UTF-8 without byte order mark, lines ending with a line feed."""
    with target.open("w", encoding="utf-8", newline="") as out:
        for text in _texts(path, letters.encoding, "replace" if letters.damaged else "strict"):
            out.write(text.replace("\r", "\n") if letters.old_mac else text)


def _candidates(head: bytes) -> list[str]:
    if head.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig", "gb18030"]
    if head.startswith(codecs.BOM_UTF16_LE):
        return ["utf-16-le"]
    if head.startswith(codecs.BOM_UTF16_BE):
        return ["utf-16-be"]
    # without a mark: plain letters of UTF-16 have a NUL in every other byte
    even, odd = head[:4000:2].count(0), head[1:4000:2].count(0)
    if max(even, odd) > len(head[:4000]) // 8:
        return ["utf-16-le"] if odd > even else ["utf-16-be"]
    return ["utf-8", "gb18030", "cp1252"] if _mostly_chinese(head) else ["utf-8", "cp1252", "gb18030"]


def _meant_as_utf8(head: bytes, encoding: str) -> bool:
    """Whether a text was meant as UTF-8: one bad byte is no reason to read it as something else."""
    if encoding not in ("utf-8", "utf-8-sig"):
        return False
    beyond = [letter for letter in codecs.getincrementaldecoder("utf-8")("replace").decode(head) if letter > "\x7f"]
    lost = beyond.count(LOST)
    return encoding == "utf-8-sig" or (len(beyond) - lost >= ENOUGH and lost < len(beyond) / 10)


def _mostly_chinese(head: bytes) -> bool:
    """Whether the bytes beyond ASCII read as common Chinese characters when taken as GB18030."""
    text = codecs.getincrementaldecoder("gb18030")(errors="replace").decode(head)
    beyond = [letter for letter in text if letter > "\x7f"]
    common = sum(
        "\u4e00" <= letter <= "\u9fff" or "\u3000" <= letter <= "\u303f" or letter >= "\uff00" for letter in beyond
    )
    return common > 0.6 * len(beyond) and "\ufffd" not in text[:-1]


def _refuse_other_things(head: bytes, name: str) -> None:
    start = head[:1000].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith(LOOKS_HTML):
        raise FileIsHtml(name=name)
    if b"\x00" in head:
        raise FileUnknown(name=name)


def _measure(path: Path, name: str, encoding: str, errors: str = "strict") -> Letters:
    """:raises UnicodeDecodeError: if the file has bytes that are no letters of `encoding`."""
    line, length, feeds, returns = 1, 0, 0, 0
    for text in _texts(path, encoding, errors):
        feeds += text.count("\n")
        returns += text.count("\r")
        mark = "\n" if feeds else "\r"
        first = text.find(mark)
        if length + (first if first >= 0 else len(text)) > LINE_LIMIT:
            raise LineTooLong(name=name, line=line, limit=LINE_LIMIT)
        length = length + len(text) if first < 0 else len(text) - 1 - text.rfind(mark)
        line += text.count(mark)
    return Letters(encoding, old_mac=not feeds and returns > 0)


def _texts(path: Path, encoding: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb") as stream:
        first = True
        while chunk := stream.read(CHUNK):
            text = decoder.decode(chunk)
            yield text.removeprefix("\ufeff") if first else text
            first = False
        yield decoder.decode(b"", final=True)
