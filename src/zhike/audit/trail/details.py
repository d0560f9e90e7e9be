"""What an entry of the trail tells beside its sentence: each fact by its label, and of changes old and new."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from .facts import Subject, Told, find_fact, mentioned, show
from .wording import placed_facts


class Detail(NamedTuple):
    """`before` is None where nothing was there to compare with: the fact is simply told."""

    label: str
    before: str | None
    after: str


class Part(NamedTuple):
    key: str
    values: tuple[Any, ...]  # (told,) or (before, after)


def list_details(told: Told) -> list[Detail]:
    """Return what changed, and what else is known that neither the sentence nor the subject says."""
    details = []
    for part in _parts(told):
        fact = find_fact(told.event, part.key, told.facts)
        *before, after = (show(one, part.key, told) for one in part.values)
        if (fact and fact.silent) or [after] == before:
            continue
        details.append(Detail(str(fact.label) if fact else part.key, before[0] if before else None, after))
    return details


def find_mentioned(told: Told) -> set[Subject]:
    """Return the subjects whose names the details or the sentence of an event need."""
    found: set[Subject] = set()
    parts = [*_parts(told), *(Part(key, (told.facts.get(key),)) for key in placed_facts(told.event))]
    for part in parts:
        if fact := find_fact(told.event, part.key, told.facts):
            found |= {subject for one in part.values for subject in mentioned(one, fact)}
    return found


def _parts(told: Told) -> Iterator[Part]:
    facts, said = told.facts, {told.subject, *placed_facts(told.event)}
    pair = "before" in facts and "after" in facts and not {"before", "after"} & said
    for key, value in facts.items():
        if key in said or (pair and key in ("before", "after")):
            continue
        if value not in (None, "", [], {}):
            yield Part(key, (value,))
    if pair:
        yield from _changed(facts["before"], facts["after"])


def _changed(before: Any, after: Any) -> Iterator[Part]:
    if not isinstance(before, dict | None) or not isinstance(after, dict | None):
        yield Part("before", (before, after))
        return
    old, new = before or {}, after or {}
    for key in dict.fromkeys((*new, *old)):
        if old.get(key) != new.get(key):
            yield Part(key, (old.get(key), new.get(key)))
