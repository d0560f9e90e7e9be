"""Leaves about facts in words: what happened, how often, in which window; sequences, draws, stays."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from zhike.customers.public import fact_kinds
from zhike.engine.public import Measured, Op, TraitType, as_number, fact_properties
from zhike.kit.money import minor_digits
from zhike.ui.public import currency_sign, format_day, format_exact_money, format_number

from .percent_words import HOW_OFTEN, share_words, trend_words
from .words import OPS

PROPERTIES: Mapping[str, Any] = {
    "product": gettext_lazy("article number"),
    "category": gettext_lazy("product category"),
    "channel": gettext_lazy("channel"),
    "currency": gettext_lazy("currency"),
    "amount": gettext_lazy("amount"),
    "quantity": gettext_lazy("quantity"),
}
MEASURES: Mapping[str, Any] = {
    Measured.SUM: gettext_lazy("sum"),
    Measured.AVERAGE: gettext_lazy("average"),
    Measured.LEAST: gettext_lazy("smallest"),
    Measured.MOST: gettext_lazy("largest"),
}
TIMES: Mapping[str, Any] = {
    Op.EQ: gettext_lazy("exactly <b>{value}</b> times"),
    Op.NE: gettext_lazy("not exactly <b>{value}</b> times"),
    Op.LT: gettext_lazy("fewer than <b>{value}</b> times"),
    Op.LE: gettext_lazy("at most <b>{value}</b> times"),
    Op.GT: gettext_lazy("more than <b>{value}</b> times"),
    Op.GE: gettext_lazy("at least <b>{value}</b> times"),
    Op.BETWEEN: gettext_lazy("<b>{value}</b> times"),
}
AGO: Mapping[str, Any] = {
    Op.EQ: gettext_lazy("exactly <b>{value}</b> days ago"),
    Op.NE: gettext_lazy("not exactly <b>{value}</b> days ago"),
    Op.LT: gettext_lazy("less than <b>{value}</b> days ago"),
    Op.LE: gettext_lazy("at most <b>{value}</b> days ago"),
    Op.GT: gettext_lazy("more than <b>{value}</b> days ago"),
    Op.GE: gettext_lazy("at least <b>{value}</b> days ago"),
    Op.BETWEEN: gettext_lazy("<b>{value}</b> days ago"),
}
CALENDAR: Mapping[tuple[str, int], Any] = {
    ("week", 0): gettext_lazy("this week"),
    ("week", 1): gettext_lazy("last week"),
    ("month", 0): gettext_lazy("this month"),
    ("month", 1): gettext_lazy("last month"),
    ("quarter", 0): gettext_lazy("this quarter"),
    ("quarter", 1): gettext_lazy("last quarter"),
    ("year", 0): gettext_lazy("this year"),
    ("year", 1): gettext_lazy("last year"),
}
_LAST: Mapping[str, Callable[[int], str]] = {
    "hour": lambda n: ngettext("in the last hour", "in the last {count} hours", n),
    "day": lambda n: ngettext("in the last day", "in the last {count} days", n),
    "week": lambda n: ngettext("in the last week", "in the last {count} weeks", n),
    "month": lambda n: ngettext("in the last month", "in the last {count} months", n),
    "quarter": lambda n: ngettext("in the last quarter", "in the last {count} quarters", n),
    "year": lambda n: ngettext("in the last year", "in the last {count} years", n),
}
_BACK: Mapping[str, Callable[[int], str]] = {
    "week": lambda n: ngettext("in the calendar week {count} week ago", "in the calendar week {count} weeks ago", n),
    "month": lambda n: ngettext(
        "in the calendar month {count} month ago", "in the calendar month {count} months ago", n
    ),
    "quarter": lambda n: ngettext("in the quarter {count} quarter ago", "in the quarter {count} quarters ago", n),
    "year": lambda n: ngettext("in the calendar year {count} year ago", "in the calendar year {count} years ago", n),
}


def window_words(window: Mapping[str, Any] | None) -> str:
    """Return a window of a rule document in words."""
    if not window:
        return _("ever")
    if "last" in window:
        return _LAST[window.get("unit", "day")](window["last"]).format(count=format_number(window["last"]))
    if "calendar" in window:
        unit, back = window["calendar"], window.get("back", 0)
        known = CALENDAR.get((unit, back))
        return str(known) if known else _BACK[unit](back).format(count=format_number(back))
    ends = {name: _day(window[name]) for name in ("from", "to") if window.get(name)}
    if len(ends) == 2:
        return _("from {start} to {end}").format(start=ends["from"], end=ends["to"])
    return _("since {start}").format(start=ends["from"]) if "from" in ends else _("until {end}").format(end=ends["to"])


def _day(text: str) -> str:
    try:
        return format_day(date.fromisoformat(text))
    except ValueError:
        return text


def fact_name(key: str) -> str:
    """Return what facts of a kind are called; of a kind that nobody registered its key."""
    known = fact_kinds.get(key)
    return str(known.label) if known else key


def property_name(key: str) -> str:
    known = fact_properties.get(key)
    return str(PROPERTIES.get(key) or (known.label if known and known.label else key))


def did_words(node: Mapping[str, Any], *, currency: str) -> SafeString:
    """Return a leaf that measures facts as part of a sentence."""
    what = happening_words(node, currency=currency)
    window = window_words(node.get("window"))
    measured, op = node.get("measure", "count"), Op(node["op"])
    if measured == Measured.COUNT:
        return _count(what, window, op, node)
    if measured in (Measured.TREND, Measured.SHARE):
        return _percent(what, window, node)
    value = values_words(node, currency=currency, taken=node.get("property", ""))
    if measured in (Measured.FIRST, Measured.LAST):
        ago = format_html(str(AGO[op]), value=value)
        first = _("the first {what}, {window}, was {ago}") if measured == Measured.FIRST else None
        return format_html(first or _("the last {what}, {window}, was {ago}"), what=what, window=window, ago=ago)
    return format_html(
        _("{measure} of {property} of {what}, {window}, {comparison} <b>{value}</b>"),
        measure=MEASURES[measured],
        property=property_name(node.get("property", "")),
        what=what,
        window=window,
        comparison=OPS[op],
        value=value,
    )


def _percent(what: SafeString, window: str, node: Mapping[str, Any]) -> SafeString:
    taken = node.get("property", "")
    measured = property_name(taken) if taken else str(HOW_OFTEN)
    if node["measure"] == Measured.TREND:
        return trend_words(what, measured, window, node)
    return share_words(what, measured, fact_name(node["fact"]), window, node)


def _count(what: SafeString, window: str, op: Op, node: Mapping[str, Any]) -> SafeString:
    if (op, node.get("value")) in ((Op.EQ, 0), (Op.LT, 1), (Op.LE, 0)):
        return format_html(_("<b>no</b> {what}, {window}"), what=what, window=window)
    if (op, node.get("value")) == (Op.GE, 1):
        times = format_html("{}", _("at least once"))
    else:
        times = format_html(str(TIMES[op]), value=values_words(node, currency=""))
    return format_html(_("{what} {times}, {window}"), what=what, times=times, window=window)


def happening_words(node: Mapping[str, Any], *, currency: str) -> SafeString:
    """Return what happened, with its tests in brackets."""
    name = fact_name(node["fact"])
    tests = [
        _("{field} {comparison} {value}")
        .format(
            field=property_name(one["property"]),
            comparison=OPS[Op(one["op"])],
            value=values_words(one, currency=currency, taken=one["property"]),
        )
        .strip()
        for one in node.get("where", [])
    ]
    if not tests:
        return format_html("{}", name)
    return format_html(_("{what} ({tests})"), what=name, tests=_(" and ").join(tests))


def values_words(node: Mapping[str, Any], *, currency: str, taken: str = "") -> str:
    """Return the value or values of a comparison; money where the property `taken` is one."""
    known = fact_properties.get(taken)
    money = known is not None and known.type is TraitType.MONEY
    value = node.get("value")
    given = value if isinstance(value, list) else [] if value is None else [value]
    joiner = _(" to ") if node["op"] == Op.BETWEEN else _(", ")
    words = joiner.join(_value(one, currency if money else "") for one in given)
    return words or ("" if node["op"] in (Op.IS_SET, Op.IS_EMPTY) else "…")


def _value(value: Any, currency: str) -> str:
    if currency and (amount := as_number(value)) is not None:
        if amount == int(amount):
            return format_exact_money(int(amount), currency)
        finer = amount.scaleb(-minor_digits(currency))  # than coins, as averages may be
        return f"{currency_sign(currency, get_language() or '')}{finer:f}"
    return format_number(value) if isinstance(value, int) else str(value)


def sequence_words(node: Mapping[str, Any], *, currency: str) -> SafeString:
    days = format_number(node["within_days"])
    return format_html(
        _("{first} and then {then} within <b>{days}</b> days, {window}"),
        first=happening_words(node["first"], currency=currency),
        then=happening_words(node["then"], currency=currency),
        days=days,
        window=window_words(node.get("window")),
    )


def bucket_words(node: Mapping[str, Any]) -> SafeString:
    text = _("drawn by lot “{name}”: <b>{low}</b> to <b>{high}</b> percent")
    return format_html(text, name=node["bucket"], low=node["from"], high=node["to"])


def in_class_words(scheme: str, classes: str, days: int) -> SafeString:
    if not days:
        return format_html(_("{field} is <b>{value}</b>"), field=scheme, value=classes)
    text = _("{field} is <b>{value}</b> for at least <b>{days}</b> days")
    return format_html(text, field=scheme, value=classes, days=format_number(days))
