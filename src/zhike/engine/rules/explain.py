"""Why a rule is met or not: the same rule judged for one customer's values, every leaf with the value that decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhike.engine.rules.ast import AllOf, AnyOf, Condition, InClass, NotOf, Op, Rule
from zhike.engine.rules.conditions import ReadyCondition, ready
from zhike.engine.rules.traits import Form, Trait, TraitType
from zhike.kit.registry import Registry


@dataclass(frozen=True, slots=True)
class Explained:
    """`node` is the judged part, `met` its answer, `found` the customer's value of a leaf, `parts` of a group."""

    node: Rule
    met: bool
    found: Any = None
    parts: tuple["Explained", ...] = ()


def explain(
    rule: Rule,
    values: Mapping[str, Any],
    traits: Registry[Trait],
    *,
    as_of: date,
    classes: Mapping[int, int] | None = None,
) -> Explained:
    """Return the judged tree for one customer.

    `values` are by column (dates, ints, texts, lists; absent is unknown), `classes` class ids by scheme.
    The answer equals what the compiled rule gives in DuckDB and in PostgreSQL.
    """
    held = classes or {}

    def judge(node: Rule) -> Explained:
        match node:
            case AllOf(parts):
                judged = tuple(judge(part) for part in parts)
                return Explained(node, all(one.met for one in judged), parts=judged)
            case AnyOf(parts):
                judged = tuple(judge(part) for part in parts)
                return Explained(node, any(one.met for one in judged), parts=judged)
            case NotOf(part):
                inner = judge(part)
                return Explained(node, not inner.met, parts=(inner,))
            case InClass(scheme_id, class_ids):
                found = held.get(scheme_id)
                return Explained(node, found in class_ids, found)
            case Condition():
                trait = traits[node.trait]
                return Explained(node, _met(ready(node, trait, as_of), values), _found(trait, values, as_of))

    return judge(rule)


def _found(trait: Trait, values: Mapping[str, Any], as_of: date) -> Any:
    held = values.get(trait.source)
    if held is None:
        return None
    if trait.form is Form.DAYS_SINCE:
        return (as_of - held).days
    if trait.form is Form.RATIO:
        below = values.get(trait.denominator)
        return held // below if below else None
    return held


def _met(leaf: ReadyCondition, values: Mapping[str, Any]) -> bool:
    held = values.get(leaf.column)
    match leaf.op:
        case Op.NE | Op.NOT_IN | Op.HAS_NONE | Op.IS_SET:
            opposite = {Op.NE: Op.EQ, Op.NOT_IN: Op.IN, Op.HAS_NONE: Op.HAS_ANY, Op.IS_SET: Op.IS_EMPTY}[leaf.op]
            return not _met(ReadyCondition(leaf.column, opposite, leaf.values, leaf.type, leaf.denominator), values)
    given: tuple[Any, ...] = leaf.values
    if leaf.denominator:
        below = values.get(leaf.denominator)
        if held is None or below is None or below <= 0:
            return leaf.op is Op.IS_EMPTY
        given = tuple(one * below for one in given)
    if leaf.op is Op.IS_EMPTY:
        return held is None or held == ""
    return held is not None and _compares(leaf, held, given)


def _compares(leaf: ReadyCondition, held: Any, given: tuple[Any, ...]) -> bool:
    if leaf.type is TraitType.TAGS:
        return (all if leaf.op is Op.HAS_ALL else any)(one in held for one in given)
    match leaf.op:
        case Op.IN | Op.EQ:
            return held in given
        case Op.CONTAINS:
            return given[0] in held
        case Op.STARTS_WITH:
            return bool(held.startswith(given[0]))
        case Op.BETWEEN:
            return bool(given[0] <= held <= given[1])
        case Op.LT:
            return bool(held < given[0])
        case Op.LE:
            return bool(held <= given[0])
        case Op.GT:
            return bool(held > given[0])
        case _:
            return bool(held >= given[0])
