"""The network of products bought together, laid out and drawn on the server as SVG without style or script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, MARGIN = 760, 420, 70
STEPS = 200


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


def draw_network(nodes: Sequence[Node], edges: Sequence[Edge], label: str) -> SafeString:
    """Return circles as large as their orders are many, joined by lines as thick as the pairs are frequent."""
    places = lay_out([one.key for one in nodes], [(one.first, one.then) for one in edges])
    most_edge = max((one.together for one in edges), default=1)
    most_node = max((one.count for one in nodes), default=1)
    lines = (
        (*places[one.first], *places[one.then], round(1 + 5 * one.together / most_edge, 1), one.label) for one in edges
    )
    circles = (
        (one.url, *places[one.key], round(4 + 8 * (one.count / most_node) ** 0.5, 1), one.name,
         *_label_at(places[one.key]), one.name[:14])
        for one in nodes
    )  # fmt: skip
    return format_html(
        '<svg class="zk-network" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}</svg>',
        WIDTH,
        HEIGHT,
        label,
        format_html_join("", '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke-width="{}"><title>{}</title></line>', lines),
        format_html_join(
            "",
            '<a href="{}"><circle cx="{}" cy="{}" r="{}"><title>{}</title></circle>'
            '<text x="{}" y="{}" text-anchor="middle">{}</text></a>',
            circles,
        ),
    )


def _label_at(place: tuple[float, float]) -> tuple[float, float]:
    return place[0], place[1] + 24


def lay_out(keys: Sequence[int], edges: Sequence[tuple[int, int]]) -> Mapping[int, tuple[float, float]]:
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
    room = np.array([WIDTH, HEIGHT]) - 2 * MARGIN
    placed = MARGIN + (spots - low) / np.where(high - low > 1e-9, high - low, 1) * room
    return {key: (round(float(placed[place, 0]), 1), round(float(placed[place, 1]), 1)) for key, place in at.items()}
