"""Why a rule is met or not: the same rule judged for one customer's values, every leaf with the value that decided."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from zhike.engine.rules.ast import (
    AllOf,
    AnyOf,
    Bucket,
    Condition,
    Did,
    InClass,
    Leaf,
    Measured,
    NotOf,
    Op,
    Rule,
    Sequence,
    is_ratio,
)
from zhike.engine.rules.conditions import DRAWS, MICRO, ReadyCondition, drawn_between, exact, ready, turned
from zhike.engine.rules.formulas import find_result
from zhike.engine.rules.needs import measure_columns, need_column
from zhike.engine.rules.traits import PLACE_COLUMNS, Form, Trait, TraitType
from zhike.engine.rules.values import values_of
from zhike.engine.rules.windows import Moment
from zhike.kit.clock import local_day
from zhike.kit.registry import Registry


@dataclass(frozen=True, slots=True)
class Explained:
    """`node` is the judged part, `met` its answer, `found` the customer's value of a leaf, `parts` of a group.

    `found` of a measure of facts is the number (days for first and last), of a bucket the customer's percentage, of a
    trend or share the percent. `compared` are a trend's sums now and before, a share's part and whole.
    """

    node: Rule
    met: bool
    found: Any = None
    parts: tuple["Explained", ...] = ()
    compared: tuple[Any, ...] = ()


def explain(
    rule: Rule,
    values: Mapping[str, Any],
    traits: Registry[Trait],
    *,
    moment: Moment,
    classes: Mapping[int, int] | None = None,
) -> Explained:
    """Return the judged tree for one customer.

    `values` are by column, those of `find_needs(rule)` too (dates, instants, ints, texts, lists; absent is unknown);
    `classes` are class ids by scheme. The answer equals what the compiled rule gives in every dialect.
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
            case Condition():
                trait = traits[node.trait]
                met = _met(ready(node, trait, moment), values)
                return Explained(node, met, _found(trait, values, moment))
            case InClass(scheme_id, class_ids):
                found = held.get(scheme_id)
                stayed = not node.days or bool(values.get(need_column(node)))
                return Explained(node, found in class_ids and stayed, found)
            case _:
                return _explain_leaf(node, values, moment)

    return judge(rule)


def _explain_leaf(leaf: Leaf, values: Mapping[str, Any], moment: Moment) -> Explained:
    match leaf:
        case Did():
            compared = _compared(leaf, values) if is_ratio(leaf) else ()
            found = _percent(leaf, *compared) if compared else _measured(leaf, values, moment)
            return Explained(leaf, _did(leaf, found), found, compared=compared)
        case Sequence():
            met = bool(values.get(need_column(leaf)))
            return Explained(leaf, met, met)
        case Bucket():
            drawn = _drawn(leaf.salt, values.get("customer_id"))
            low, high = drawn_between(leaf)
            met = drawn is not None and low <= drawn < high
            return Explained(leaf, met, None if drawn is None else round(drawn * 100 / DRAWS, 2))
    raise TypeError(f"explained elsewhere: {leaf!r}")


def _drawn(salt: str, customer_id: Any) -> int | None:
    if customer_id is None:
        return None
    return int(hashlib.md5(f"{customer_id}:{salt}".encode(), usedforsecurity=False).hexdigest()[:4], 16)


def _measured(leaf: Did, values: Mapping[str, Any], moment: Moment) -> Any:
    """Return what was measured: a count, an exact number, days since; quantities and averages as exact fractions."""
    name, *more = measure_columns(leaf)
    held = values.get(name)
    match leaf.measured:
        case Measured.COUNT:
            return held or 0
        case Measured.FIRST | Measured.LAST:
            return None if held is None else (moment.as_of - _day(held, moment)).days
    if held is not None and leaf.property == "quantity":
        held = Fraction(held) / MICRO
    if not more:
        return held
    number = values.get(more[0])
    return Fraction(held) / Fraction(number) if held is not None and number else None


def _compared(leaf: Did, values: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
    """Return what stands above the line of a trend or share and what below it, exact; nothing is 0."""
    scale = Fraction(turned(leaf), MICRO if leaf.property == "quantity" else 1)
    above, below = (Fraction(str(values.get(name) or 0)) * scale for name in measure_columns(leaf))
    return above, below


def _percent(leaf: Did, above: Fraction, below: Fraction) -> Fraction | None:
    """Return a trend or share in percent; None where there is nothing, or less, to compare with."""
    if below <= 0:
        return None
    return (above / below - (leaf.measured is Measured.TREND)) * 100


def _day(held: datetime | str, moment: Moment) -> date:
    if isinstance(held, str):
        held = datetime.fromisoformat(held)  # as evidence keeps it
    return local_day(held if held.tzinfo else held.replace(tzinfo=UTC), moment.zone)


def _did(leaf: Did, found: Any) -> bool:
    if leaf.op is Op.NE:
        return not _did(replace(leaf, op=Op.EQ), found)
    return found is not None and _compares(leaf.op, found, tuple(exact(one) for one in values_of(leaf.value)))


def _found(trait: Trait, values: Mapping[str, Any], moment: Moment) -> Any:
    if trait.type is TraitType.PLACE:
        return next((values[name] for name in reversed(PLACE_COLUMNS) if values.get(name)), None)
    if trait.formula:
        return find_result(trait.formula, values)
    held = _held(trait.source, trait.path, trait.type, values)
    if held is None:
        return None
    if trait.form is Form.DAYS_SINCE:
        return (moment.as_of - held).days
    if trait.form is Form.OF_ALL:
        return Fraction(held) * 100 / moment.revenue if moment.revenue and moment.revenue > 0 else None
    if trait.form is Form.RATIO:
        below = values.get(trait.denominator)
        return held // below if below else None
    return held


def _held(column: str, path: str, kind: TraitType, values: Mapping[str, Any]) -> Any:
    """Return a column's value; with a path the entry of the JSON object that it holds, in the trait's type."""
    held = values.get(column)
    if not path or held is None:
        return held
    entry = (json.loads(held) if isinstance(held, str) else held).get(path)
    if entry is None or entry in ("", []):
        return None
    if isinstance(entry, bool):
        return "true" if entry else "false"  # as databases write it
    if kind is TraitType.CHOICE:
        return str(entry)
    if kind is TraitType.DATE:
        return date.fromisoformat(str(entry))
    return exact(entry) if kind in (TraitType.NUMBER, TraitType.MONEY) else entry


def _met(leaf: ReadyCondition, values: Mapping[str, Any]) -> bool:
    if opposite := leaf.opposite():
        return not _met(opposite, values)
    if leaf.answer is not None:
        return leaf.answer
    if leaf.type is TraitType.PLACE:
        places = [values[name] for name in PLACE_COLUMNS if values.get(name)]
        return not places if leaf.op is Op.IS_EMPTY else any(one in leaf.values for one in places)
    held = _found_of(leaf, values)
    given: tuple[Any, ...] = leaf.values
    if leaf.denominator:
        below = values.get(leaf.denominator)
        if held is None or below is None or below <= 0:
            return leaf.op is Op.IS_EMPTY
        given = tuple(one * below for one in given)
    if leaf.op is Op.IS_EMPTY:
        return held is None or held == ""
    if held is None:
        return False
    if leaf.type is TraitType.TAGS:
        return (all if leaf.op is Op.HAS_ALL else any)(one in held for one in given)
    return _compares(leaf.op, held, given)


def _found_of(leaf: ReadyCondition, values: Mapping[str, Any]) -> Any:
    return find_result(leaf.formula, values) if leaf.formula else _held(leaf.column, leaf.path, leaf.type, values)


def _compares(op: Op, held: Any, given: tuple[Any, ...]) -> bool:
    match op:
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
        case Op.MONTH_IN:
            return held.month in given
        case Op.DAY_IN:
            return held.day in given
        case Op.YEARLY_IN_NEXT:
            return held.month * 100 + held.day in given
        case _:
            return bool(held >= given[0])
