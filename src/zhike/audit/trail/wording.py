"""How events read to people. A room words its own: event_words.add("TeamAdded", _("added the team {name}"))."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext

from zhike.kit.registry import Registry
from zhike.ui.public import format_day, format_exact

# class name of an event → what somebody did, with the event's facts as {names}
event_words: Registry[str | Promise] = Registry("event words")
# fact ("roles") → how its values read to people, where they are keys
fact_words: Registry[Callable[[Any], str]] = Registry("fact words")
# subject kind ("customer") → (ids → {id: (name, address)}), so that the trail can name and link what was touched
subject_names: Registry[Callable[[list[int]], Mapping[int, tuple[str, str]]]] = Registry("subject names")

_PLACE = re.compile(r"\{\w+\}")
_IS_NAME = re.compile(r"(^|_)(id|ids|number|version|year)$")  # numbers that name something have no separators
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def word_event(event: str, facts: Mapping[str, Any]) -> str:
    """Return an event in words; one that no room worded is spelled out: PointsSpent → "points spent"."""
    sentence = event_words.get(event)
    if sentence is None:
        return _CAPITAL.sub(" ", event).lower()
    try:
        return str(sentence).format(**{key: show(value, key) for key, value in facts.items()})
    except (KeyError, IndexError):
        return str(sentence)


def list_event_choices() -> list[tuple[str, str]]:
    """Return the worded kinds of events as (name, words with … for what differs), sorted by words."""
    names = event_words.keys()
    blank = [(key, _PLACE.sub("…", str(event_words[key]))) for key in names]
    return sorted(blank, key=lambda one: one[1])


def show(value: Any, fact: str = "") -> str:
    """Return the value of a fact as text: lists with commas, nothing as a dash, amounts and days as written."""
    if isinstance(value, list):
        return pgettext("between names in a list", ", ").join(show(one, fact) for one in value) or "–"
    if value and (word := fact_words.get(fact)):
        return word(value)
    if value in (None, ""):
        return "–"
    if isinstance(value, int) and not isinstance(value, bool) and not _IS_NAME.search(fact):
        return format_exact(value)
    return format_day(date.fromisoformat(value)) if isinstance(value, str) and _DAY.fullmatch(value) else str(value)


def changes(facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what an event with `before` and `after` changed, as (field, before, after)."""
    before, after = facts.get("before"), facts.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [(key, show(before.get(key), key), show(one, key)) for key, one in after.items() if before.get(key) != one]
