"""Which column of a file means which field: guessed from headings and contents, or told."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from zhike.customers.imports.errors import ColumnUnknown, FieldMissing, FieldTwice, FieldUnknown
from zhike.customers.imports.kinds import ImportField, ImportKind

SIGNS = re.compile(r"[\W_]+")
BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
SAME, INSIDE, LOOKS = 100, 60, 20
LOOKS_LIKE = {
    "instant": re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.I),
    "phone": re.compile(r"(\+?86[- ]?)?1[3-9]\d{9}"),
}


def heading_hash(columns: Sequence[str]) -> str:
    """Return a hash by which files with the same heading are known again."""
    return hashlib.sha256("\x1f".join(columns).encode()).hexdigest()


def guess_mapping(kind: ImportKind, columns: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return field → column for what can be told from headings and the first rows; each column at most once."""
    scores = [
        (score, -place, -order, field.key, column)
        for place, column in enumerate(columns)
        for order, field in enumerate(kind.fields)
        if (score := _score(field, column, [row[place] for row in sample if place < len(row) and row[place]]))
    ]
    found: dict[str, str] = {}
    for _, _, _, key, column in sorted(scores, reverse=True):
        if key not in found and column not in found.values():
            found[key] = column
    return found


def read_mapping(text: str) -> dict[str, str]:
    """Return what `order_no=InvoiceNo,at=InvoiceDate` says, as field → column."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    keys = [key.strip() for key, _, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise FieldTwice(field=key)
    return {key.strip(): column.strip() for key, _, column in pairs}


def check_mapping(kind: ImportKind, mapping: Mapping[str, str], columns: Sequence[str]) -> None:
    """:raises FieldUnknown, ColumnUnknown, FieldTwice, FieldMissing: if a file cannot be read that way."""
    known = {field.key for field in kind.fields}
    for key, column in mapping.items():
        if key not in known:
            raise FieldUnknown(field=key, known=", ".join(sorted(known)))
        if column not in columns:
            raise ColumnUnknown(column=column, known=", ".join(columns))
    for group in (*[(field.key,) for field in kind.fields if field.required], *kind.any_of):
        if not any(key in mapping for key in group):
            raise FieldMissing(field=kind.field(group[0]).label)


def _score(field: ImportField, column: str, values: Sequence[str]) -> int:
    heading = _plain(column)
    words = [_plain(word) for word in _words(field)]
    if heading in words or _plain(BRACKETS.sub("", column)) in words:
        return SAME
    inside = [word for word in words if len(word) >= (2 if word > "\u2e80" else 4) and word in heading]
    if inside:
        return INSIDE + min(len(max(inside, key=len)), 20)
    look = LOOKS_LIKE.get(field.key if field.key in LOOKS_LIKE else field.type)
    if look and (field.required or field.key in LOOKS_LIKE) and values:
        return LOOKS if sum(bool(look.match(value)) for value in values) > 0.8 * len(values) else 0
    return 0


def _words(field: ImportField) -> Iterable[str]:
    return field.key, *field.synonyms


def _plain(text: str) -> str:
    return SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())
