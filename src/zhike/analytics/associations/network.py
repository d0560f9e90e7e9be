"""The network of products bought together, laid out and drawn on the server as SVG without style or script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from .labels import Circle, Label, place_labels

WIDTH, HEIGHT = DESK = 760, 420
PHONE = 320, 560  # stands upright, so that names are as large as the page's
MARGIN = 70
STEPS = 200
LEAST_APART = 46.0  # between two circles' middles, so that most names find room


@dataclass(frozen=True, slots=True)
class Node:
    """A product: `count` orders hold it."""

    key: int
    name: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A pair; `label` is read out and shown on pointing."""

    first: int
    then: int
    together: int
    label: str


def draw_network(
    nodes: Sequence[Node], edges: Sequence[Edge], label: str, *, size: tuple[int, int] = DESK
) -> SafeString:
    """Return circles as large as their orders are many, joined by lines as thick as the pairs are frequent."""
    places = lay_out([one.key for one in nodes], [(one.first, one.then) for one in edges], size=size)
    width, height = size
    most_edge = max((one.together for one in edges), default=1)
    most_node = max((one.count for one in nodes), default=1)
    lines = (
        (*places[one.first], *places[one.then], round(1 + 5 * one.together / most_edge, 1), one.label) for one in edges
    )
    circles = [
        Circle(one.key, one.name, *places[one.key], round(4 + 8 * (one.count / most_node) ** 0.5, 1)) for one in nodes
    ]
    labels = place_labels(circles, width=width, height=height)
    drawn = ((node.url, one.name, one.name, one.x, one.y, one.radius, _draw_label(labels[one.key]))
             for node, one in zip(nodes, circles, strict=True))  # fmt: skip
    return format_html(
        '<svg class="zk-network" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}</svg>',
        width,
        height,
        label,
        format_html_join("", '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke-width="{}"><title>{}</title></line>', lines),
        format_html_join(
            "",
            '<a href="{}" aria-label="{}"><title>{}</title><circle cx="{}" cy="{}" r="{}"></circle>{}</a>',
            drawn,
        ),
    )


def _draw_label(label: Label) -> SafeString:
    """Return the name; one without room is drawn too, and seen when its circle is pointed at or has the focus."""
    kind = SafeString("") if label.is_shown else SafeString(' class="far"')
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}"{}>{}</text>', label.x, label.y, label.anchor, kind, label.text
    )


def lay_out(
    keys: Sequence[int], edges: Sequence[tuple[int, int]], *, size: tuple[int, int] = DESK
) -> Mapping[int, tuple[float, float]]:
    """Return a place for each node: joined ones draw together, all push apart (Fruchterman & Reingold 1991).

    The same nodes always stand alike.
    """
    count = len(keys)
    if not count:
        return {}
    at = {key: place for place, key in enumerate(keys)}
    turn = 2 * np.pi * np.arange(count) / count
    spots = np.column_stack([np.cos(turn), np.sin(turn)])
    joined = np.zeros((count, count))
    for first, then in edges:
        joined[at[first], at[then]] = joined[at[then], at[first]] = 1
    ideal = 1.6 / np.sqrt(count)
    for step in range(STEPS):
        apart = spots[:, None] - spots[None, :]
        far = np.maximum(np.sqrt((apart**2).sum(axis=2)), 1e-6)
        force = (ideal**2 / far - joined * far**2 / ideal)[:, :, None] * apart / far[:, :, None]
        move = force.sum(axis=1) - 0.4 * spots
        length = np.maximum(np.sqrt((move**2).sum(axis=1)), 1e-9)[:, None]
        spots += move / length * np.minimum(length, 0.12 * (1 - step / STEPS))
    low, high = spots.min(axis=0), spots.max(axis=0)
    margin = min(MARGIN, size[0] // 8)
    room = np.array(size) - 2 * margin
    placed = _apart(margin + (spots - low) / np.where(high - low > 1e-9, high - low, 1) * room, size, margin)
    return {key: (round(float(placed[place, 0]), 1), round(float(placed[place, 1]), 1)) for key, place in at.items()}


def _apart(placed: NDArray[np.float64], size: tuple[int, int], margin: int) -> NDArray[np.float64]:
    """Return the places with neighbours pushed LEAST_APART from each other, all within the margins."""
    low, high = np.array([margin / 2, margin / 3]), np.array(size) - margin / 2
    for _step in range(60):
        apart = placed[:, None] - placed[None, :]
        far = np.sqrt((apart**2).sum(axis=2))
        near = (far < LEAST_APART) & ~np.eye(len(placed), dtype=bool)
        push = np.where(near, (LEAST_APART - far) / 2 / np.maximum(far, 1e-6), 0.0)
        placed = np.clip(placed + 0.5 * (push[:, :, None] * apart).sum(axis=1), low, high)
    return placed
