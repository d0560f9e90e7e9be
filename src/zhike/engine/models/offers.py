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


def potential_value(offers: Offers, spent: ArrayLike, *, neighbours: int = 20) -> tuple[Floats, Floats]:
    """Return what each customer would spend if like the best quarter of those most alike, and how many that rests on.

    :param spent: (customers,), in the order of `offers.customers`. Both answers have that shape; a customer without
        anybody alike keeps their own spending, with 0 behind it. The potential is never below what was spent.
    """
    amounts = np.asarray(spent, dtype=np.float64)
    found, behind = amounts.copy(), np.zeros(len(amounts))
    sizes = np.asarray(offers.bought.sum(axis=1)).ravel()
    for first in range(0, len(amounts), ROWS_AT_ONCE):
        rows = np.arange(first, min(first + ROWS_AT_ONCE, len(amounts)))
        both = (offers.bought[rows] @ offers.bought.T).toarray()
        cosine = both / np.sqrt(np.maximum(sizes[rows, None] * sizes[None, :], 1.0))
        cosine[np.arange(len(rows)), rows] = -1
        count = min(neighbours, len(amounts) - 1)
        nearest = np.argpartition(-cosine, max(count - 1, 0), axis=1)[:, :count]
        for place, row in enumerate(rows):
            near = nearest[place][cosine[place, nearest[place]] > 0]
            if len(near):
                found[row] = max(amounts[row], float(np.quantile(amounts[near], 0.75)))
                behind[row] = len(near)
    return found, behind
