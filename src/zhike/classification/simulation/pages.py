"""What the pages of a simulation show, from its kept result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from zhike.classification.models import CustomerClass, Scheme, Simulation
from zhike.customers.public import visible_customers
from zhike.kit.actor import Actor
from zhike.ui.public import format_month, format_number, format_share

from .actions import OPEN, is_interrupted
from .flow import Band, Ribbon, draw_flow
from .forms import version_label
from .queries import list_versions
from .stakes import ClassRow, list_stakes

SHOWN_MOVES, SHOWN_EXAMPLES, SHOWN_CLASSES = 20, 5, 8

type ClassId = int | None


@dataclass(frozen=True, slots=True)
class MoveRow:
    before: Band
    after: Band
    count: int
    revenue: int
    examples: Sequence[tuple[int, str]] = field(default_factory=tuple)  # those that the reader may see


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One day of the back-test; `stayed` is a share, None for the first. `shares` of revenue, in the classes' order."""

    as_of: date
    stayed_before: float | None
    stayed_after: float | None
    shares: Sequence[tuple[float, int]]


def describe(simulation: Simulation, at: datetime) -> dict[str, Any]:
    """Return what every state of a simulation shows."""
    scheme = simulation.scheme
    drafts = {one.number for one in list_versions(scheme=scheme) if one.applied_at is None}
    return {
        "simulation": simulation,
        "scheme": scheme,
        "before_label": version_label(simulation.before_number, simulation.before_number in drafts, scheme.version),
        "after_label": version_label(simulation.after_number, simulation.after_number in drafts, scheme.version),
        "is_open": simulation.status in OPEN,
        "is_interrupted": is_interrupted(simulation, at),
        "share": simulation.done / simulation.steps if simulation.steps else 0.0,
    }


def describe_result(simulation: Simulation, actor: Actor) -> dict[str, Any]:
    """Return classes, moves, flow picture and months of a simulation that is done."""
    result: dict[str, Any] = simulation.result or {}
    bands = _bands(simulation.scheme, result)
    cells = result["cells"]
    moving = [one for one in cells if one["before"] != one["after"]]
    rows = _class_rows(bands, cells)
    columns = _most_revenue(rows)
    return {
        "result": result,
        "currency": result["currency"],
        "as_of": date.fromisoformat(result["as_of"]),
        "rows": rows,
        "moves": _move_rows(bands, moving, actor),
        "more_moves": max(0, len(moving) - SHOWN_MOVES),
        "moved": sum(one["customers"] for one in moving),
        "moved_share": sum(one["customers"] for one in moving) / (result["customers"] or 1),
        "moved_revenue": sum(one["revenue"] for one in moving),
        "flow": _flow(bands, cells),
        "stakes": list_stakes(rows),
        "months": _month_rows([one.key for one in columns], result["months"]),
        "month_bands": columns,
        "stability": _stability(result["months"]),
    }


def _bands(scheme: Scheme, result: Mapping[str, Any]) -> dict[ClassId, Band]:
    """Return the classes in order, retired ones only where the result has them, and in the end “none”."""
    seen = {key for one in result["cells"] for key in (one["before"], one["after"])}
    classes = CustomerClass.objects.filter(scheme=scheme).order_by("position", "id")
    bands: dict[ClassId, Band] = {
        one.id: Band(one.id, one.name, one.hue) for one in classes if one.retired_at is None or one.id in seen
    }
    return bands | {None: Band(None, _("in no class"), "plain")}


def _class_rows(bands: Mapping[ClassId, Band], cells: Sequence[Mapping[str, Any]]) -> list[ClassRow]:
    sums: dict[tuple[str, str, ClassId], int] = {}
    for one in cells:
        for side in ("before", "after"):
            for what in ("customers", "revenue"):
                at = (side, what, one[side])
                sums[at] = sums.get(at, 0) + one[what]
    whole = sum(one["revenue"] for one in cells) or 1
    rows = []
    for key, band in bands.items():
        before, after, first, second = (
            sums.get((side, what, key), 0) for what in ("customers", "revenue") for side in ("before", "after")
        )
        if key is not None or before or after:
            rows.append(ClassRow(band, before, after, first, second, first / whole, second / whole))
    return rows


def _most_revenue(rows: Sequence[ClassRow]) -> list[Band]:
    """Return the classes that the months are told for, in their order: those with the most revenue."""
    held = [one for one in rows if one.band.key is not None]
    chosen = sorted(held, key=lambda one: -one.revenue_after)[:SHOWN_CLASSES]
    return [one.band for one in held if one in chosen]


def _move_rows(bands: Mapping[ClassId, Band], moving: Sequence[Mapping[str, Any]], actor: Actor) -> list[MoveRow]:
    shown = sorted(moving, key=lambda one: -one["customers"])[:SHOWN_MOVES]
    ids = {id_ for one in shown for id_ in one["examples"]}
    names = dict(visible_customers(actor).filter(id__in=ids).values_list("id", "name"))
    return [
        MoveRow(
            bands.get(one["before"], bands[None]),
            bands.get(one["after"], bands[None]),
            one["customers"],
            one["revenue"],
            [(id_, names[id_]) for id_ in one["examples"] if id_ in names][:SHOWN_EXAMPLES],
        )
        for one in shown
    ]


def _flow(bands: Mapping[ClassId, Band], cells: Sequence[Mapping[str, Any]]) -> str:
    listed = list(bands.values())
    ribbons = [
        Ribbon(
            one["before"],
            one["after"],
            one["customers"],
            _("{before} → {after}: {count}").format(
                before=bands[one["before"]].name,
                after=bands[one["after"]].name,
                count=format_number(one["customers"]),
            ),
        )
        for one in cells
        if one["before"] in bands and one["after"] in bands
    ]
    return draw_flow(listed, listed, ribbons, _("Who goes from which class to which; the table below has the numbers"))


def _month_rows(keys: Sequence[ClassId], months: Sequence[Mapping[str, Any]]) -> list[MonthRow]:
    rows = []
    for month in months:
        held = {key: (count, revenue) for key, count, revenue in month["after"]["classes"]}
        whole = sum(revenue for count, revenue in held.values() if revenue > 0) or 1
        shares = [(held.get(key, (0, 0))[1] / whole, held.get(key, (0, 0))[0]) for key in keys]
        as_of = date.fromisoformat(month["as_of"])
        rows.append(MonthRow(as_of, _stayed(month["before"]), _stayed(month["after"]), shares))
    return rows


def _stayed(side: Mapping[str, Any]) -> float | None:
    return side["stayed"] / side["both"] if side["both"] else None


def _stability(months: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the mean share of those who stay from month to month, of both versions, and the chart of it."""
    later = [one for one in months if _stayed(one["after"]) is not None]
    if not later:
        return None
    names = {"before": _("Compared with"), "after": _("Tried")}
    series = []
    means = {}
    for side, name in names.items():
        values = [_stayed(one[side]) or 0.0 for one in later]
        means[side] = sum(values) / len(values)
        series.append(
            {
                "name": name,
                "colour": "--zk-chart" if side == "after" else "--zk-ink-3",
                "values": [round(value * 100, 2) for value in values],
                "written": [format_share(value) for value in values],
                "line": True,
                "dash": side == "before",
            }
        )
    labels = [format_month(date.fromisoformat(one["as_of"])) for one in later]
    chart = {"labels": labels, "every": 0, "series": series, "axis": {"size": 1, "unit": "%"}}
    return {"chart": chart, **means}
