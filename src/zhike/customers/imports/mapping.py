"""Which column of a file means which field: guessed from headings and contents, or told."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.utils import translation

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
    words = {field.key: [_plain(word) for word in _words(field)] for field in kind.fields}
    cells = [[row[place] for row in sample if place < len(row) and row[place]] for place in range(len(columns))]
    scores = [
        (score, -place, -order, field.key, column)
        for place, column in enumerate(columns)
        for order, field in enumerate(kind.fields)
        if (score := _score(field, words[field.key], column, cells[place]))
    ]
    found: dict[str, str] = {}
    for _, _, _, key, column in sorted(scores, reverse=True):
        if key not in found and column not in found.values():
            found[key] = column
    return found


def find_better_kind(
    kinds: Iterable[ImportKind], *, than: ImportKind, columns: Sequence[str], sample: Sequence[Sequence[str]]
) -> tuple[ImportKind, int] | None:
    """Return the kind of which a file has all that it must have, and more columns than of `than`; how many they are.

    None where `than` fits the file as well as any.
    """
    fitting = [(len(guess), kind) for kind in kinds if _is_whole(kind, guess := guess_mapping(kind, columns, sample))]
    most, best = max(fitting, key=lambda one: one[0], default=(0, than))
    return (best, most) if most > len(guess_mapping(than, columns, sample)) else None


def _is_whole(kind: ImportKind, mapping: Mapping[str, str]) -> bool:
    return all(any(key in mapping for key in group) for group in _needed(kind))


def _needed(kind: ImportKind) -> list[tuple[str, ...]]:
    """Return groups of fields, of each of which a file must have one."""
    return [*((field.key,) for field in kind.fields if field.required), *kind.any_of]


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
    for group in _needed(kind):
        if not any(key in mapping for key in group):
            raise FieldMissing(field=kind.field(group[0]).label)


def _score(field: ImportField, words: Sequence[str], column: str, values: Sequence[str]) -> int:
    heading = _plain(column)
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
    """Yield what a heading may be: the labels in all languages too, with which template files are headed."""
    yield from (field.key, *field.synonyms)
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            yield str(field.label)


def _plain(text: str) -> str:
    return SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())
