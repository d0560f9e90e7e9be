"""The flow picture: who goes from which class to which, drawn on the server as SVG without style or script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, BAR, GAP = 640, 12, 6
LEAST = 2.0  # height of the thinnest ribbon, so that one customer is still seen


@dataclass(frozen=True, slots=True)
class Band:
    """A class on one side of the picture, in its order; key None: in no class."""

    key: int | None
    name: str
    hue: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    before: int | None
    after: int | None
    count: int
    label: str  # read out and shown on pointing


@dataclass(slots=True)
class _Side:
    """Where each class begins on a side, and how far its ribbons have filled it."""

    tops: dict[int | None, float]
    filled: dict[int | None, float]
    heights: dict[int | None, float]


def draw_flow(left: Sequence[Band], right: Sequence[Band], ribbons: Sequence[Ribbon], label: str) -> SafeString:
    """Return two columns of classes with a ribbon for every pair, as wide as it has customers."""
    total = sum(one.count for one in ribbons) or 1
    room = 300.0 if len(left) + len(right) < 20 else 460.0
    heights = {(one.before, one.after): max(LEAST, one.count / total * room) for one in ribbons}
    sides = [_stack(bands, heights, place) for place, bands in enumerate((left, right))]
    tall = max(max(side.tops.values(), default=0.0) + _last(side) for side in sides)
    shapes = [_ribbon(one, heights[one.before, one.after], sides, left) for one in _in_order(ribbons, left, right)]
    bars = [_bar(one, sides[0], 0) for one in left if one.key in sides[0].tops]
    bars += [_bar(one, sides[1], 1) for one in right if one.key in sides[1].tops]
    return format_html(
        '<svg class="zk-flow" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        WIDTH,
        round(tall + 4),
        label,
        format_html_join("", "{}", ((one,) for one in shapes)),
        format_html_join("", "{}", ((one,) for one in bars)),
    )


def _stack(bands: Sequence[Band], heights: Mapping[tuple[int | None, int | None], float], place: int) -> _Side:
    tops: dict[int | None, float] = {}
    tall: dict[int | None, float] = {}
    at = 2.0
    for band in bands:
        height = sum(value for pair, value in heights.items() if pair[place] == band.key)
        if height:
            tops[band.key], tall[band.key] = at, height
            at += max(height, 13.0) + GAP
    return _Side(tops, dict.fromkeys(tops, 0.0), tall)


def _last(side: _Side) -> float:
    return max(side.heights[list(side.tops)[-1]], 13.0) if side.tops else 0.0


def _in_order(ribbons: Sequence[Ribbon], left: Sequence[Band], right: Sequence[Band]) -> list[Ribbon]:
    first = {one.key: place for place, one in enumerate(left)}
    second = {one.key: place for place, one in enumerate(right)}
    return sorted(ribbons, key=lambda one: (first.get(one.before, 99), second.get(one.after, 99)))


def _ribbon(one: Ribbon, height: float, sides: Sequence[_Side], left: Sequence[Band]) -> SafeString:
    ends = []
    for side, key in zip(sides, (one.before, one.after), strict=True):
        ends.append(side.tops[key] + side.filled[key])
        side.filled[key] += height
    start, end, middle = _edge(0), _edge(1), WIDTH / 2
    path = (
        f"M{start},{ends[0]:.1f}C{middle:.0f},{ends[0]:.1f} {middle:.0f},{ends[1]:.1f} {end},{ends[1]:.1f}"
        f"v{height:.1f}C{middle:.0f},{ends[1] + height:.1f} {middle:.0f},{ends[0] + height:.1f} "
        f"{start},{ends[0] + height:.1f}z"
    )
    hue = next((band.hue for band in left if band.key == one.before), "plain")
    same = SafeString(' data-same=""') if one.before == one.after else SafeString("")
    return format_html('<path d="{}" data-hue="{}"{}><title>{}</title></path>', path, hue, same, one.label)


def _edge(place: int) -> int:
    return WIDTH - 150 - BAR if place else 150 + BAR


def _bar(band: Band, side: _Side, place: int) -> SafeString:
    top, height = side.tops[band.key], side.heights[band.key]
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" data-hue="{}"/><text x="{}" y="{}"{}>{}</text>',
        WIDTH - 150 - BAR if place else 150,
        round(top, 1),
        BAR,
        round(height, 1),
        band.hue,
        WIDTH - 144 if place else 144,
        round(top + max(height, 13.0) / 2 + 4, 1),
        SafeString("") if place else SafeString(' text-anchor="end"'),
        band.name,
    )
