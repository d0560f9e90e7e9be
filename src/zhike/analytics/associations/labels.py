"""Where the names of a network stand: none over another or over a circle; one without room waits for pointing.

Greedy, the largest products first; each tries four places about its circle (Christensen, Marks & Shieber 1995 compare
such ways: this one is the simplest that seldom fails on few nodes).
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

TALL, WIDE, NARROW = 14.0, 12.0, 6.8  # of a line, of a Chinese character, of a Latin letter, at 12 px
GAP = 4.0
MOST_LETTERS, CUT_AT = 22, 14  # of a name: Latin letters; Chinese characters

type Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Circle:
    key: int
    name: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Label:
    """`anchor` is SVG's text-anchor; `is_shown` is False where there is no room: it appears on pointing."""

    text: str
    x: float
    y: float
    anchor: str
    is_shown: bool


def place_labels(circles: Iterable[Circle], *, width: float, height: float) -> Mapping[int, Label]:
    """Return the label of each circle within a picture of this size."""
    ordered = sorted(circles, key=lambda one: (-one.radius, one.key))
    taken = [_around(one) for one in ordered]
    found: dict[int, Label] = {}
    for place, one in enumerate(ordered):
        others = [box for at, box in enumerate(taken) if at != place]
        text = shorten(one.name)
        free = next((each for each in _tries(one, text) if _is_free(each[1], others, width, height)), None)
        if free is not None:
            taken.append(free[1])
        label, _box = free or next(_tries(one, text))
        found[one.key] = Label(label.text, label.x, label.y, label.anchor, free is not None)
    return found


def shorten(name: str) -> str:
    """Return a name short enough for the picture; what is cut off ends in an ellipsis."""
    if text_width(name) <= MOST_LETTERS * NARROW:
        return name
    kept = name[:CUT_AT]
    while text_width(kept) > MOST_LETTERS * NARROW:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def text_width(text: str) -> float:
    """Return about how wide a text is in the picture."""
    return sum(WIDE if unicodedata.east_asian_width(one) in "WF" else NARROW for one in text)


def _tries(one: Circle, text: str) -> Iterator[tuple[Label, Box]]:
    """Give places below, above, at the right and at the left, each with the box it takes."""
    wide, reach = text_width(text), one.radius + GAP
    middle = one.x - wide / 2
    for x, y, anchor, left, top in (
        (one.x, one.y + reach + TALL - GAP, "middle", middle, one.y + reach - 1),
        (one.x, one.y - reach, "middle", middle, one.y - reach - TALL + GAP),
        (one.x + reach, one.y + GAP, "start", one.x + reach, one.y - TALL / 2),
        (one.x - reach, one.y + GAP, "end", one.x - reach - wide, one.y - TALL / 2),
    ):
        yield Label(text, round(x, 1), round(y, 1), anchor, is_shown=True), (left, top, left + wide, top + TALL)


def _around(one: Circle) -> Box:
    return one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius


def _is_free(box: Box, taken: Iterable[Box], width: float, height: float) -> bool:
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > width or bottom > height:
        return False
    return all(right <= each[0] or left >= each[2] or bottom <= each[1] or top >= each[3] for each in taken)
