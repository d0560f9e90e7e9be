"""Whether a rule can be computed: every problem with the path of its leaf, so that a page shows it in its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from zhike.engine.errors import RuleWrong
from zhike.engine.rules.ast import AllOf, AnyOf, Condition, InClass, NotOf, Op, Rule, Scalar, depth, leaves
from zhike.engine.rules.traits import OPS, Form, Trait, TraitType
from zhike.kit.registry import Registry

MAX_DEPTH = 8
MAX_LEAVES = 200
MAX_VALUES = 1000
MAX_TEXT = 500
LARGEST = 10**15
MOST_DAYS = 36_500
LISTS = {Op.IN, Op.NOT_IN, Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE}
NO_VALUE = {Op.IS_EMPTY, Op.IS_SET}


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` for a translated sentence, `reason` the same in English."""

    path: str
    code: str
    reason: str


def check_rule(rule: Rule, traits: Registry[Trait]) -> list[Problem]:
    """Return everything that keeps the rule from being computed; nothing where it is sound."""
    if depth(rule) > MAX_DEPTH:
        return [Problem("rule", "too_deep", f"groups lie more than {MAX_DEPTH} deep")]
    found = list(leaves(rule))
    if len(found) > MAX_LEAVES:
        return [Problem("rule", "too_many", f"more than {MAX_LEAVES} conditions")]
    problems = [Problem(path, "empty_group", "a group without conditions") for path in _empty_groups(rule, "rule")]
    for path, leaf in found:
        reason = _class_problem(leaf) if isinstance(leaf, InClass) else _condition_problem(leaf, traits)
        if reason:
            problems.append(Problem(path, *reason))
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


def _class_problem(leaf: InClass) -> tuple[str, str] | None:
    return None if 0 < len(leaf.class_ids) <= MAX_VALUES else ("no_class", "no class is chosen")


def _condition_problem(leaf: Condition, traits: Registry[Trait]) -> tuple[str, str] | None:
    trait = traits.get(leaf.trait)
    if trait is None:
        return "unknown_trait", f"there is no trait {leaf.trait!r}"
    if leaf.op not in OPS[trait.type]:
        return "wrong_op", f"{leaf.trait} cannot be compared by {leaf.op}"
    if leaf.op in NO_VALUE:
        return None if leaf.value is None else ("needless_value", f"{leaf.op} takes no value")
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if isinstance(leaf.value, tuple) != (leaf.op in LISTS or leaf.op is Op.BETWEEN):
        return "wrong_value", f"{leaf.op} takes {'a list' if leaf.op in LISTS else 'another number of values'}"
    if not 0 < len(values) <= MAX_VALUES or (leaf.op is Op.BETWEEN and len(values) != 2):
        return "wrong_value", f"{leaf.op} takes another number of values"
    for value in values:
        if reason := _value_problem(value, trait):
            return "wrong_value", reason
    return None


def _value_problem(value: Scalar | None, trait: Trait) -> str | None:
    if trait.type in (TraitType.TEXT, TraitType.CHOICE, TraitType.TAGS):
        good = isinstance(value, str) and 0 < len(value) <= MAX_TEXT and "\0" not in value
        return None if good else f"a text of 1 to {MAX_TEXT} characters is wanted"
    if trait.type is TraitType.DATE:
        try:
            date.fromisoformat(str(value))
        except ValueError:
            return "a date such as 2026-11-22 is wanted"
        return None
    number = as_number(value)
    if number is None or abs(number) > LARGEST or number != round(number, 6):
        return "a number is wanted, of at most 15 digits and 6 decimal places"
    whole = trait.type is TraitType.MONEY or trait.form is not Form.COLUMN
    if whole and number != int(number):
        return "a whole number is wanted"
    if trait.form is Form.DAYS_SINCE and abs(number) > MOST_DAYS:
        return f"at most {MOST_DAYS} days are wanted"
    return None


def as_number(value: Scalar | None) -> Decimal | None:
    """Return a value as an exact number; None where it is not one."""
    try:
        found = Decimal(value) if value is not None else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None
