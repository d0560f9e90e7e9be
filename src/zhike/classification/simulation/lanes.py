"""The flow picture of classes that overlap: a lane for each class, in which customers stay, leave or come in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .flow import BAR, GAP, LEAST, WIDTH, Band

LEFT, RIGHT = 150, WIDTH - 90  # inner edges of the bars
TIP = 120  # how far a wedge reaches: who leaves the class, or comes into it
ROOM, ROW = 320.0, 20.0  # height of all lanes, least height of one
SAID = 12  # from where a wedge begins down to the foot of its number


@dataclass(frozen=True, slots=True)
class Lane:
    """A class: who stays in it, leaves it and enters it, with the words that are read out and shown on pointing."""

    band: Band
    stays: int
    leaves: int
    enters: int
    label: str
    left: str  # “−12”, at the wedge of those who leave
    entered: str  # “+5”
    total: str  # customers after, beside the lane


def draw_lanes(lanes: Sequence[Lane], label: str) -> SafeString:
    """Return the lanes one below the other, as high as their classes have customers."""
    total = sum(one.stays + max(one.leaves, one.enters) for one in lanes) or 1
    at, shapes = 2.0, []
    for one in lanes:
        parts = (one.stays, one.leaves, one.enters)
        heights = [max(LEAST, count / total * ROOM) if count else 0.0 for count in parts]
        shapes.append(_lane(one, at, *heights))
        said = heights[0] + SAID if one.leaves or one.enters else 0.0
        at += max(heights[0] + max(heights[1:]), said, ROW) + GAP
    return format_html(
        '<svg class="zk-flow" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        round(at),
        label,
        format_html_join("", "{}", ((one,) for one in shapes)),
    )


def _lane(one: Lane, top: float, stays: float, leaves: float, enters: float) -> SafeString:
    low, middle = top + stays, top + max(stays + max(leaves, enters), ROW) / 2 + 4
    shapes = [_text(LEFT - 6 - BAR, middle, one.band.name, end=True), _text(RIGHT + BAR + 6, middle, one.total)]
    if stays:
        shapes.append(_path(f"M{LEFT},{top:.1f}H{RIGHT}v{stays:.1f}H{LEFT}z", one, same=True))
    if leaves:
        shapes.append(_path(f"M{LEFT},{low:.1f}h{TIP}L{LEFT},{low + leaves:.1f}z", one))
        shapes.append(_text(LEFT + TIP + 4, low + SAID, one.left))
    if enters:
        shapes.append(_path(f"M{RIGHT},{low:.1f}h-{TIP}L{RIGHT},{low + enters:.1f}z", one))
        shapes.append(_text(RIGHT - TIP - 4, low + SAID, one.entered, end=True))
    shapes += [_bar(one, LEFT - BAR, top, stays + leaves), _bar(one, RIGHT, top, stays + enters)]
    return format_html_join("", "{}", ((shape,) for shape in shapes))


def _path(way: str, one: Lane, *, same: bool = False) -> SafeString:
    kept = SafeString(' data-same=""') if same else SafeString("")
    return format_html('<path d="{}" data-hue="{}"{}><title>{}</title></path>', way, one.band.hue, kept, one.label)


def _bar(one: Lane, place: float, top: float, height: float) -> SafeString:
    bar = '<rect x="{}" y="{}" width="{}" height="{}" data-hue="{}"/>'
    return format_html(bar, place, round(top, 1), BAR, round(height, 1), one.band.hue)


def _text(place: float, base: float, words: str, *, end: bool = False) -> SafeString:
    anchor = SafeString(' text-anchor="end"') if end else SafeString("")
    return format_html('<text x="{}" y="{}"{}>{}</text>', place, round(base, 1), anchor, words)
