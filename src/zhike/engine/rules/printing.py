"""Rules as text: what `parsing` reads back to the same rule."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from zhike.engine.rules.ast import (
    Against,
    AllOf,
    AnyOf,
    Bucket,
    Condition,
    Did,
    Happening,
    InClass,
    Measured,
    NotOf,
    Op,
    PropertyTest,
    Rule,
    Scalar,
    Sequence,
    Value,
    Window,
    is_ratio,
)
from zhike.engine.rules.tokens import quote
from zhike.engine.rules.traits import Trait, TraitType, fact_properties
from zhike.engine.rules.values import DAY, as_number
from zhike.kit.registry import Registry

SIGNS = {Op.EQ: "=", Op.NE: "!=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}
LIST_WORDS = {
    Op.IN: "in", Op.NOT_IN: "not in", Op.HAS_ANY: "has any", Op.HAS_ALL: "has all", Op.HAS_NONE: "has none",
    Op.MONTH_IN: "month in", Op.DAY_IN: "day in",
}  # fmt: skip
ONE_WORDS = {Op.CONTAINS: "contains", Op.STARTS_WITH: "starts with"}
SPAN_WORDS = {Op.IN_LAST: "in last", Op.IN_NEXT: "in next", Op.YEARLY_IN_NEXT: "yearly in next"}
BARE_WORDS = {Op.IS_EMPTY: "is empty", Op.IS_SET: "is set"}
FUNCTIONS = {
    Measured.COUNT: "did", Measured.SUM: "sum", Measured.AVERAGE: "average", Measured.LEAST: "least",
    Measured.MOST: "most", Measured.FIRST: "first", Measured.LAST: "last", Measured.TREND: "trend",
    Measured.SHARE: "share",
}  # fmt: skip
RESERVED = {
    "and", "or", "not", "all", "any", "in", "between", "contains", "starts", "with", "is", "has", "month", "day",
    "yearly", "where", "class", "bucket", "sequence", "then", "within", "for", "from", "to", "calendar", "back", "of",
    "ago", *FUNCTIONS.values(),
} - {"trend", "share"}  # fmt: skip
# Both mean something only before a bracket: properties that had these names before them keep them.
_NAME = re.compile(r"[^\W\d]\w*(?:[.-]\w+)*")
_FRACTION = re.compile(r"-?(0|[1-9]\d*)\.\d*[1-9]")  # as a document writes it


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called in text: schemes and classes by key, and how many decimal places the currency has.

    A class key stands under its scheme's id. What has no name here is written as a number: `class(#7, #71)`.
    `show` and `read` turn the text that a trait's value is into what a person writes, and back: place names for codes.
    """

    schemes: Mapping[int, str] = field(default_factory=dict)
    classes: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    decimals: int = 2
    show: Callable[[str, str], str] = lambda trait, value: value
    read: Callable[[str, str], str] = lambda trait, text: text

    def scheme_id(self, key: str) -> int | None:
        return next((number for number, name in self.schemes.items() if name == key), None)

    def class_id(self, scheme_id: int, key: str) -> int | None:
        return next((number for number, name in self.classes.get(scheme_id, {}).items() if name == key), None)


def rule_text(rule: Rule, traits: Registry[Trait], names: Names | None = None) -> str:
    """Return the rule as text on one line. A rule that `check_rule` finds sound reads back to the same rule."""
    return _Printer(traits, names or Names()).node(rule, top=True)


class _Printer:
    def __init__(self, traits: Registry[Trait], names: Names) -> None:
        self.traits = traits
        self.names = names

    def node(self, rule: Rule, *, top: bool = False) -> str:
        match rule:
            case AllOf(parts) | AnyOf(parts):
                word = "and" if isinstance(rule, AllOf) else "or"
                if len(parts) < 2:
                    inner = ", ".join(self.node(one, top=True) for one in parts)
                    return f"{'all' if word == 'and' else 'any'}({inner})"
                text = f" {word} ".join(self.node(one) for one in parts)
                return text if top else f"({text})"
            case NotOf(part):
                return f"not {self.node(part)}"
            case Condition():
                trait = self.traits.get(rule.trait)
                money = trait is not None and trait.type is TraitType.MONEY
                return f"{name(rule.trait)} {self.comparison(rule.op, self.shown(rule), money=money)}"
            case InClass():
                return self.in_class(rule)
            case Did():
                return self.did(rule)
            case Sequence():
                head = f"{_happening(self, rule.first)} then {_happening(self, rule.then)}"
                return f"sequence({head} within {rule.within_days} days{_window(rule.window)})"
            case Bucket(salt, low, high):
                return f"bucket({quote(salt)}, {self.value(low)}, {self.value(high)})"

    def shown(self, leaf: Condition) -> Value:
        """Return a condition's value with texts as people write them, where that reads back the same."""

        def show(value: Scalar) -> Scalar:
            if not isinstance(value, str):
                return value
            text = self.names.show(leaf.trait, value)
            return text if self.names.read(leaf.trait, text) == value else value

        return tuple(map(show, leaf.value)) if isinstance(leaf.value, tuple) else leaf.value and show(leaf.value)

    def in_class(self, leaf: InClass) -> str:
        scheme = self.names.schemes.get(leaf.scheme_id)
        known = self.names.classes.get(leaf.scheme_id, {}) if scheme else {}
        keys = [name(known[one]) if one in known else f"#{one}" for one in leaf.class_ids]
        stay = f" for {leaf.days} days" if leaf.days else ""
        return f"class({name(scheme) if scheme else f'#{leaf.scheme_id}'}, {' | '.join(keys)}{stay})"

    def did(self, leaf: Did) -> str:
        of = f" of {name(leaf.property)}" if leaf.property else ""
        against = "" if leaf.against is Against.BEFORE else ", against last year"
        call = f"{FUNCTIONS[leaf.measured]}({_happening(self, leaf.happening)}{of}{_window(leaf.window)}{against})"
        if (leaf.measured, leaf.op, leaf.value) == (Measured.COUNT, Op.GE, 1):
            return call
        known = fact_properties.get(leaf.property)
        money = known is not None and known.type is TraitType.MONEY
        days = " days ago" if leaf.measured in (Measured.FIRST, Measured.LAST) else ""
        if is_ratio(leaf):
            return f"{call} {self.comparison(leaf.op, leaf.value, ending='%')}"
        return f"{call} {self.comparison(leaf.op, leaf.value, money=money)}{days}"

    def comparison(self, op: Op, value: Value, *, money: bool = False, ending: str = "") -> str:
        if op in BARE_WORDS:
            return BARE_WORDS[op]
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        shown = [self.value(one, money=money) + ending for one in values]
        if op in LIST_WORDS:
            return f"{LIST_WORDS[op]} ({', '.join(shown)})"
        if op is Op.BETWEEN:
            return f"between {' and '.join(shown)}"
        if op in SPAN_WORDS:
            return f"{SPAN_WORDS[op]} {' '.join(shown)} days"
        return f"{SIGNS.get(op) or ONE_WORDS[op]} {' '.join(shown)}"

    def value(self, value: Scalar, *, money: bool = False) -> str:
        if money and (amount := as_number(value)) is not None:
            return f"{amount.scaleb(-self.names.decimals):f}"
        if isinstance(value, Decimal):
            return f"{value:f}"
        if isinstance(value, int):
            return str(value)
        if DAY.fullmatch(value):
            return value
        return value if _FRACTION.fullmatch(value) else quote(value)


def name(key: str) -> str:
    """Return a name as it stands in text: in backticks where it would read as something else."""
    return key if _NAME.fullmatch(key) and key not in RESERVED else quote(key, "`")


def _happening(printer: _Printer, happening: Happening) -> str:
    tests = [_test(printer, one) for one in happening.where]
    return name(happening.fact) + (f" where {' and '.join(tests)}" if tests else "")


def _test(printer: _Printer, test: PropertyTest) -> str:
    known = fact_properties.get(test.property)
    money = known is not None and known.type is TraitType.MONEY
    return f"{name(test.property)} {printer.comparison(test.op, test.value, money=money)}"


def _window(window: Window) -> str:
    """Return how a window is written, with the comma before it; nothing for all facts."""
    if window.last:
        return f", last {window.last} {window.unit}s"
    if window.calendar:
        return f", calendar {window.calendar}" + (f" back {window.back}" if window.back else "")
    if not window.start:
        return f", to {window.end}" if window.end else ""
    return f", from {window.start}" + (f" to {window.end}" if window.end else "")
