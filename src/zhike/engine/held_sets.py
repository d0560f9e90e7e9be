"""Which of several classes customers are in, as bits of a few numbers: they are counted by what they hold, in one pass.

Rows that were counted so are few (as many as there are combinations); everything about single classes, pairs of them
and changes follows from those rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from sqlglot import exp

from zhike.engine import sql

BITS = 60  # classes in a number; the 63 of a signed one would do
BLOCK = 65_536  # combinations that are unpacked at a time

type ClassId = int | None


@dataclass(frozen=True, slots=True)
class Change:
    """Customers who stay in a class (it stands on both sides), enter it (from None) or leave it (to None)."""

    before: ClassId
    after: ClassId
    customers: int
    revenue: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Customers who are in both of two classes at once, before and after."""

    one: int
    two: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Depth:
    """Customers who are in so many of the classes at once, before and after."""

    classes: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What follows from customers counted by their classes before and after; `revenue` as the counted rows have it.

    `changed`: whose classes are not the same, each once. `outside`: (customers, revenue) in no class, before and after.
    """

    customers: int
    revenue: int
    changes: Sequence[Change]
    changed: tuple[int, int]
    outside: tuple[tuple[int, int], tuple[int, int]]
    overlaps: Sequence[Overlap]
    depths: Sequence[Depth]


def word_names(side: str, count: int) -> list[str]:
    """Return the names of the numbers that hold so many classes of a side; one at least."""
    return [f"{side}_{place}" for place in range(max(1, -(-count // BITS)))]


def held_words(side: str, columns: Sequence[str | None]) -> dict[str, exp.Expr]:
    """Return the numbers of a side from the classes' columns, in order; None: nobody is in that class."""
    found: dict[str, exp.Expr] = {}
    for place, name in enumerate(word_names(side, len(columns))):
        held = [
            sql.tree("CASE WHEN :held IS NULL THEN 0 ELSE :bit END", held=sql.column(one), bit=sql.integer(1 << bit))
            for bit, one in enumerate(columns[place * BITS : (place + 1) * BITS])
            if one is not None
        ]
        whole = reduce(lambda one, two: exp.Add(this=one, expression=two), held) if held else sql.integer(0)
        found[name] = exp.cast(whole, "BIGINT")
    return found


def holds(side: str, place: int) -> exp.Expr:
    """Return whether a row holds the class at a place."""
    bit = sql.integer(1 << place % BITS)
    return sql.tree("(:word & :bit) <> 0", word=sql.column(f"{side}_{place // BITS}"), bit=bit)


def tally(rows: Mapping[str, Any], class_ids: Sequence[int], sides: tuple[str, str] = ("before", "after")) -> Tally:
    """Return what counted rows say: columns of `word_names` of both sides, `customers` and `revenue`, as arrays.

    Bit n of a side's numbers stands for the n-th of `class_ids`, on both sides.
    """
    customers, revenue = rows["customers"], rows["revenue"]
    words = [np.stack([rows[name] for name in word_names(side, len(class_ids))], axis=1) for side in sides]
    changes = [one for place, key in enumerate(class_ids) for one in _changes(words, place, key, customers, revenue)]
    differ = (words[0] != words[1]).any(axis=1)
    empty = [~side.any(axis=1) for side in words]
    pairs, depths = zip(*[_together(side, customers, len(class_ids)) for side in words], strict=True)
    return Tally(
        customers=int(customers.sum()),
        revenue=int(revenue.sum()),
        changes=changes,
        changed=_sums(differ, customers, revenue),
        outside=(_sums(empty[0], customers, revenue), _sums(empty[1], customers, revenue)),
        overlaps=[
            Overlap(class_ids[one], class_ids[two], int(pairs[0][one, two]), int(pairs[1][one, two]))
            for one, two in zip(*np.nonzero(np.triu(pairs[0] + pairs[1], 1)), strict=True)
        ],
        depths=[
            Depth(count, int(depths[0][count]), int(depths[1][count]))
            for count in range(len(class_ids) + 1)
            if depths[0][count] or depths[1][count]
        ],
    )


def _changes(words: list[Any], place: int, key: int, customers: Any, revenue: Any) -> list[Change]:
    before, after = ((side[:, place // BITS] >> place % BITS) & 1 == 1 for side in words)
    found = []
    for one, two, rows in ((key, key, before & after), (None, key, after & ~before), (key, None, before & ~after)):
        count, total = _sums(rows, customers, revenue)
        if count:
            found.append(Change(one, two, count, total))
    return found


def _sums(rows: Any, customers: Any, revenue: Any) -> tuple[int, int]:
    return int(customers[rows].sum()), int(revenue[rows].sum())


def _together(words: Any, customers: Any, count: int) -> tuple[Any, Any]:
    """Return customers in each pair of classes, and in each number of classes. Sums stay exact: below 2**53."""
    pairs = np.zeros((count, count))
    depths = np.zeros(count + 1)
    places = np.arange(count)
    for start in range(0, len(customers), BLOCK):
        block, weights = words[start : start + BLOCK], customers[start : start + BLOCK].astype(np.float64)
        held = ((block[:, places // BITS] >> (places % BITS)) & 1).astype(np.float64)
        pairs += held.T @ (held * weights[:, None])
        depths += np.bincount(held.sum(axis=1).astype(np.int64), weights=weights, minlength=count + 1)
    return pairs, depths
