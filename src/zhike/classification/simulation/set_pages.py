"""What the page of a simulation shows of classes that overlap: who enters and leaves each of them, what they share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhike.ui.public import format_number

from .flow import Band
from .lanes import Lane, draw_lanes
from .stakes import ClassRow

SHOWN_PAIRS = 20

type ClassId = int | None


@dataclass(frozen=True, slots=True)
class SetRow:
    """A class; `entering` and `leaving` are those with the most revenue that the reader may see."""

    band: Band
    stays: int
    enters: int
    leaves: int
    entering: Sequence[tuple[int, str]]
    leaving: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two classes and who is in both; `share` of the smaller one of them, with the tried version."""

    one: Band
    two: Band
    before: int
    after: int
    share: float

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A class and the mean share of those who are in it still a month later; None where nobody was in it."""

    band: Band
    before: float | None
    after: float | None


def describe_sets(
    result: Mapping[str, Any], bands: Mapping[ClassId, Band], rows: Sequence[ClassRow], names: Mapping[int, str]
) -> dict[str, Any]:
    """Return what stands on the page in place of moves between classes. `names`: of customers that may be seen."""
    sets, cells = result["sets"], {(one["before"], one["after"]): one for one in result["cells"]}
    held = [band for key, band in bands.items() if key is not None]
    lanes = [_set_row(band, cells, names) for band in held]
    after = {row.band.key: row.after for row in rows}
    return {
        "set_rows": lanes,
        "lanes": _draw(lanes, after),
        "depths": sets["depths"],
        "pairs": _pairs(sets["overlaps"], bands, after),
        "more_pairs": max(0, len(sets["overlaps"]) - SHOWN_PAIRS),
        "kept": _kept(result["months"], held),
    }


def _set_row(
    band: Band, cells: Mapping[tuple[ClassId, ClassId], Mapping[str, Any]], names: Mapping[int, str]
) -> SetRow:
    stays, enters, leaves = (cells.get(way) for way in ((band.key, band.key), (None, band.key), (band.key, None)))

    def count(one: Mapping[str, Any] | None) -> int:
        return one["customers"] if one else 0

    def seen(one: Mapping[str, Any] | None) -> list[tuple[int, str]]:
        return [(id_, names[id_]) for id_ in (one["examples"] if one else ()) if id_ in names][:3]

    return SetRow(band, count(stays), count(enters), count(leaves), seen(enters), seen(leaves))


def _draw(rows: Sequence[SetRow], after: Mapping[ClassId, int]) -> str:
    label = _("{name}: {stays} stay, {enters} enter, {leaves} leave")
    lanes = [
        Lane(
            band=one.band,
            stays=one.stays,
            leaves=one.leaves,
            enters=one.enters,
            label=label.format(
                name=one.band.name,
                **{part: format_number(getattr(one, part)) for part in ("stays", "enters", "leaves")},
            ),
            left=f"−{format_number(one.leaves)}",
            entered=f"+{format_number(one.enters)}",
            total=format_number(after.get(one.band.key, 0)),
        )
        for one in rows
    ]
    return draw_lanes(lanes, _("Who stays in, enters and leaves each class; the table below has the numbers"))


def _pairs(
    overlaps: Sequence[Mapping[str, int]], bands: Mapping[ClassId, Band], after: Mapping[ClassId, int]
) -> list[PairRow]:
    shown = sorted(overlaps, key=lambda one: (-one["after"], -one["before"]))[:SHOWN_PAIRS]
    return [
        PairRow(
            bands[one["one"]],
            bands[one["two"]],
            one["before"],
            one["after"],
            one["after"] / (min(after.get(one["one"], 0), after.get(one["two"], 0)) or 1),
        )
        for one in shown
    ]


def _kept(months: Sequence[Mapping[str, Any]], held: Sequence[Band]) -> list[KeptRow]:
    found = []
    for band in held:
        shares: list[float | None] = []
        for side in ("before", "after"):
            rows = [row for month in months for row in month[side].get("kept", ()) if row[0] == band.key and row[1]]
            shares.append(sum(still / earlier for _key, earlier, still in rows) / len(rows) if rows else None)
        found.append(KeptRow(band, *shares))
    return found if months else []
