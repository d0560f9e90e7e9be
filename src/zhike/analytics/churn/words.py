"""Chances and reasons in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhike.ui.public import format_money, format_number

type Text = str | Promise

GRADES: dict[str, Text] = {
    "likely": gettext_lazy("likely to leave"),
    "possible": gettext_lazy("may leave"),
    "unlikely": gettext_lazy("likely to stay"),
}
QUADRANTS: dict[str, tuple[Text, Text]] = {
    "save": (gettext_lazy("Save first"), gettext_lazy("High value, likely to leave")),
    "keep": (gettext_lazy("Look after"), gettext_lazy("High value, likely to stay")),
    "remind": (gettext_lazy("Remind"), gettext_lazy("Lower value, likely to leave")),
    "rest": (gettext_lazy("Leave as it is"), gettext_lazy("Lower value, likely to stay")),
}
FEATURES: dict[str, Text] = {
    "days_since_last": gettext_lazy("days since the last purchase"),
    "days_since_first": gettext_lazy("days since the first purchase"),
    "purchase_days": gettext_lazy("purchase days"),
    "purchase_days_90": gettext_lazy("purchase days in the last 90 days"),
    "purchase_days_before_90": gettext_lazy("purchase days in the 90 days before those"),
    "usual_gap": gettext_lazy("usual days between purchases"),
    "gaps_since_last": gettext_lazy("silence, in usual gaps"),
    "mean_amount": gettext_lazy("amount per purchase day"),
    "amount_365": gettext_lazy("net amount of 365 days"),
}
MONEY = ("mean_amount", "amount_365")


@dataclass(frozen=True, slots=True)
class SaidReason:
    """A reason as people read it, in a few words too for lists, and whether it raises the chance to leave."""

    text: str
    raises: bool
    brief: str = ""


def say_reasons(reasons: Sequence[Mapping[str, Any]], currency: str) -> list[SaidReason]:
    """Return reasons in the reader's language, those that raise the chance first."""
    said = [SaidReason(say_reason(one, currency), bool(one["raises"]), say_briefly(one, currency)) for one in reasons]
    return sorted(said, key=lambda one: not one.raises)


def say_reason(reason: Mapping[str, Any], currency: str) -> str:
    """Return one reason: the customer's value, beside their own usual one or the typical customer's."""
    if "days" in reason:
        return _silence(reason["days"], reason["gap"])
    name, value = str(reason["feature"]), reason["value"]
    if value is None:
        return _("bought on one day only")
    shown, usual = _written(name, value, currency), _written(name, reason["usual"], currency)
    match name:
        case "days_since_first":
            text = _("first purchase {value} days ago (typical: {usual})")
        case "purchase_days":
            text = ngettext("{value} purchase day so far (typical: {usual})",
                            "{value} purchase days so far (typical: {usual})", int(value))  # fmt: skip
        case "purchase_days_90":
            text = ngettext("{value} purchase day in the last 90 days (typical: {usual})",
                            "{value} purchase days in the last 90 days (typical: {usual})", int(value))  # fmt: skip
        case "purchase_days_before_90":
            text = ngettext("{value} purchase day in the 90 days before (typical: {usual})",
                            "{value} purchase days in the 90 days before (typical: {usual})", int(value))  # fmt: skip
        case "usual_gap":
            text = _("usually buys every {value} days (typical: {usual})")
        case "mean_amount":
            text = _("{value} per purchase day (typical: {usual})")
        case "amount_365":
            text = _("{value} in 365 days (typical: {usual})")
        case _:
            text = f"{name}: {{value}} ({{usual}})"
    return text.format(value=shown, usual=usual)


def say_briefly(reason: Mapping[str, Any], currency: str) -> str:
    """Return one reason in a few words: the customer's value, and beside silence their own usual gap."""
    name, value = str(reason["feature"]), reason["value"]
    if "days" in reason:
        name, value = ("silent" if reason["gap"] is not None else "silent_once"), reason["days"]
    if value is None:
        return _("bought on one day only")
    gap = _count(max(float(reason.get("gap") or 1), 1.0))
    return _brief_words(name, int(value)).format(value=_written(name, value, currency), gap=gap)


def _brief_words(name: str, count: int) -> str:
    match name:
        case "silent":
            return ngettext("{value} day silent, usually {gap}", "{value} days silent, usually {gap}", count)
        case "silent_once":
            return ngettext("bought once, {value} day ago", "bought once, {value} days ago", count)
        case "days_since_first":
            return ngettext("first bought {value} day ago", "first bought {value} days ago", count)
        case "purchase_days":
            return ngettext("{value} purchase day so far", "{value} purchase days so far", count)
        case "purchase_days_90":
            return ngettext("{value} purchase day in 90 days", "{value} purchase days in 90 days", count)
        case "purchase_days_before_90":
            return ngettext("{value} purchase day in the 90 before", "{value} purchase days in the 90 before", count)
        case "usual_gap":
            return ngettext("buys every {value} day", "buys every {value} days", count)
        case "mean_amount":
            return _("{value} per purchase day")
    return _("{value} in 365 days") if name == "amount_365" else f"{name}: {{value}}"


def _silence(days: float | None, gap: float | None) -> str:
    count = int(days or 0)
    if gap is None:
        return ngettext(
            "bought on one day only, {days} day ago", "bought on one day only, {days} days ago", count
        ).format(days=format_number(count))
    return ngettext(
        "last purchase {days} day ago, usually every {gap}", "last purchase {days} days ago, usually every {gap}", count
    ).format(days=format_number(count), gap=_count(max(float(gap), 1.0)))


def _written(name: str, value: float | None, currency: str) -> str:
    if value is None:
        return "–"
    return format_money(round(value), currency) if name in MONEY else _count(value)


def _count(value: float) -> str:
    return format_number(round(value) if value >= 10 else round(value, 1))
