"""Types whose classes overlap: a customer is in every class whose rule is met, over intervals of its own.

The engine and the record hold each such class apart, under a number of its own: its track. A rule that asks for classes
of such a type asks for any of those tracks.
"""

from collections.abc import Collection, Mapping
from typing import Any

from zhike.classification.models import Scheme
from zhike.engine.public import AllOf, AnyOf, InClass, NotOf, Rule, rule_from_json, scheme_ids


def track_of(class_id: int) -> int:
    """Return the number of a class that is held apart; the same in `Assignment.track`."""
    return -class_id


def place_of(scheme: Scheme, class_id: int) -> int:
    """Return the track on which a class of a scheme is held."""
    return track_of(class_id) if scheme.overlapping else scheme.id


def read_rules(documents: Mapping[str, Any]) -> dict[str, Rule]:
    """Return rules by their keys as the engine computes them, from their JSON."""
    rules = {key: rule_from_json(document) for key, document in documents.items()}
    return dict(zip(rules, split_rules(list(rules.values())), strict=True))


def split_rule(rule: Rule) -> Rule:
    """Return a rule as the engine computes it: classes of overlapping schemes are asked for one by one."""
    return split_rules([rule])[0]


def split_rules(rules: list[Rule]) -> list[Rule]:
    asked = {one for rule in rules for one in scheme_ids(rule)}
    if not asked:
        return rules
    apart = set(Scheme.objects.filter(id__in=asked, overlapping=True).values_list("id", flat=True))
    return [_split(rule, apart) for rule in rules] if apart else rules


def _split(rule: Rule, apart: Collection[int]) -> Rule:
    match rule:
        case AllOf(parts):
            return AllOf(tuple(_split(one, apart) for one in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_split(one, apart) for one in parts))
        case NotOf(part):
            return NotOf(_split(part, apart))
        case InClass(scheme_id, class_ids, days) if scheme_id in apart:
            parts = tuple(InClass(track_of(one), (one,), days) for one in class_ids)
            return parts[0] if len(parts) == 1 else AnyOf(parts)
        case _:
            return rule
