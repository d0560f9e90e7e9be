"""Translation catalogues: which sentences the rooms show, and whether each has its words in every language.

A room's sentences are in its own `locale/zh_Hans/LC_MESSAGES/django.po`. English is in the source itself.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

LANGUAGES = ("zh_Hans",)
HEADER = (
    'msgid ""\n'
    'msgstr ""\n'
    '"Language: {language}\\n"\n'
    '"Plural-Forms: {plurals}\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n\n'
)
LAZY = {f"{name}_lazy": spec for name, spec in DEFAULT_KEYWORDS.items() if name.endswith("gettext")}
KEYWORDS = {**DEFAULT_KEYWORDS, **LAZY, "gettext_noop": None}
STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*({STRING}(?:\s*,\s*{STRING})*)")
PLACEHOLDER = re.compile(r"%\([^)]+\)[a-z]|\{[a-z_][a-z0-9_.!:,]*\}|%[sd]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence to translate and where it is shown first. `plural` is empty for most."""

    english: str
    plural: str
    context: str
    place: str

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.english


def catalogue_file(room: Path, language: str) -> Path:
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def list_rooms(source: Path) -> list[Path]:
    return sorted(folder for folder in source.iterdir() if (folder / "apps.py").exists())


def find_sentences(room: Path) -> dict[tuple[str, str], Sentence]:
    """Return the room's sentences in the order of its files, each once."""
    found: dict[tuple[str, str], Sentence] = {}
    for file in sorted(room.rglob("*")):
        inside = file.relative_to(room).parts
        if "tests" in inside or "migrations" in inside or file.name == "testing.py":
            continue
        if file.suffix == ".py":
            sentences = _in_python(file, room)
        elif file.suffix in (".html", ".txt") and "templates" in inside:
            sentences = _in_template(file, room)
        else:
            continue
        for sentence in sentences:
            found.setdefault(sentence.key, sentence)
    return found


def _in_python(file: Path, room: Path) -> Iterator[Sentence]:
    for line, message, _comments, context in extract_from_file("python", file, keywords=KEYWORDS):
        english, plural = message if isinstance(message, tuple) else (message, "")
        if english:
            yield Sentence(english, plural, context or "", f"{file.relative_to(room.parent)}:{line}")


def _in_template(file: Path, room: Path) -> Iterator[Sentence]:
    place = str(file.relative_to(room.parent))
    for call in CALL.finditer(templatize(file.read_text(), origin=str(file))):
        words = [ast.literal_eval(one) for one in re.findall(STRING, call[2])]
        context = words.pop(0) if call[1] in ("pgettext", "npgettext") else ""
        yield Sentence(words[0], words[1] if len(words) > 1 else "", context, place)


def read_catalogue(file: Path) -> Catalog:
    if not file.exists():
        return Catalog(locale=file.parent.parent.name)
    with file.open("rb") as text:
        return read_po(text, locale=file.parent.parent.name, abort_invalid=True)


def write_catalogue(file: Path, catalogue: Catalog) -> None:
    """Write a .po whose text depends on the sentences alone, with no date in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as text:
        text.write(HEADER.format(language=catalogue.locale_identifier, plurals=catalogue.plural_forms).encode())
        write_po(text, catalogue, width=110, omit_header=True, include_lineno=False)


def find_faults(source: Path) -> list[str]:
    """Return what is wrong with the catalogues: missing, empty or fuzzy sentences, other placeholders, two wordings."""
    faults: list[str] = []
    for language in LANGUAGES:
        words: dict[tuple[str, str], tuple[str, str]] = {}
        for room in list_rooms(source):
            file = catalogue_file(room, language)
            faults += _faults_inside(file, room, words)
        for room in list_rooms(source):
            for sentence in find_sentences(room).values():
                if sentence.key not in words:
                    faults.append(f"{sentence.place}: no {language} for {sentence.english!r}")
    return faults


def _faults_inside(file: Path, room: Path, words: dict[tuple[str, str], tuple[str, str]]) -> list[str]:
    faults = []
    for message in read_catalogue(file):
        if not message.id:
            continue
        english, translated = _first(message.id), _first(message.string)
        place = f"{room.name}: {english!r}"
        if message.fuzzy:
            faults.append(f"{place} is fuzzy")
        if not translated:
            faults.append(f"{place} is empty")
            continue
        if not _same_placeholders(_last(message.id), translated):
            faults.append(f"{place} has other placeholders: {translated!r}")
        known, where = words.setdefault((message.context or "", english), (translated, room.name))
        if known != translated:
            faults.append(f"{place} reads {translated!r} here and {known!r} in {where}")
    return faults


def _same_placeholders(english: str, translated: str) -> bool:
    return set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(translated))


def _first(forms: str | Sequence[str] | None) -> str:
    return forms if isinstance(forms, str) else forms[0] if forms else ""


def _last(forms: str | Sequence[str]) -> str:
    """A plural has one form in Chinese, with the placeholders of the English plural."""
    return forms if isinstance(forms, str) else forms[-1]


def update_catalogue(room: Path, language: str) -> tuple[int, int]:
    """Bring a room's catalogue up to its sentences, keeping what is translated; return how many came and went."""
    file = catalogue_file(room, language)
    old, new = read_catalogue(file), Catalog(locale=language)
    sentences = find_sentences(room)
    for sentence in sentences.values():
        known = old.get(sentence.english, sentence.context or None)
        key = (sentence.english, sentence.plural) if sentence.plural else sentence.english
        string = known.string if known and known.string else None
        new.add(key, string, context=sentence.context or None, locations=[(sentence.place.partition(":")[0], 0)])
    before = {(one.context or "", _first(one.id)) for one in old if one.id}
    if sentences or before:
        write_catalogue(file, new)
    return len(sentences.keys() - before), len(before - sentences.keys())
