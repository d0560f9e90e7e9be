"""The next products of everybody, with what speaks for them, and customers alike, in blocks.

What `Offers.offer` and `Offers.alike` say of one customer, for all of them, as arrays of places.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhike.engine.models.cells import Floats
from zhike.engine.models.offers import CELLS_AT_ONCE, Offers

type Places = NDArray[np.int32]

ROWS_AT_ONCE = 10_000
WORK = 30_000_000  # comparisons of customers alike, at most
COMPARED_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class NextProducts:
    """Of n customers from row `first` on: `items` (n, most), places among `offers.items`, −1 where there is no further
    one; `scores` beside them; `because` (n, most, 3), the bought products that speak for each, −1 likewise; `both`,
    how many customers bought that and the offered one."""

    first: int
    items: Places
    scores: Floats
    because: Places
    both: Places


def next_products(offers: Offers, *, most: int = 3) -> Iterator[NextProducts]:
    """Give the best offers of all customers, block after block, in the order of `offers.customers`."""
    step = max(1, min(ROWS_AT_ONCE, CELLS_AT_ONCE // max(len(offers.items), 1)))
    for first in range(0, len(offers.customers), step):
        own = offers.bought[first : first + step]
        found = own @ offers.likeness
        found = (found - found.multiply(own)).tocoo()
        keep = found.data > 0
        count = own.shape[0]
        items, scores = _best(found.row[keep], found.col[keep], found.data[keep], count, most)
        because, both = np.full((count, most, 3), -1, np.int32), np.zeros((count, most, 3), np.int32)
        for place in range(most):
            because[:, place], both[:, place] = _speaking(offers, own, items[:, place])
        yield NextProducts(first, items, scores, because, both)


def _speaking(offers: Offers, own: Any, items: Places) -> tuple[Places, Places]:
    """Return which bought products speak most for one offered product of each row, and how many bought both."""
    row = np.repeat(np.arange(own.shape[0]), np.diff(own.indptr))
    item = items[row]
    offered = item >= 0
    row, item, had = row[offered], item[offered], own.indices[offered]
    like = np.asarray(offers.likeness[had, item]).ravel() if len(row) else np.zeros(0)
    because, _ = _best(row[like > 0], had[like > 0], like[like > 0], own.shape[0], 3)
    at, place = np.nonzero(because >= 0)
    both = np.zeros(because.shape, np.int32)
    if len(at):
        both[at, place] = np.asarray(offers.common[because[at, place], items[at]]).ravel()
    return because, both


def _best(row: NDArray[Any], column: NDArray[Any], values: Floats, rows: int, most: int) -> tuple[Places, Floats]:
    """Return the columns with the greatest values of each row, (rows, most), filled up with −1 and 0."""
    order = np.lexsort((column, -values, row))
    row, column, values = row[order], column[order], values[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    kept = place < most
    columns, found = np.full((rows, most), -1, np.int32), np.zeros((rows, most))
    columns[row[kept], place[kept]] = column[kept]
    found[row[kept], place[kept]] = values[kept]
    return columns, found


@dataclass(frozen=True, slots=True)
class Alike:
    """Of n customers from row `first` on: `others` (n, most), rows of those most alike, −1 where there is no further
    one; `likeness`, the cosine; `shared`, how many products both have."""

    first: int
    others: Places
    likeness: Floats
    shared: Places


def telling_products(offers: Offers, *, work: int = WORK) -> NDArray[np.bool_]:
    """Return which products customers are compared by: the rarest ones, as many as `work` allows.

    A product of p customers costs p² comparisons, and what everybody buys tells nobody apart.
    """
    cost = offers.popularity**2
    order = np.argsort(cost, kind="stable")
    allowed = np.zeros(len(cost), np.bool_)
    allowed[order[np.cumsum(cost[order]) <= work]] = True
    return allowed


def customers_alike(offers: Offers, *, most: int = 5, work: int = WORK) -> Iterator[Alike]:
    """Give those most alike of all customers, block after block: the cosine over products that tell."""
    told = offers.bought[:, np.flatnonzero(telling_products(offers, work=work))].tocsr()
    sizes = np.asarray(told.sum(axis=1)).ravel()
    turned = told.T.tocsr()
    for first, last in _blocks(np.asarray(told @ np.asarray(told.sum(axis=0)).ravel())):
        own = told[first:last]
        both = (own @ turned).tocoo()
        apart = both.row + first != both.col
        row, column, shared = both.row[apart], both.col[apart], both.data[apart]
        cosine = shared / np.sqrt(sizes[row + first] * sizes[column])
        others, likeness = _best(row, column, cosine, own.shape[0], most)
        root = np.sqrt(sizes[first : first + len(others), None] * sizes[np.maximum(others, 0)])
        yield Alike(first, others, likeness, np.rint(likeness * root).astype(np.int32))


def _blocks(cost: Floats) -> Iterator[tuple[int, int]]:
    """Give from and to of rows whose cost together is about COMPARED_AT_ONCE, ROWS_AT_ONCE at most."""
    number = np.cumsum(cost) // COMPARED_AT_ONCE
    edges = np.unique([*np.flatnonzero(np.diff(number)) + 1, *range(0, len(cost), ROWS_AT_ONCE), len(cost)])
    yield from zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
