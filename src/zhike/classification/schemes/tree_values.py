"""Values of conditions: what people type into the rule editor ↔ what a rule holds."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.classification.models import CustomerClass, Scheme
from zhike.classification.rule_language.expected import expected_words
from zhike.classification.rule_language.names import get_names
from zhike.customers.public import division_name, find_division
from zhike.engine.public import (
    OPS,
    RULE_VERSION,
    NotRuleText,
    Op,
    Trait,
    TraitType,
    parse_rule,
    rule_from_json,
    rule_text,
    rule_to_json,
    traits,
)
from zhike.kit.money import from_minor
from zhike.kit.text import tidy

from .trait_choices import PLACES, choices_of
from .tree import WRITTEN, Node
from .tree_lists import split_list
from .tree_numbers import read_number

LISTS = (Op.IN, Op.NOT_IN, Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE, Op.MONTH_IN, Op.DAY_IN)
WHOLE = (Op.IN_LAST, Op.IN_NEXT, Op.YEARLY_IN_NEXT, Op.MONTH_IN, Op.DAY_IN)
BARE = (Op.IS_EMPTY, Op.IS_SET)
FIRST_OP = {
    TraitType.TEXT: Op.CONTAINS,
    TraitType.CHOICE: Op.IN,
    TraitType.TAGS: Op.HAS_ANY,
    TraitType.DATE: Op.GE,
}


def ops_of(trait: Trait) -> list[Op]:
    """Return the comparisons that the editor offers: for choices only those of several values, which say the rest."""
    if trait.type is TraitType.CHOICE:
        return [Op.IN, Op.NOT_IN, Op.IS_SET, Op.IS_EMPTY]
    if trait.key == "owner":
        return [Op.IN, Op.NOT_IN, Op.IS_SET, Op.IS_EMPTY]
    return list(OPS[trait.type])


def offered_way(trait: Trait, op: Op, value: Any) -> tuple[Op, Any]:
    """Return a comparison as the editor offers it: is and is not one value are in and not in a list of one."""
    lists = {Op.EQ: Op.IN, Op.NE: Op.NOT_IN}
    if op not in lists or op in ops_of(trait):
        return op, value
    return lists[op], [] if value is None else [value]


def first_op(trait: Trait) -> Op:
    return Op.IN if trait.key == "owner" else FIRST_OP.get(trait.type, Op.GE)


def read_value(trait_key: str, op_text: str, texts: Sequence[str], *, currency: str) -> Any:
    """Return the value of a condition as typed; None where it is missing or cannot be read."""
    if trait_key == WRITTEN:
        return read_written(" ".join(texts))
    trait = traits.get(trait_key)
    if trait is None or op_text not in set(Op) or Op(op_text) in BARE:
        return None
    op = Op(op_text)
    if op in LISTS and not choices_of(trait_key):
        texts = [part for text in texts for part in split_list(text)]
    values = [value for text in texts if (value := _read_value(trait, op, text, currency)) is not None]
    if op in LISTS:
        return values or None
    if op is Op.BETWEEN:
        return values[:2] if len(values) >= 2 else None
    return values[0] if values else None


def read_written(text: str) -> Node:
    """Return the condition that a text says; where it cannot be read, one that keeps the text."""
    try:
        node: Node = rule_to_json(parse_rule(text, traits, get_names()))["rule"]
    except NotRuleText:
        return {"trait": WRITTEN, "op": "eq"} | ({"value": text} if text else {})
    return node


def show_written(node: Node) -> tuple[str, str]:
    """Return the text of a condition and what is wrong with it, if it cannot be read."""
    if node.get("trait") != WRITTEN:
        return rule_text(rule_from_json({"version": RULE_VERSION, "rule": node}), traits, get_names()), ""
    text = str(node.get("value", ""))
    try:
        parse_rule(text, traits, get_names())
    except NotRuleText as error:
        found = error.found or _("the end")
        problem = _("At character {place}: {expected} is expected, {found} stands there.") if text else ""
        return text, problem.format(place=error.place + 1, expected=expected_words(error.expected), found=found)
    return text, ""


def _read_value(trait: Trait, op: Op, text: str, currency: str) -> Any:
    """Return one value; of days, months and days of the month a whole number, or the text where it is none."""
    if op not in WHOLE:
        return _read_one(trait, text, currency)
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else tidy(text)[:20] or None


def _read_one(trait: Trait, text: str, currency: str) -> Any:
    if trait.type in (TraitType.NUMBER, TraitType.MONEY):
        return read_number(text, trait.type, currency)
    if trait.type is TraitType.PLACE:
        return find_division(text) or tidy(text)[:500] or None
    return tidy(text)[:500] or None


def show_value(trait_key: str, value: Any, *, currency: str) -> str:
    """Return one value as it stands in the input."""
    trait = traits.get(trait_key)
    if value is None:
        return ""
    if trait and trait.type is TraitType.PLACE:
        return division_name(str(value), get_language() or "zh-hans") or str(value)
    if trait and trait.type is TraitType.MONEY:
        return f"{from_minor(int(value), currency):f}".removesuffix(".00")
    return str(value)


def class_choices() -> list[tuple[Scheme, list[CustomerClass]]]:
    """Return the schemes whose classes a rule may ask for: active ones, those that people fill too."""
    schemes = list(
        Scheme.objects.filter(status=Scheme.Status.ACTIVE).exclude(key__in=PLACES).order_by("position", "id")
    )
    classes: dict[int, list[CustomerClass]] = {one.id: [] for one in schemes}
    for one in CustomerClass.objects.filter(scheme__in=schemes, retired_at=None).order_by("position", "id"):
        classes[one.scheme_id].append(one)
    return [(one, classes[one.id]) for one in schemes]
