"""How long customers last: curves of survival, as a chart and as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zhike.analytics.charts import COLOURS, chart, share_line
from zhike.analytics.figures import Figure, Share, Table

GROUPS: Mapping[str, tuple[object, Sequence[str]]] = {  # choice: its name, the curves
    "all": (gettext_lazy("Everyone"), ("all",)),
    "first": (gettext_lazy("By size of the first purchase"), ("large", "middle", "small")),
    "kind": (gettext_lazy("By kind"), ("company", "person")),
}
TOLD = (365, 180, 90, 30)  # days: the longest of these that the curve reaches is told


def name_curve(key: str) -> str:
    names = {
        "all": _("Everyone"),
        "large": _("Largest quarter of first purchases"),
        "middle": _("Between"),
        "small": _("Smallest quarter"),
        "company": pgettext("customers", "Companies"),
        "person": pgettext("customers", "Persons"),
    }
    return names.get(key, key)


def list_groups(card: Mapping[str, Any]) -> list[tuple[str, object]]:
    """Return the choices for which there are two curves or more, everyone first."""
    known = {one["key"] for one in card["survival"]["curves"]}
    return [(key, name) for key, (name, curves) in GROUPS.items() if key == "all" or len(known & set(curves)) > 1]


def find_curves(card: Mapping[str, Any], group: str) -> list[dict[str, Any]]:
    """Return the curves of a choice, in order."""
    by_key = {one["key"]: one for one in card["survival"]["curves"]}
    return [by_key[key] for key in GROUPS[group][1] if key in by_key]


def survival_chart(curves: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the chart: a line for each curve, a single one with its band."""
    days = _days(curves)
    series = []
    for curve, colour in zip(curves, COLOURS, strict=False):
        at = {point[0]: point for point in curve["points"]}
        lines = [(name_curve(curve["key"]), 2, colour, False)]
        if len(curves) == 1:
            lines += [(_("95% band, lower"), 3, "--zk-ink-3", True), (_("95% band, upper"), 4, "--zk-ink-3", True)]
        for name, place, shade, dash in lines:
            series.append(share_line(name, [at[day][place] if day in at else None for day in days], shade, dash=dash))
    return chart([str(day) for day in days], series, most=100)


def _days(curves: Sequence[Mapping[str, Any]]) -> list[int]:
    return sorted({int(point[0]) for curve in curves for point in curve["points"]})


def survival_table(card: Mapping[str, Any], group: str) -> Table:
    """Return the curves of a choice point by point, each with its bounds and who was still watched."""
    curves = find_curves(card, group)
    heading = [_("Days since the first purchase")]
    for curve in curves:
        own = name_curve(curve["key"])
        heading += [own, _("95% from"), _("95% to"), _("Still watched")]
    found = [{point[0]: point for point in curve["points"]} for curve in curves]
    rows: list[list[Figure]] = []
    for day in _days(curves):
        row: list[Figure] = [day]
        for at in found:
            point = at.get(day)
            row += [None] * 4 if point is None else [Share(point[2]), Share(point[3]), Share(point[4]), int(point[1])]
        rows.append(row)
    return Table(f"survival-{group}", _("How long customers last"), heading, rows, words=0)


def told_share(curve: Mapping[str, Any]) -> tuple[int, float] | None:
    """Return a day and the share that lasts longer, for the longest of TOLD that the curve reaches."""
    for days in TOLD:
        reached = [point for point in curve["points"] if point[0] <= days]
        if reached and curve["points"][-1][0] >= days - 7:
            return days, float(reached[-1][2])
    return None
