"""Which policy applies where several do, and whether a rule looks at personal traits. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TRAIT_KEYS = frozenset({"trait", "attribute", "field", "property", "column", "metric", "traits", "fields"})
SCHEME_KEYS = ("scheme", "scheme_id", "scheme_key")
_WORDS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """Where a class stands when policies compete: its scheme's place, then its own place in the scheme."""

    scheme_place: int
    class_place: int
    class_id: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The class whose policy applies, and the classes whose policies give way, in their order."""

    winner: int
    losers: tuple[int, ...]


def choose(standings: Collection[Standing]) -> Choice | None:
    """Return which of these classes decides: the scheme that stands first, in it the class that stands first."""
    if not standings:
        return None
    ordered = [one.class_id for one in sorted(standings)]
    return Choice(ordered[0], tuple(ordered[1:]))


def traits_in(document: Any) -> set[str]:
    """Return every trait, attribute or field that a rule document or parameters name."""
    if isinstance(document, Mapping):
        named = {
            name
            for key, value in document.items()
            if key in TRAIT_KEYS
            for name in ([value] if isinstance(value, str) else value if isinstance(value, list) else [])
            if isinstance(name, str)
        }
        return named.union(*(traits_in(one) for one in document.values()))
    if isinstance(document, list):
        return set().union(*(traits_in(one) for one in document))
    return set()


def schemes_in(document: Any) -> set[int | str]:
    """Return every scheme (by id or key) that a rule document or parameters ask for."""
    if isinstance(document, Mapping):
        found = {document[key] for key in SCHEME_KEYS if isinstance(document.get(key), int | str)}
        return found.union(*(schemes_in(one) for one in document.values()))
    if isinstance(document, list):
        return set().union(*(schemes_in(one) for one in document))
    return set()


def personal_of(traits: Collection[str], personal: Collection[str]) -> list[str]:
    """Return those of `personal` that the traits are about: `birthday_month` is about `birthday`."""
    words = {word for trait in traits for word in _WORDS.findall(trait.lower())}
    return [one for one in personal if one in words]


def reached_by(start: Collection[int], asks: Mapping[int, Collection[int]]) -> set[int]:
    """Return the schemes of `start` and all that they ask for, also through others; circles are no trouble."""
    found: set[int] = set()
    waiting: Sequence[int] = list(start)
    while waiting:
        fresh = [one for one in waiting if one not in found]
        found.update(fresh)
        waiting = [each for one in fresh for each in asks.get(one, ())]
    return found
