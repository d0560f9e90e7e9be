"""How events read to people. A room words its own: event_words.add("TeamAdded", _("added the team {name}"))."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext

from zhike.kit.registry import Registry

# class name of an event → a sentence part about who did it, with its facts as {names}
event_words: Registry[str | Promise] = Registry("event words")
# subject kind ("customer") → (ids → {id: (name, address)}), so that the trail can name and link what was touched
subject_names: Registry[Callable[[list[int]], Mapping[int, tuple[str, str]]]] = Registry("subject names")

_PLACE = re.compile(r"\{\w+\}")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def word_event(event: str, facts: Mapping[str, Any]) -> str:
    """Return an event in words; one that no room worded is spelled out: PointsSpent → "points spent"."""
    sentence = event_words.get(event)
    if sentence is None:
        return _CAPITAL.sub(" ", event).lower()
    try:
        return str(sentence).format(**{key: show(value) for key, value in facts.items()})
    except (KeyError, IndexError):
        return str(sentence)


def list_event_choices() -> list[tuple[str, str]]:
    """Return the worded kinds of events as (name, words with … for what differs), sorted by words."""
    names = event_words.keys()
    blank = [(key, _PLACE.sub("…", str(event_words[key]))) for key in names]
    return sorted(blank, key=lambda one: one[1])


def show(value: Any) -> str:
    """Return a fact as text: lists with commas, nothing as a dash."""
    if isinstance(value, list):
        return pgettext("between names in a list", ", ").join(show(one) for one in value) or "–"
    return "–" if value in (None, "") else str(value)


def changes(facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what an event with `before` and `after` changed, as (field, before, after)."""
    before, after = facts.get("before"), facts.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [(key, show(before.get(key)), show(one)) for key, one in after.items() if before.get(key) != one]
