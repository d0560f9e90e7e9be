"""Whether a rule can be computed: every problem with the path of its leaf, so that a page shows it in its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from zhike.engine.errors import RuleWrong
from zhike.engine.rules.ast import (
    AllOf,
    AnyOf,
    Bucket,
    Condition,
    Did,
    InClass,
    Leaf,
    NotOf,
    Op,
    Rule,
    Scalar,
    Sequence,
    depth,
    leaves,
)
from zhike.engine.rules.check_facts import did_problems, sequence_problems
from zhike.engine.rules.traits import OPS, Form, Trait, TraitType
from zhike.engine.rules.values import (
    MAX_VALUES,
    MOST_DAYS,
    Found,
    as_number,
    date_problem,
    is_storable,
    number_problem,
    text_problem,
    value_count_problem,
    values_of,
    whole_problem,
)
from zhike.kit.registry import Registry

MAX_DEPTH = 20
MAX_LEAVES = 200
SPANS: dict[Op, int] = {Op.IN_LAST: MOST_DAYS, Op.IN_NEXT: MOST_DAYS, Op.YEARLY_IN_NEXT: 366}
PARTS: dict[Op, int] = {Op.MONTH_IN: 12, Op.DAY_IN: 31}


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` for a translated sentence, `reason` the same in English; `about`: the trait that a condition asks for."""

    path: str
    code: str
    reason: str
    about: str = ""


def check_rule(rule: Rule, traits: Registry[Trait]) -> list[Problem]:
    """Return everything that keeps the rule from being computed; nothing where it is sound."""
    if depth(rule) > MAX_DEPTH:
        return [Problem("rule", "too_deep", f"groups lie more than {MAX_DEPTH} deep")]
    found = list(leaves(rule))
    if len(found) > MAX_LEAVES:
        return [Problem("rule", "too_many", f"{len(found)} conditions, of at most {MAX_LEAVES}")]
    problems = [Problem(path, "empty_group", "a group without conditions") for path in _empty_groups(rule, "rule")]
    for path, leaf in found:
        for below, code, reason in _leaf_problems(leaf, traits):
            problems.append(Problem(f"{path}{below}", code, reason, getattr(leaf, "trait", "")))
    return problems


def refuse_wrong_rule(rule: Rule, traits: Registry[Trait]) -> None:
    """:raises RuleWrong: if `check_rule` finds anything."""
    if problems := check_rule(rule, traits):
        first = problems[0]
        raise RuleWrong(count=len(problems), path=first.path, reason=first.reason, problems=problems)


def _empty_groups(rule: Rule, path: str) -> Iterator[str]:
    match rule:
        case AllOf(parts) | AnyOf(parts):
            if not parts:
                yield path
            word = "all" if isinstance(rule, AllOf) else "any"
            for place, part in enumerate(parts):
                yield from _empty_groups(part, f"{path}.{word}[{place}]")
        case NotOf(part):
            yield from _empty_groups(part, f"{path}.not")


def _leaf_problems(leaf: Leaf, traits: Registry[Trait]) -> Iterator[tuple[str, str, str]]:
    """Yield (path below the leaf, code, reason)."""
    match leaf:
        case Did():
            yield from did_problems(leaf)
        case Sequence():
            yield from sequence_problems(leaf)
        case Condition():
            if found := _condition_problem(leaf, traits):
                yield "", *found
        case InClass():
            if found := _class_problem(leaf):
                yield "", *found
        case Bucket():
            if found := _bucket_problem(leaf):
                yield "", *found


def _class_problem(leaf: InClass) -> Found:
    if not 0 < len(leaf.class_ids) <= MAX_VALUES:
        return "no_class", "no class is chosen"
    if not 0 <= leaf.days <= MOST_DAYS:
        return "wrong_window", f"days are from 0 to {MOST_DAYS}"
    return None


def _bucket_problem(leaf: Bucket) -> Found:
    if not 0 < len(leaf.salt) <= 100 or not is_storable(leaf.salt):
        return "wrong_value", "the draw has a name of 1 to 100 characters"
    low, high = as_number(leaf.low), as_number(leaf.high)
    if low is None or high is None or not 0 <= low < high <= 100 or any(one != round(one, 2) for one in (low, high)):
        return "wrong_value", "percentages rise from 0 to 100, with at most 2 decimal places"
    return None


def _condition_problem(leaf: Condition, traits: Registry[Trait]) -> Found:
    trait = traits.get(leaf.trait)
    if trait is None:
        return "unknown_trait", f"there is no trait {leaf.trait!r}"
    if leaf.op not in OPS[trait.type]:
        return "wrong_op", f"{leaf.trait} cannot be compared by {leaf.op}"
    if found := value_count_problem(leaf.op, leaf.value):
        return found
    for value in values_of(leaf.value):
        if reason := _value_problem(value, trait, leaf.op):
            return "wrong_value", reason
    return None


def _value_problem(value: Scalar, trait: Trait, op: Op) -> str | None:
    if op in SPANS or op in PARTS:
        return whole_problem(value, 1, SPANS.get(op, 0) or PARTS[op])
    if trait.type in (TraitType.TEXT, TraitType.CHOICE, TraitType.TAGS, TraitType.PLACE):
        return text_problem(value)
    if trait.type is TraitType.DATE:
        return date_problem(value)
    whole = trait.type is TraitType.MONEY or trait.form in (Form.DAYS_SINCE, Form.RATIO)
    if reason := number_problem(value, whole=whole):
        return reason
    if trait.form is Form.DAYS_SINCE and abs(as_number(value) or Decimal(0)) > MOST_DAYS:
        return f"at most {MOST_DAYS} days are wanted"
    return None
