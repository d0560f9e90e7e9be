"""Why a customer has a priority, or is strategic, key or ordinary: what was weighed, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from zhike.classification.schemes.signal_words import signal_label
from zhike.engine.public import signals
from zhike.ui.public import format_money, format_number

type Line = tuple[str, str, str, str]  # label, value, note, mark


def priority_lines(parameters: Mapping[str, Any], evidence: Mapping[str, Any]) -> list[Line]:
    """Return the score, the points of each part with its weight, and the signals that are met."""
    weights, cuts = parameters.get("weights", {}), parameters.get("cuts", [])
    names = {"value": _("Value"), "urgency": _("Urgency"), "relationship": _("Relationship")}
    steps = _("the classes begin at {cuts}").format(cuts=_(", ").join(map(str, cuts)))
    lines = [(_("Score"), format_number(int(evidence.get("score", 0))), steps, "check")]
    for part, name in names.items():
        points = int(evidence.get(f"{part}_points", 0))
        note = _("of 100 points; weight {weight}").format(weight=weights.get(part, 0))
        lines.append((name, format_number(points), note, "check" if points else "minus"))
    for one in signals:
        if evidence.get(f"signal_{one.key}"):
            gained = parameters.get("points", {}).get(one.key, one.points)
            lines.append((str(signal_label(one)), f"+{gained}", "", "check"))
    return lines


def strategic_lines(key: str, parameters: Mapping[str, Any], evidence: Mapping[str, Any], currency: str) -> list[Line]:
    """Return the revenue against the thresholds, the growth, and the potential where it was asked for."""
    now, before = int(evidence.get("monetary") or 0), int(evidence.get("before") or 0)
    cuts = [int(one) for one in evidence.get("cuts") or []]
    note = ""
    if len(cuts) == 2:
        note = _("strategic from {top}, key from {key} on, when the class was found").format(
            top=format_money(cuts[0], currency), key=format_money(cuts[1], currency)
        )
    days = _("Net amount in {days} days").format(days=parameters.get("window_days", 365))
    lines = [(days, format_money(now, currency), note, "minus" if key == "ordinary" else "check")]
    if before > 0:
        growth = f"{(now - before) * 100 / before:+.0f}%"
        wanted = _("against {before} in the same time before; growing from {percent}% on").format(
            before=format_money(before, currency), percent=parameters.get("growth_percent", 0)
        )
    else:
        growth, wanted = _("new"), _("nothing was bought in the same time before")
    lines.append((_("Growth"), growth, wanted, "check" if before <= 0 or now >= before else "minus"))
    if parameters.get("potential"):
        met = bool(evidence.get("potential"))
        told = _("a quarter of the customers alike (kind, industry, province) bring as much as key ones")
        lines.append((_("Potential"), _("yes") if met else _("no"), told, "check" if met else "x"))
    return lines
