"""Trends and shares in words: what is compared with what, and by how many percent."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from zhike.engine.public import Against, Measured, Op
from zhike.ui.public import format_number

from .words import OPS

FELL: Mapping[Op, Any] = {
    Op.LE: gettext_lazy("fell by at least <b>{value}</b>"),
    Op.LT: gettext_lazy("fell by more than <b>{value}</b>"),
    Op.GE: gettext_lazy("fell by at most <b>{value}</b>, or rose"),
    Op.GT: gettext_lazy("fell by less than <b>{value}</b>, or rose"),
}
ROSE: Mapping[Op, Any] = {
    Op.GE: gettext_lazy("rose by at least <b>{value}</b>"),
    Op.GT: gettext_lazy("rose by more than <b>{value}</b>"),
    Op.LE: gettext_lazy("rose by at most <b>{value}</b>, or fell"),
    Op.LT: gettext_lazy("rose by less than <b>{value}</b>, or fell"),
}
STOOD: Mapping[Op, Any] = {
    Op.LT: gettext_lazy("<b>fell</b>"),
    Op.LE: gettext_lazy("<b>did not rise</b>"),
    Op.GE: gettext_lazy("<b>did not fall</b>"),
    Op.GT: gettext_lazy("<b>rose</b>"),
}
CHANGED: Mapping[Op, Any] = {
    Op.EQ: gettext_lazy("changed by exactly <b>{value}</b>"),
    Op.NE: gettext_lazy("did not change by exactly <b>{value}</b>"),
    Op.BETWEEN: gettext_lazy("changed by <b>{value}</b>"),
}
_EARLIER: Mapping[str, Callable[[int], str]] = {
    "hour": lambda n: ngettext("the hour before", "the {count} hours before", n),
    "day": lambda n: ngettext("the day before", "the {count} days before", n),
    "week": lambda n: ngettext("the week before", "the {count} weeks before", n),
    "month": lambda n: ngettext("the month before", "the {count} months before", n),
    "quarter": lambda n: ngettext("the quarter before", "the {count} quarters before", n),
    "year": lambda n: ngettext("the year before", "the {count} years before", n),
}
_SO_FAR: Mapping[str, Any] = {
    "week": gettext_lazy("the same days of last week"),
    "month": gettext_lazy("the same days of last month"),
    "quarter": gettext_lazy("the same days of last quarter"),
    "year": gettext_lazy("the same days of last year"),
}
HOW_OFTEN = pgettext_lazy("what a trend or share measures", "number of times")


def trend_words(what: SafeString, measured: str, window: str, node: Mapping[str, Any]) -> SafeString:
    """Return a trend as part of a sentence."""
    return format_html(
        _("{measured} of {what}, {window} against {before}, {change}"),
        measured=measured,
        what=what,
        window=window,
        before=before_words(node.get("window"), node.get("against", "")),
        change=_change(Op(node["op"]), node.get("value")),
    )


def share_words(what: SafeString, measured: str, whole: str, window: str, node: Mapping[str, Any]) -> SafeString:
    """Return a share as part of a sentence."""
    return format_html(
        _("share of {what} in the {measured} of all {whole}, {window}, {comparison} <b>{value}</b>"),
        what=what,
        measured=measured,
        whole=whole,
        window=window,
        comparison=OPS[Op(node["op"])],
        value=percents(node.get("value")),
    )


def before_words(window: Mapping[str, Any] | None, against: str) -> str:
    """Return the stretch of time that a trend compares its window with."""
    if against == Against.YEAR:
        return _("the same days a year earlier")
    if window and "last" in window:
        return _EARLIER[window.get("unit", "day")](window["last"]).format(count=format_number(window["last"]))
    if window and "calendar" in window:
        unit = window["calendar"]
        return str(_SO_FAR[unit]) if not window.get("back") and unit in _SO_FAR else _EARLIER[unit](1)
    return _("as many days before")


def _change(op: Op, value: Any) -> SafeString:
    number = _number(value) if not isinstance(value, list) else None
    if op in CHANGED or number is None:
        text = CHANGED.get(op) or (FELL if op in (Op.LE, Op.LT) else ROSE)[op]
        return format_html(str(text), value=percents(value))
    text = (FELL if number < 0 else ROSE if number else STOOD)[op]
    return format_html(str(text), value=percents(str(value).removeprefix("-")))


def percents(value: Any) -> str:
    """Return a percentage or two as people read them; "…" where it is not filled in."""
    given = value if isinstance(value, list) else [] if value is None else [value]
    return _(" to ").join(f"{_written(one)}%" for one in given) or "…"


def _written(value: Any) -> str:
    number = _number(value)
    whole = number is not None and number == int(number)
    return format_number(int(number)) if whole and number is not None else str(value)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def found_words(measured: Measured, percent: str, above: str, below: str) -> str:
    """Return what was found of a customer: the percent and the two figures that it comes from."""
    if measured is Measured.TREND:
        return _("{percent}: {now}, before {before}").format(percent=percent, now=above, before=below)
    return _("{percent}: {part} of {whole}").format(percent=percent, part=above, whole=below)


def undefined_words(measured: Measured) -> str:
    """Return why a customer has no trend or share."""
    return _("nothing before to compare with") if measured is Measured.TREND else _("nothing of it in that time")
