"""What the card of a run shows. Every analysis words its own; runs of one analysis are compared figure by figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CardTable:
    """Texts as people read them; the first `words` columns are words, the others numbers. `marked` is a row's place."""

    title: str
    heading: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    marked: int | None = None
    note: str = ""

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The heading, each with whether numbers stand below."""
        return [(name, place >= self.words) for place, name in enumerate(self.heading)]

    @property
    def cells(self) -> list[tuple[bool, list[tuple[str, bool]]]]:
        """The rows, each with whether it is marked, cell by cell with whether it is a number."""
        return [
            (place == self.marked, [(cell, at >= self.words) for at, cell in enumerate(row)])
            for place, row in enumerate(self.rows)
        ]


@dataclass(frozen=True, slots=True)
class CardChart:
    """What the script of charts draws, under an id of the page; the table below it has the numbers."""

    key: str
    facts: Mapping[str, Any]
    label: str


@dataclass(frozen=True, slots=True)
class CardPart:
    table: CardTable
    chart: CardChart | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """`figures` are (name, value, note), the same names for every run of the analysis; `notes` are whole sentences."""

    figures: Sequence[tuple[str, str, str]] = ()
    parts: Sequence[CardPart] = ()
    notes: Sequence[str] = field(default_factory=tuple)
