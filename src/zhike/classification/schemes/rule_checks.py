"""Whether the rules of a scheme can be put in force: sound, and not in a circle with other schemes."""

from collections.abc import Iterator, Sequence
from typing import Any

from zhike.classification.errors import RuleHasProblems, RulesInCircle, RuleWithProblems
from zhike.classification.models import CustomerClass, Scheme, SchemeVersion
from zhike.engine.public import (
    Condition,
    NotARule,
    Op,
    Problem,
    Rule,
    check_rule,
    leaves,
    rule_from_json,
    rule_to_json,
    scheme_ids,
    traits,
)

from .overlapping import split_rule
from .trait_choices import fits
from .words import problem_sentence

TOO_LARGE = ("too_deep", "too_many")
CHOOSING = (Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE)
DEEPER_THAN_READ = "nested too deeply"  # of NotARule


def well_formed(document: Any) -> dict[str, Any]:
    """Return a rule document in its stored shape.

    :raises RuleWithProblems: if it has not the shape of a rule, or is larger than a rule may be: no page could show it.
    """
    try:
        rule = rule_from_json(document)
    except NotARule as error:
        if error.reason == DEEPER_THAN_READ:
            raise _too_large(Problem("rule", "too_deep", error.reason)) from error
        facts = [{"path": error.path, "code": "not_a_rule", "sentence": error.reason}]
        raise RuleWithProblems(first=f"{error.path}: {error.reason}", count=1, problems=facts) from error
    if too_large := [one for one in check_rule(rule, traits) if one.code in TOO_LARGE]:
        raise _too_large(too_large[0])
    return rule_to_json(rule)


def _too_large(problem: Problem) -> RuleWithProblems:
    sentence = problem_sentence(problem)
    facts = [{"path": problem.path, "code": problem.code, "sentence": sentence}]
    return RuleWithProblems(first=sentence, count=1, problems=facts)


def find_problems(document: Any) -> list[Problem]:
    """Return what keeps a well-formed rule from being put in force: it cannot be computed, or it asks for a class or a
    choice that there is not.
    """
    rule = rule_from_json(document)
    problems = list(check_rule(rule, traits)) or list(check_rule(split_rule(rule), traits))
    known = dict(CustomerClass.objects.filter(retired_at=None).values_list("id", "scheme_id"))
    for path, scheme_id, class_ids in _asked(document):
        if any(known.get(one) != scheme_id for one in class_ids):
            problems.append(Problem(path, "unknown_class", "asks for a class that there is not"))
    return problems or list(_unknown_choices(rule))


def _unknown_choices(rule: Rule) -> Iterator[Problem]:
    for path, leaf in leaves(rule):
        if isinstance(leaf, Condition) and leaf.op in CHOOSING:
            given = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
            for value in [str(one) for one in given if not fits(leaf.trait, str(one))][:1]:
                yield Problem(path, "unknown_choice", "asks for a choice that there is not", value)


def check_rules(*, scheme: Scheme, classes: Sequence[CustomerClass], rules_by_class: dict[str, Any]) -> None:
    """:raises RuleHasProblems: for the first class whose rule is unsound; `RulesInCircle` for a circle of schemes."""
    for one in classes:
        document = rules_by_class.get(one.key)
        problems = find_problems(document) if document else []
        if problems:
            facts = [
                {"class": one.key, "path": found.path, "code": found.code, "sentence": str(problem_sentence(found))}
                for found in problems
            ]
            raise RuleHasProblems(name=one.name, first=facts[0]["sentence"], count=len(facts), problems=facts)
    _check_circle(scheme, rules_by_class)


def _check_circle(scheme: Scheme, rules_by_class: dict[str, Any]) -> None:
    asks = {scheme.id: _schemes_in(rules_by_class)}
    names = {scheme.id: scheme.name}
    for version in SchemeVersion.objects.filter(scheme__status=Scheme.Status.ACTIVE).select_related("scheme"):
        if version.scheme_id != scheme.id and version.number == version.scheme.version:
            asks[version.scheme_id] = _schemes_in(version.rules)
            names[version.scheme_id] = version.scheme.name
    trail = _circle(scheme.id, asks, [])
    if trail:
        raise RulesInCircle(names=" → ".join(names.get(one, str(one)) for one in trail))


def _circle(at: int, asks: dict[int, set[int]], trail: list[int]) -> list[int]:
    if at in trail:
        return [*trail[trail.index(at) :], at]
    for one in sorted(asks.get(at, ())):
        if found := _circle(one, asks, [*trail, at]):
            return found
    return []


def _schemes_in(rules_by_class: dict[str, Any]) -> set[int]:
    return {one for document in rules_by_class.values() for one in scheme_ids(rule_from_json(document))}


def _asked(node: Any, path: str = "") -> list[tuple[str, int, list[int]]]:
    if isinstance(node, list):
        return [found for place, one in enumerate(node) for found in _asked(one, f"{path}[{place}]")]
    if not isinstance(node, dict):
        return []
    if "scheme" in node:
        return [(path, node["scheme"], node["classes"])]
    return [
        found
        for key, one in node.items()
        for found in _asked(one, f"{path}.{key}" if path else key)
        if key != "version"
    ]
