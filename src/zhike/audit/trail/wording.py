"""How events read to people. A room words its own: event_words.add("TeamAdded", _("added the team {name}"))."""

import re
from collections.abc import Callable, Mapping

from django.utils.functional import Promise

from zhike.kit.registry import Registry

from .facts import Told, show

# class name of an event → what somebody did, with the event's facts as {names}
event_words: Registry[str | Promise] = Registry("event words")
# subject kind ("customer") → (ids → {id: (name, address)}), so that the trail can name and link what was touched
subject_names: Registry[Callable[[list[int]], Mapping[int, tuple[str, str]]]] = Registry("subject names")

_PLACE = re.compile(r"\{(\w+)\}")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def word_event(told: Told) -> str:
    """Return an event in words; one that no room worded is spelled out: PointsSpent → "points spent"."""
    sentence = event_words.get(told.event)
    if sentence is None:
        return _CAPITAL.sub(" ", told.event).lower()
    try:
        return str(sentence).format(**{key: show(told.facts[key], key, told) for key in placed_facts(told.event)})
    except KeyError:
        return str(sentence)


def placed_facts(event: str) -> list[str]:
    """Return the facts that the sentence of an event says."""
    return _PLACE.findall(str(event_words.get(event) or ""))


def list_event_choices() -> list[tuple[str, str]]:
    """Return the worded kinds of events as (name, words with … for what differs), sorted by words."""
    names = event_words.keys()
    blank = [(key, _PLACE.sub("…", str(event_words[key]))) for key in names]
    return sorted(blank, key=lambda one: one[1])
