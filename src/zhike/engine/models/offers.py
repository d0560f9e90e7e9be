"""The next product for each customer, and customers alike, by cosines between products and between customers.

Sarwar, Karypis, Konstan & Riedl (2001), Item-based collaborative filtering; similarities are shrunk toward 0 where few
customers stand behind them. Popularity is a hard baseline: `back_test` measures both on what customers bought next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhike.engine.models.cells import Floats

SHRINK = 10.0  # customers in common at which a similarity counts half
MOST_NEIGHBOURS = 50
ROWS_AT_ONCE = 2000
MOST_COMPARED = 5000


@dataclass(frozen=True, slots=True)
class Offer:
    """A product that a customer has not bought, and the bought products that speak for it, the strongest first.

    `evidence` gives for each: the product, how many customers bought both, how many bought it.
    """

    item: str
    score: float
    evidence: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class BackTest:
    """Precision and hit rate among the first k products offered, of customers who bought something new afterwards."""

    customers: int
    k: int
    precision: float
    hit_rate: float
    popularity_precision: float
    popularity_hit_rate: float

    @property
    def beats_popularity(self) -> bool:
        return self.precision > self.popularity_precision


class Offers:
    """Products and customers as a sparse matrix of who bought what; made by `learn_offers`."""

    def __init__(self, customers: NDArray[np.str_], items: NDArray[np.str_], bought: Any) -> None:
        from scipy import sparse

        self.customers, self.items = customers, items
        self.bought = sparse.csr_matrix(bought)
        self.popularity = np.asarray(self.bought.sum(axis=0)).ravel()
        self.common = (self.bought.T @ self.bought).tocsr()
        self.likeness = _shrunk_cosine(self.common, self.popularity)

    def scores(self, rows: NDArray[np.intp]) -> Floats:
        """Return the score of every product for customers, shape (rows, items); −∞ for what they have."""
        found = (self.bought[rows] @ self.likeness).toarray()
        found[self.bought[rows].toarray() > 0] = -np.inf
        return np.asarray(found)

    def offer(self, customer: str, most: int = 3) -> list[Offer]:
        """Return the next products for a customer; nothing for who bought nothing, or where nothing is alike.

        :raises KeyError: for somebody who is not among the customers.
        """
        row = self._row(customer)
        scores = self.scores(np.array([row]))[0]
        best = np.argsort(-scores, kind="stable")[:most]
        return [self._offer(row, int(one), float(scores[one])) for one in best if scores[one] > 0]

    def alike(self, customer: str, most: int = 10) -> list[tuple[str, float]]:
        """Return the customers whose products are most alike (cosine), without the customer, the most alike first."""
        row = self._row(customer)
        own = self.bought[row]
        both = (self.bought @ own.T).toarray().ravel()
        sizes = np.sqrt(np.asarray(self.bought.sum(axis=1)).ravel() * max(own.sum(), 1.0))
        cosine = np.where(sizes > 0, both / np.where(sizes > 0, sizes, 1.0), 0.0)
        cosine[row] = -1
        best = np.argsort(-cosine, kind="stable")[:most]
        return [(str(self.customers[one]), float(cosine[one])) for one in best if cosine[one] > 0]

    def _row(self, customer: str) -> int:
        at = int(np.searchsorted(self.customers, customer))
        if at >= len(self.customers) or self.customers[at] != customer:
            raise KeyError(customer)
        return at

    def _offer(self, row: int, item: int, score: float) -> Offer:
        own = self.bought[row].indices
        parts = self.likeness[own, item].toarray().ravel()
        order = [one for one in np.argsort(-parts, kind="stable")[:3] if parts[one] > 0]
        evidence = [
            (str(self.items[own[one]]), int(self.common[own[one], item]), int(self.popularity[own[one]]))
            for one in order
        ]
        return Offer(str(self.items[item]), score, tuple(evidence))


def _shrunk_cosine(common: Any, popularity: Floats) -> Any:
    from scipy import sparse

    both = sparse.coo_matrix(common)
    apart = both.row != both.col
    row, column, count = both.row[apart], both.col[apart], both.data[apart]
    size = np.sqrt(popularity[row] * popularity[column])
    values = count / size * count / (count + SHRINK)
    order = np.lexsort((-values, row))
    row, column, values = row[order], column[order], values[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    kept = place < MOST_NEIGHBOURS
    return sparse.csr_matrix((values[kept], (row[kept], column[kept])), shape=both.shape)


def learn_offers(customers: ArrayLike, items: ArrayLike) -> Offers:
    """Return the offers learnt from n lines of who bought what; repeated lines count once."""
    from scipy import sparse

    people, row = np.unique(np.asarray(customers).astype(np.str_), return_inverse=True)
    products, column = np.unique(np.asarray(items).astype(np.str_), return_inverse=True)
    pairs = np.unique(np.stack([row.reshape(-1), column.reshape(-1)]), axis=1)
    ones, shape = np.ones(pairs.shape[1]), (len(people), len(products))
    return Offers(people, products, sparse.csr_matrix((ones, (pairs[0], pairs[1])), shape=shape))


def back_test(before: Offers, customers: ArrayLike, items: ArrayLike, *, k: int = 10) -> BackTest:
    """Return how offers made from what was known before fare on n later lines; only what is new to somebody counts."""
    later: dict[int, set[int]] = {}
    people, products = np.asarray(customers).astype(np.str_), np.asarray(items).astype(np.str_)
    row, column = np.searchsorted(before.customers, people), np.searchsorted(before.items, products)
    for person, product, at, to in zip(people, products, row, column, strict=True):
        known = at < len(before.customers) and before.customers[at] == person
        if known and to < len(before.items) and before.items[to] == product:
            later.setdefault(int(at), set()).add(int(to))
    rows = [at for at in sorted(later) if later[at] - set(before.bought[at].indices)]
    ours, popular = [], []
    for first in range(0, len(rows), ROWS_AT_ONCE):
        part = np.array(rows[first : first + ROWS_AT_ONCE])
        scores = before.scores(part)
        known_already = np.isinf(scores)
        rank = np.where(known_already, -np.inf, before.popularity[None, :])
        tie = before.popularity / (before.popularity.max() + 1) * 1e-9  # among equals the popular one
        ours += _hits(scores + tie, part, later, k)
        popular += _hits(rank, part, later, k)
    return BackTest(len(rows), k, *_rates(ours, k), *_rates(popular, k))


def _hits(scores: Floats, rows: NDArray[np.intp], later: dict[int, set[int]], k: int) -> list[int]:
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return [len(later[int(row)] & set(map(int, one))) for row, one in zip(rows, best, strict=True)]


def _rates(hits: Sequence[int], k: int) -> tuple[float, float]:
    if not hits:
        return 0.0, 0.0
    return float(np.mean(hits)) / k, float(np.mean([one > 0 for one in hits]))


def potential_value(
    offers: Offers, spent: ArrayLike, *, neighbours: int = 20, most: int = MOST_COMPARED, seed: int = 0
) -> tuple[Floats, Floats]:
    """Return what each customer would spend if like the best quarter of those most alike, and how many that rests on.

    :param spent: (customers,), in the order of `offers.customers`. Both answers have that shape; a customer without
        anybody alike keeps their own spending, with 0 behind it. The potential is never below what was spent.
    :param most: with more customers than that, those alike are looked for among so many, drawn by lot: work grows
        with customers × most.
    """
    amounts = np.asarray(spent, dtype=np.float64)
    found, behind = amounts.copy(), np.zeros(len(amounts))
    compared = _compared(len(amounts), most, seed)
    others, worth = offers.bought[compared].T.tocsc(), amounts[compared]
    sizes = np.asarray(offers.bought.sum(axis=1)).ravel()
    for first in range(0, len(amounts), ROWS_AT_ONCE):
        rows = np.arange(first, min(first + ROWS_AT_ONCE, len(amounts)))
        cosine = (offers.bought[rows] @ others).toarray()
        cosine /= np.sqrt(np.maximum(sizes[rows, None] * sizes[compared][None, :], 1.0))
        cosine[rows[:, None] == compared[None, :]] = -1
        count = min(neighbours, len(compared))
        nearest = np.argpartition(-cosine, count - 1, axis=1)[:, :count]
        alike = np.take_along_axis(cosine, nearest, axis=1) > 0
        behind[rows] = alike.sum(axis=1)
        found[rows] = np.fmax(amounts[rows], _upper_quartile(worth[nearest], alike))
    return found, behind


def _compared(customers: int, most: int, seed: int) -> NDArray[np.intp]:
    if customers <= most:
        return np.arange(customers)
    return np.sort(np.random.default_rng(seed).choice(customers, most, replace=False))


def _upper_quartile(values: Floats, counts: NDArray[np.bool_]) -> Floats:
    """Return the upper quartile of each row's values that count, interpolated; NaN where none does."""
    ordered = np.sort(np.where(counts, values, np.inf), axis=1)
    ordered[np.isinf(ordered)] = 0.0
    place = 0.75 * np.maximum(counts.sum(axis=1) - 1, 0)
    low = np.floor(place).astype(np.intp)
    at = np.arange(len(values))
    below, above = ordered[at, low], ordered[at, np.ceil(place).astype(np.intp)]
    return np.where(counts.any(axis=1), below + (place - low) * (above - below), np.nan)
