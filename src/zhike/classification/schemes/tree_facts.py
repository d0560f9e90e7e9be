"""Leaves about facts, sequences and lots as the rule editor draws them, and the values that people type into them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhike.customers.public import fact_kinds
from zhike.engine.public import OPS, Against, Measured, Op, TraitType, Unit, fact_properties
from zhike.kit.money import from_minor
from zhike.kit.text import tidy
from zhike.ui.public import currency_sign

from . import tree_leaves
from .fact_words import CALENDAR, MEASURES, property_name, window_words
from .property_choices import list_property_choices
from .tree_lists import join_list, split_list
from .tree_numbers import read_number
from .words import op_label

type Choices = Sequence[tuple[str, str]]

ASKED: Mapping[str, Any] = {
    tree_leaves.DID: gettext_lazy("at least once"),
    tree_leaves.DID_NOT: gettext_lazy("not once"),
    Measured.COUNT: gettext_lazy("how many times"),
    Measured.LAST: gettext_lazy("days since the last"),
    Measured.FIRST: gettext_lazy("days since the first"),
    **MEASURES,
    Measured.TREND: gettext_lazy("how much it rose or fell"),
    Measured.SHARE: gettext_lazy("what share of it"),
}
AGAINST: Mapping[str, Any] = {
    Against.BEFORE: gettext_lazy("the time before it"),
    Against.YEAR: gettext_lazy("the same days a year earlier"),
}
WINDOWS: Mapping[str, Any] = {
    "ever": gettext_lazy("ever"),
    "last": gettext_lazy("in the last"),
    "calendar": gettext_lazy("in the calendar period"),
    "dates": gettext_lazy("between two days"),
}
UNITS: Mapping[str, Any] = {
    Unit.HOUR: gettext_lazy("hours"),
    Unit.DAY: gettext_lazy("days"),
    Unit.WEEK: gettext_lazy("weeks"),
    Unit.MONTH: gettext_lazy("months"),
    Unit.QUARTER: gettext_lazy("quarters"),
    Unit.YEAR: gettext_lazy("years"),
}
NEW_TEST: Mapping[str, str] = {"property": "category", "op": "in"}
OPEN_OPS = (
    Op.IN,
    Op.NOT_IN,
    Op.CONTAINS,
    Op.STARTS_WITH,
    Op.GE,
    Op.LE,
    Op.GT,
    Op.LT,
    Op.BETWEEN,
    Op.IS_SET,
    Op.IS_EMPTY,
)
ORDER = set(tree_leaves.ORDER)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one page offers: the organisation's currency, and the values of properties, each asked for once."""

    currency: str
    values_of: Callable[[str], Choices] = field(default_factory=lambda: cache(list_property_choices))


@dataclass(frozen=True, slots=True)
class TestView:
    """A test of a property. `known` is whether the property is one of those offered."""

    path: str
    taken: str
    known: bool
    op: str
    ops: Choices
    input: str
    values: Sequence[str]
    choices: Choices
    sign: str


@dataclass(frozen=True, slots=True)
class HappeningView:
    path: str
    kind: str
    kinds: Choices
    tests: Sequence[TestView]


@dataclass(frozen=True, slots=True)
class WindowView:
    kind: str
    count: str
    unit: str
    start: str
    end: str
    period: str
    periods: Choices


@dataclass(frozen=True, slots=True)
class LeafView:
    """A leaf as the editor draws it; `form` is fact, sequence or lot."""

    form: str
    happenings: Sequence[HappeningView] = ()
    window: WindowView | None = None
    asked: str = ""
    taken: str = ""
    op: str = ""
    ops: Choices = ()
    values: Sequence[str] = ()
    sign: str = ""
    days: str = ""
    lot: str = ""
    against: str = ""

    @property
    def has_values(self) -> bool:
        return self.asked not in (tree_leaves.DID, tree_leaves.DID_NOT)

    @property
    def takes_property(self) -> bool:
        return self.asked in tree_leaves.TAKES_PROPERTY or self.in_percent

    @property
    def in_percent(self) -> bool:
        return self.asked in tree_leaves.PERCENTS

    @property
    def has_earlier(self) -> bool:
        return self.asked == tree_leaves.TREND


def read_test(taken: str, op_text: str, texts: Sequence[str], *, offer: Offer) -> Any:
    """Return the value compared with a property of facts, or for "" with a count or days; None where it is missing."""
    if op_text not in set(Op) or Op(op_text) in (Op.IS_SET, Op.IS_EMPTY):
        return None
    op, kind = Op(op_text), _type_of(taken, op_text)
    if op_text in tree_leaves.LISTS and not offer.values_of(taken):
        texts = [one for text in texts for one in split_list(text)]
    values = [one for text in texts if (one := _read_one(text, kind, offer.currency)) is not None]
    if op_text in tree_leaves.LISTS:
        return values or None
    if op is Op.BETWEEN and taken:
        return values[:2] if len(values) > 1 else None
    return values[0] if values else None


def _type_of(taken: str, op: str) -> TraitType:
    known = fact_properties.get(taken)
    if known:
        return known.type
    return TraitType.NUMBER if not taken or op in ("lt", "le", "gt", "ge", "between") else TraitType.TEXT


def _read_one(text: str, kind: TraitType, currency: str) -> Any:
    if kind in (TraitType.NUMBER, TraitType.MONEY):
        return read_number(text, kind, currency)
    return tidy(text)[:500] or None


def sound_test(taken: str, op: str) -> str:
    """Return a comparison that the property knows: the given one, or else its usual one."""
    ops = _ops_of(taken)
    return op if op in ops else str(ops[0])


def _ops_of(taken: str) -> Sequence[Op]:
    known = fact_properties.get(taken)
    if known is None:
        return OPEN_OPS
    if known.type in (TraitType.NUMBER, TraitType.MONEY):
        return (Op.GE, Op.LE, Op.GT, Op.LT, Op.BETWEEN, Op.EQ, Op.NE)
    return [one for one in OPS[known.type] if one not in (Op.EQ, Op.NE)]


def has_controls(node: Mapping[str, Any]) -> bool:
    """Tell whether the editor has a control for everything that a leaf says; else it is shown as text."""
    window = node.get("window") or {}
    if window.get("unit", "day") not in UNITS:
        return False
    for one in (node, node.get("first", {}), node.get("then", {})):
        for test in one.get("where", []):
            if test["op"] not in _ops_of(test["property"]) or not test["property"]:
                return False
            texts = fact_properties.get(test["property"]) is None and test["op"] in tree_leaves.LISTS
            if texts and any(not isinstance(value, str) for value in test.get("value", [])):
                return False
    return True


def draw_leaf(node: Mapping[str, Any], path: str, *, offer: Offer) -> LeafView:
    if "bucket" in node:
        return LeafView("lot", values=[str(node["from"]), str(node["to"])], lot=node["bucket"])
    window = _draw_window(node)
    if "first" in node:
        both = [_draw_happening(node[name], f"{path}~{end}", offer) for name, end in (("first", 1), ("then", 2))]
        return LeafView("sequence", happenings=both, window=window, days=str(node["within_days"] or ""))
    happening = _draw_happening(node, path, offer)
    asked, taken = tree_leaves.asked_of(dict(node)), node.get("property", "")
    return LeafView(
        "fact",
        happenings=[happening],
        window=window,
        asked=asked,
        taken=taken,
        op=(way := tree_leaves.way_of(dict(node))),
        ops=_ways(asked),
        values=_percents(node, way) if asked in tree_leaves.PERCENTS else _shown(node, taken, offer),
        sign="" if asked in tree_leaves.PERCENTS else _sign(taken, offer.currency),
        against=node.get("against", Against.BEFORE),
    )


def _ways(asked: str) -> Choices:
    ways = [(one, str(op_label(Op(one), TraitType.NUMBER))) for one in tree_leaves.ORDER]
    if asked != tree_leaves.TREND:
        return ways
    return [(tree_leaves.FELL, _("fell by at least")), (tree_leaves.ROSE, _("rose by at least")), *ways]


def _percents(node: Mapping[str, Any], way: str) -> list[str]:
    value = node.get("value")
    given = [str(one) for one in (value if isinstance(value, list) else [] if value is None else [value])]
    if way == tree_leaves.FELL:
        given = [one.removeprefix("-") for one in given]
    return [*given, "", ""][: 2 if node["op"] == Op.BETWEEN else 1]


def _draw_window(node: Mapping[str, Any]) -> WindowView:
    window, kind = node.get("window") or {}, tree_leaves.window_kind(dict(node))
    period = f"{window['calendar']}:{window.get('back', 0)}" if kind == "calendar" else ""
    periods = [(f"{unit}:{back}", str(label)) for (unit, back), label in CALENDAR.items()]
    if period and period not in dict(periods):
        periods.append((period, window_words(window)))
    return WindowView(
        kind,
        str(window.get("last", "")),
        window.get("unit", "day"),
        window.get("from", ""),
        window.get("to", ""),
        period,
        periods,
    )


def _draw_happening(node: Mapping[str, Any], path: str, offer: Offer) -> HappeningView:
    tests = [_draw_test(one, f"{path}-{place}", offer) for place, one in enumerate(node.get("where", []))]
    return HappeningView(path, node["fact"], kind_choices(node["fact"]), tests)


def _draw_test(test: Mapping[str, Any], path: str, offer: Offer) -> TestView:
    taken, op = test["property"], Op(test["op"])
    choices = offer.values_of(taken) if op in tree_leaves.LISTS else []
    values = _shown(test, taken, offer)
    number = _type_of(taken, str(op)) in (TraitType.NUMBER, TraitType.MONEY)
    bare = op in (Op.IS_SET, Op.IS_EMPTY)
    return TestView(
        path,
        taken,
        fact_properties.get(taken) is not None,
        str(op),
        [(str(one), str(op_label(one, TraitType.TEXT))) for one in _ops_of(taken)],
        "none" if bare else "choice" if choices else "number" if number else "text",
        values,
        with_unknown(choices, values) if choices else [],
        _sign(taken, offer.currency),
    )


def _shown(node: Mapping[str, Any], taken: str, offer: Offer) -> list[str]:
    value, known = node.get("value"), fact_properties.get(taken)
    given = value if isinstance(value, list) else [] if value is None else [value]
    if known is not None and known.type is TraitType.MONEY:
        shown = [_money(one, offer.currency) for one in given]
    else:
        shown = [str(one) for one in given]
    if node["op"] in tree_leaves.LISTS:
        return shown if offer.values_of(taken) else [join_list(shown)]
    wanted = 2 if node["op"] == Op.BETWEEN else 1
    return [*shown, "", ""][:wanted]


def _money(value: Any, currency: str) -> str:
    try:
        return f"{from_minor(int(value), currency):f}".removesuffix(".00")
    except ValueError:
        return str(value)


def _sign(taken: str, currency: str) -> str:
    known = fact_properties.get(taken)
    if known is None or known.type is not TraitType.MONEY:
        return ""
    return currency_sign(currency, "zh" if (get_language() or "").startswith("zh") else "en")


def with_unknown(choices: Choices, values: Sequence[str]) -> Choices:
    """Return choices with the values that a rule has and that are no longer offered."""
    known = {key for key, _label in choices}
    return [*choices, *((one, one) for one in values if one not in known)]


def kind_choices(present: str = "") -> Choices:
    """Return the kinds of facts, and the one that a rule asks for although nobody registered it."""
    found = [(one.key, str(one.label)) for one in fact_kinds]
    return with_unknown(found, [present]) if present else found


def property_offers(*, numbers: bool = False) -> Choices:
    """Return the properties offered; `numbers`: only those that can be added up."""
    kinds = (TraitType.NUMBER, TraitType.MONEY) if numbers else tuple(TraitType)
    return [(one.key, property_name(one.key)) for one in fact_properties if one.type in kinds]


def leaf_labels() -> dict[str, Choices]:
    """Return what the selects of leaves offer."""
    return {
        "asked": [(str(key), str(label)) for key, label in ASKED.items()],
        "windows": [(key, str(label)) for key, label in WINDOWS.items()],
        "units": [(str(key), str(label)) for key, label in UNITS.items()],
        "properties": property_offers(),
        "numbers": property_offers(numbers=True),
        "against": [(str(key), str(label)) for key, label in AGAINST.items()],
        "other": [("", _("another property …"))],
    }
