"""What a draft would do, before it is applied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhike.classification.errors import NotPreviewable
from zhike.classification.evaluation.actions import get_store
from zhike.classification.evaluation.specs import home_country, make_spec, split_spec
from zhike.classification.models import CustomerClass, Scheme, SchemeVersion
from zhike.engine.public import count_rule, preview, preview_rule_sets, preview_rules, rule_from_json
from zhike.kit.errors import Refusal

from . import queries, rule_checks, rules
from .overlapping import split_rule

MOST_MOVES = 12


@dataclass(frozen=True, slots=True)
class Move:
    before: CustomerClass | None
    after: CustomerClass | None
    count: int


@dataclass(frozen=True, slots=True)
class SchemePreview:
    """Customers per class with the draft and now, who would move, and what stands in the way (`problem`)."""

    as_of: date | None = None
    rows: Sequence[tuple[CustomerClass, int, int]] = field(default_factory=list)  # class, with the draft, now
    moves: Sequence[Move] = field(default_factory=list)
    moved: int = 0
    customers: int = 0
    seconds: float = 0.0
    problem: str = ""
    overlapping: bool = False  # the counts may add up to more than there are customers
    outside: int = 0  # customers in none of the classes

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        return [(one.name, one.hue, count) for one, count, _ in self.rows]


def preview_scheme(
    *,
    scheme: Scheme,
    version: SchemeVersion,
    parameters: Mapping[str, Any] | None = None,
    as_of: date | None = None,
) -> SchemePreview:
    """Return what a version of a scheme would do; `parameters` are tried in place of the version's.

    Counts cover all customers. What keeps it from being computed comes back as `problem`, a sentence.
    """
    try:
        return _preview(scheme, version, parameters, version.rules, as_of)
    except Refusal as refusal:
        return SchemePreview(problem=refusal.message)


def try_draft(
    *, key: str, parameters: Mapping[str, Any] | None, rules_by_class: Mapping[str, Any] | None, as_of: date | None
) -> SchemePreview:
    """Return what changes on top of a scheme's draft, or of what is in force, would do. Nothing is kept.

    :raises Refusal: whatever keeps it from being computed.
    """
    scheme = queries.get_scheme(key=key)
    version = queries.find_draft(scheme=scheme) or queries.get_version(scheme=scheme)
    if version is None or scheme.kind == Scheme.Kind.HAND:
        raise NotPreviewable(name=scheme.name)
    rules_tried = dict(version.rules)
    for class_key, document in (rules_by_class or {}).items():
        rules_tried[class_key] = rule_checks.well_formed(document)
    if scheme.kind == Scheme.Kind.RULE:
        classes = queries.list_classes(scheme_id=scheme.id)
        rule_checks.check_rules(scheme=scheme, classes=classes, rules_by_class=rules_tried)
    return _preview(scheme, version, parameters, rules_tried, as_of)


def _preview(
    scheme: Scheme,
    version: SchemeVersion,
    parameters: Mapping[str, Any] | None,
    rules_tried: Mapping[str, Any],
    as_of: date | None,
) -> SchemePreview:
    classes = queries.list_classes(scheme_id=scheme.id)
    tried = SchemeVersion(scheme=scheme, number=version.number, parameters=version.parameters, rules=dict(rules_tried))
    if parameters is not None:
        keys = [one.key for one in classes]
        tried.parameters = rules.check_parameters(scheme.kind, {**version.parameters, **parameters}, keys)
    spec = make_spec(scheme, tried, classes, home=home_country())
    if scheme.overlapping:
        found = preview_rule_sets(get_store(), schemes=split_spec(scheme, spec), as_of=as_of)
    elif scheme.kind == Scheme.Kind.RULE:
        found = preview_rules(get_store(), scheme=spec, as_of=as_of)
    else:
        found = preview(get_store(), scheme=spec, as_of=as_of)
    now_in = _count_now(found.moves)
    known = {one.id: one for one in classes}
    moves = [
        Move(known.get(before or 0), known.get(after or 0), count)
        for (before, after), count in sorted(found.moves.items(), key=lambda item: -item[1])
        if before != after
    ]
    return SchemePreview(
        as_of=found.as_of,
        rows=[(one, found.counts.get(one.id, 0), now_in.get(one.id, 0)) for one in classes],
        moves=moves[:MOST_MOVES],
        moved=found.moved,
        customers=found.customers,
        seconds=found.seconds,
        overlapping=scheme.overlapping,
        outside=found.sets.outside[1][0] if found.sets else found.customers - sum(found.counts.values()),
    )


def count_matching(documents: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """Return how many customers meet each rule; None where it is incomplete or nothing was computed yet."""
    return [_count_one(document) for document in documents]


def _count_one(document: Mapping[str, Any]) -> int | None:
    try:
        return count_rule(get_store(), split_rule(rule_from_json(document)), sample=0).count
    except Refusal:
        return None


def _count_now(moves: Mapping[tuple[int | None, int | None], int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for (before, _), count in moves.items():
        if before is not None:
            counts[before] = counts.get(before, 0) + count
    return counts
