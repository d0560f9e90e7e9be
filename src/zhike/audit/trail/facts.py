"""How the facts of events read to people: what a fact is called, and what its values are."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext

from zhike.kit.registry import Registry
from zhike.ui.public import format_day, format_exact, format_moment

type Text = str | Promise
type Subject = tuple[str, int]  # kind, id

NOTHING = "–"
# The trail keeps facts for ever, also in shapes that nobody writes any more: what cannot be worded is told as it is.
OUTGROWN = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
_IS_NAME = re.compile(r"(^|_)(id|ids|number|version|year)$")  # numbers that name something have no separators
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])")
_MOMENT = re.compile(rf"{_DAY.pattern}[T ]\d\d:\d\d.*")


@dataclass(frozen=True, slots=True)
class Told:
    """An event being told: its facts, which of them is its subject, and (name, address) of whom it mentions."""

    event: str
    facts: Mapping[str, Any]
    subject: str = ""  # "customer_id"
    names: Mapping[Subject, tuple[str, str]] = field(default_factory=dict)

    def name(self, kind: str, number: int | None) -> str:
        """Return what a subject is called; one that is no more by its number, none as a dash."""
        if number is None:
            return NOTHING
        return self.names.get((kind, number), (f"#{number}", ""))[0]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of events. A list is told value by value, or by `say` as a `whole`.

    `noun`: values are ids of that kind of subject. `say` words one value; `mentions` gives the subjects whose names it
    needs. `nothing` words an empty value. `silent`: said by another fact already, or of no use to people: not told.
    """

    label: Text
    noun: str = ""
    say: Callable[[Any, Told], str] | None = None
    mentions: Callable[[Any], Iterable[tuple[str, int | None]]] | None = None
    nothing: Text = NOTHING
    whole: bool = False
    silent: bool = False


# "stay_days", or of one kind of event alone "FieldAdded.type"
fact_words: Registry[Fact] = Registry("fact words")
# (event, fact, facts of the event) → how it reads, for what is itself data or depends on the event's other facts
fact_sources: Registry[Callable[[str, str, Mapping[str, Any]], Fact | None]] = Registry("fact sources")


def find_fact(event: str, key: str, facts: Mapping[str, Any]) -> Fact | None:
    """Return how a fact of an event reads; None where no room worded it."""
    found = fact_words.get(f"{event}.{key}")
    sourced = (find(event, key, facts) for find in fact_sources)
    return found or next((one for one in sourced if one), None) or fact_words.get(key)


def show(value: Any, key: str, told: Told) -> str:
    """Return the value of a fact as text: names for ids, lists with commas, nothing as a dash, days as written."""
    return _show(value, key, find_fact(told.event, key, told.facts), told)


def mentioned(value: Any, fact: Fact) -> set[Subject]:
    """Return the subjects whose names are needed to say a value."""
    values = value if isinstance(value, list) else [value]
    if fact.mentions:
        pairs = [pair for one in values if one is not None for pair in _pairs(one, fact.mentions)]
    else:
        pairs = [(fact.noun, one) for one in values] if fact.noun else []
    return {(kind, number) for kind, number in pairs if isinstance(number, int)}


def _pairs(value: Any, mentions: Callable[[Any], Iterable[tuple[str, int | None]]]) -> list[tuple[str, int | None]]:
    try:
        return list(mentions(value))
    except OUTGROWN:
        return []


def _show(value: Any, key: str, fact: Fact | None, told: Told) -> str:
    if fact and fact.whole:
        return _show_one(value, key, fact, told)
    if isinstance(value, list):
        said = (_show_one(one, key, fact, told) for one in value)
        return pgettext("between names in a list", ", ").join(said) or NOTHING
    return _show_one(value, key, fact, told)


def _show_one(value: Any, key: str, fact: Fact | None, told: Told) -> str:
    if value in (None, "", [], {}):
        return str(fact.nothing) if fact else NOTHING
    if fact and fact.noun and isinstance(value, int):
        return told.name(fact.noun, value)
    if fact and fact.say:
        try:
            return fact.say(value, told)
        except OUTGROWN:
            return str(value)
    match value:
        case bool():
            return gettext("Yes") if value else gettext("No")
        case int():
            return str(value) if _IS_NAME.search(key) else format_exact(value)
        case str() if _DAY.fullmatch(value):
            return format_day(date.fromisoformat(value))
        case str() if _MOMENT.fullmatch(value):
            return format_moment(datetime.fromisoformat(value))
        case dict():
            parts = [f"{_label(one, told)} {show(each, one, told)}" for one, each in value.items()]
            return pgettext("between names in a list", ", ").join(parts)
        case list():
            return _show(value, key, None, told)
    return str(value)


def _label(key: str, told: Told) -> str:
    fact = find_fact(told.event, key, told.facts)
    return str(fact.label) if fact else key
