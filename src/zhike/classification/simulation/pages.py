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
from .set_pages import describe_sets
from .stakes import ClassRow, list_stakes

SHOWN_MOVES, SHOWN_EXAMPLES, SHOWN_CLASSES = 20, 5, 8

type ClassId = int | None
type Rows = Sequence[Mapping[str, Any]]


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
    bands, sets = _bands(simulation.scheme, result), result.get("sets")
    cells = result["cells"]
    moving = sorted((one for one in cells if one["before"] != one["after"]), key=lambda one: -one["customers"])
    rows = _class_rows(bands, cells, result)
    shown = _most_revenue(rows)
    changed = sets["changed"] if sets else {what: sum(one[what] for one in moving) for what in ("customers", "revenue")}
    names = _seen_names(moving if sets else moving[:SHOWN_MOVES], actor)
    return {
        "result": result,
        "currency": result["currency"],
        "as_of": date.fromisoformat(result["as_of"]),
        "rows": rows,
        "moved": changed["customers"],
        "moved_share": changed["customers"] / (result["customers"] or 1),
        "moved_revenue": changed["revenue"],
        **(describe_sets(result, bands, rows, names) if sets else _describe_moves(bands, cells, moving, names)),
        "stakes": list_stakes(rows),
        "months": _month_rows([one.key for one in shown], result["months"], overlap=bool(sets)),
        "month_bands": shown,
        "stability": _stability(result["months"]),
    }


def _describe_moves(
    bands: Mapping[ClassId, Band], cells: Rows, moving: Rows, names: Mapping[int, str]
) -> dict[str, Any]:
    return {
        "moves": _move_rows(bands, moving, names),
        "more_moves": max(0, len(moving) - SHOWN_MOVES),
        "flow": _flow(bands, cells),
    }


def _seen_names(moving: Rows, actor: Actor) -> dict[int, str]:
    """Return the names of customers who move, of those that the reader may see."""
    ids = {id_ for one in moving for id_ in one["examples"]}
    return dict(visible_customers(actor).filter(id__in=ids).values_list("id", "name"))


def _bands(scheme: Scheme, result: Mapping[str, Any]) -> dict[ClassId, Band]:
    """Return the classes in order, retired ones only where the result has them, and in the end “none”."""
    seen = {key for one in result["cells"] for key in (one["before"], one["after"])}
    classes = CustomerClass.objects.filter(scheme=scheme).order_by("position", "id")
    bands: dict[ClassId, Band] = {
        one.id: Band(one.id, one.name, one.hue) for one in classes if one.retired_at is None or one.id in seen
    }
    return bands | {None: Band(None, _("in no class"), "plain")}


def _class_rows(bands: Mapping[ClassId, Band], cells: Rows, result: Mapping[str, Any]) -> list[ClassRow]:
    """Return the classes with both versions. Where they overlap their shares may add up to more than everything."""
    sums: dict[tuple[str, str, ClassId], int] = {}
    for one in cells:
        for side in ("before", "after"):
            for what in ("customers", "revenue"):
                at = (side, what, one[side])
                sums[at] = sums.get(at, 0) + one[what]
    whole = result.get("revenue", sum(one["revenue"] for one in cells)) or 1
    if sets := result.get("sets"):
        sides = zip(("before", "after"), sets["outside"], strict=True)
        sums |= {(side, what, None): held[what] for side, held in sides for what in ("customers", "revenue")}
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


def _move_rows(bands: Mapping[ClassId, Band], moving: Rows, names: Mapping[int, str]) -> list[MoveRow]:
    return [
        MoveRow(
            bands.get(one["before"], bands[None]),
            bands.get(one["after"], bands[None]),
            one["customers"],
            one["revenue"],
            [(id_, names[id_]) for id_ in one["examples"] if id_ in names][:SHOWN_EXAMPLES],
        )
        for one in moving[:SHOWN_MOVES]
    ]


def _flow(bands: Mapping[ClassId, Band], cells: Rows) -> str:
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


def _month_rows(keys: Sequence[ClassId], months: Rows, *, overlap: bool) -> list[MonthRow]:
    rows = []
    for month in months:
        held = {key: (count, revenue) for key, count, revenue in month["after"]["classes"]}
        whole = (month["revenue"] if overlap else sum(total for _, total in held.values() if total > 0)) or 1
        shares = [(held.get(key, (0, 0))[1] / whole, held.get(key, (0, 0))[0]) for key in keys]
        as_of = date.fromisoformat(month["as_of"])
        rows.append(MonthRow(as_of, _stayed(month["before"]), _stayed(month["after"]), shares))
    return rows


def _stayed(side: Mapping[str, Any]) -> float | None:
    return side["stayed"] / side["both"] if side["both"] else None


def _stability(months: Rows) -> dict[str, Any] | None:
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
    chart = {"labels": labels, "series": series, "axis": {"size": 1, "unit": "%", "max": 100, "step": 25}}
    return {"chart": chart, **means}
