"""The next product for each customer, and customers alike, by cosines between products and between customers.

Sarwar, Karypis, Konstan & Riedl (2001), Item-based collaborative filtering; similarities are shrunk toward 0 where few
customers stand behind them, and each product keeps its MOST_NEIGHBOURS nearest. Customers of more than WIDEST products
(wholesalers) say nothing of likeness. Popularity is a hard baseline: `back_test` measures both on what customers bought
next. Everything goes in blocks: memory is bounded by the lines, not by customers × products.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhike.engine.models.cells import Floats
from zhike.engine.models.margins import Margin, paired_margin

SHRINK = 10.0  # customers in common at which a similarity counts half
MOST_NEIGHBOURS = 50
ROWS_AT_ONCE = 2000
COMPARED_AT_ONCE = 250  # with MOST_COMPARED others 10 MB, which a processor keeps at hand
CELLS_AT_ONCE = 10_000_000  # of a dense block, 80 MB
WIDEST = 1000
MOST_TRIED = 20_000  # customers of a back test; more are drawn by lot

type Key = str | int
MOST_COMPARED = 5000


@dataclass(frozen=True, slots=True)
class Offer:
    """A product that a customer has not bought, and the bought products that speak for it, the strongest first.

    `evidence` gives for each: the product, how many customers bought both, how many bought it.
    """

    item: Key
    score: float
    evidence: tuple[tuple[Key, int, int], ...]


@dataclass(frozen=True, slots=True)
class BackTest:
    """Precision and hit rate among the first k products offered, of customers who bought something new afterwards.

    `margin` is that of the precision over what is popular, customer by customer.
    """

    customers: int
    k: int
    precision: float
    hit_rate: float
    popularity_precision: float
    popularity_hit_rate: float
    margin: Margin

    @property
    def beats_popularity(self) -> bool:
        """Whether the gain over popularity is more than chance would give."""
        return self.margin.is_proven


class Offers:
    """Products and customers as a sparse matrix of who bought what; made by `learn_offers`."""

    def __init__(self, customers: NDArray[Any], items: NDArray[Any], bought: Any) -> None:
        from scipy import sparse

        self.customers, self.items = customers, items
        self.bought = sparse.csr_matrix(bought)
        self.popularity = np.asarray(self.bought.sum(axis=0)).ravel()
        self.likeness, self.common = _shrunk_cosine(self.bought)

    def scores(self, rows: NDArray[np.intp]) -> Floats:
        """Return the score of every product for customers, shape (rows, items); −∞ for what they have."""
        found = (self.bought[rows] @ self.likeness).toarray()
        found[self.bought[rows].toarray() > 0] = -np.inf
        return np.asarray(found)

    def offer(self, customer: Key, most: int = 3) -> list[Offer]:
        """Return the next products for a customer; nothing for who bought nothing, or where nothing is alike.

        :raises KeyError: for somebody who is not among the customers.
        """
        row = self._row(customer)
        scores = self.scores(np.array([row]))[0]
        best = np.argsort(-scores, kind="stable")[:most]
        return [self._offer(row, int(one), float(scores[one])) for one in best if scores[one] > 0]

    def alike(self, customer: Key, most: int = 10) -> list[tuple[Key, float]]:
        """Return the customers whose products are most alike (cosine), without the customer, the most alike first."""
        row = self._row(customer)
        own = self.bought[row]
        both = (self.bought @ own.T).toarray().ravel()
        sizes = np.sqrt(np.asarray(self.bought.sum(axis=1)).ravel() * max(own.sum(), 1.0))
        cosine = np.where(sizes > 0, both / np.where(sizes > 0, sizes, 1.0), 0.0)
        cosine[row] = -1
        best = np.argsort(-cosine, kind="stable")[:most]
        return [(self.customers[one].item(), float(cosine[one])) for one in best if cosine[one] > 0]

    def _row(self, customer: Key) -> int:
        at = int(np.searchsorted(self.customers, customer))
        if at >= len(self.customers) or self.customers[at] != customer:
            raise KeyError(customer)
        return at

    def _offer(self, row: int, item: int, score: float) -> Offer:
        own = self.bought[row].indices
        parts = self.likeness[own, item].toarray().ravel()
        order = [one for one in np.argsort(-parts, kind="stable")[:3] if parts[one] > 0]
        evidence = [
            (self.items[own[one]].item(), int(self.common[own[one], item]), int(self.popularity[own[one]]))
            for one in order
        ]
        return Offer(self.items[item].item(), score, tuple(evidence))


def _shrunk_cosine(bought: Any) -> tuple[Any, Any]:
    """Return the likenesses of products, each with its nearest, and beside them how many customers bought both."""
    from scipy import sparse

    light = bought[np.diff(bought.indptr) <= WIDEST]
    popularity = np.asarray(light.sum(axis=0)).ravel()
    count = bought.shape[1]
    turned, step = light.T.tocsr(), max(1, CELLS_AT_ONCE // max(count, 1))
    values, common = [sparse.csr_matrix((0, count))], [sparse.csr_matrix((0, count))]
    for first in range(0, count, step):
        part = turned[first : first + step]
        like, both = _nearest((part @ light).tocoo(), first, popularity)
        values.append(like)
        common.append(both)
    return sparse.vstack(values).tocsr(), sparse.vstack(common).tocsr()


def _nearest(both: Any, first: int, popularity: Floats) -> tuple[Any, Any]:
    from scipy import sparse

    apart = both.row + first != both.col
    row, column, count = both.row[apart], both.col[apart], both.data[apart]
    values = count / np.sqrt(popularity[row + first] * popularity[column]) * count / (count + SHRINK)
    order = np.lexsort((-values, row))
    row, column, values, count = row[order], column[order], values[order], count[order]
    kept = np.arange(len(row)) - np.searchsorted(row, row) < MOST_NEIGHBOURS
    places = (row[kept], column[kept])
    like = sparse.csr_matrix((values[kept], places), shape=both.shape)
    return like, sparse.csr_matrix((count[kept], places), shape=both.shape)


def learn_offers(customers: ArrayLike, items: ArrayLike) -> Offers:
    """Return the offers learnt from n lines of who bought what; repeated lines count once.

    Numbers stay numbers; anything else is taken as text.
    """
    people, row = np.unique(_keys(customers), return_inverse=True)
    products, column = np.unique(_keys(items), return_inverse=True)
    return Offers(people, products, _matrix(row.reshape(-1), column.reshape(-1), (len(people), len(products))))


def _keys(values: ArrayLike) -> NDArray[Any]:
    found = np.asarray(values)
    return found if found.dtype.kind in "iu" else found.astype(np.str_)


def _matrix(row: NDArray[np.intp], column: NDArray[np.intp], shape: tuple[int, int]) -> Any:
    from scipy import sparse

    found = sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=shape)
    found.sum_duplicates()
    found.data[:] = 1.0
    return found


def back_test(
    before: Offers, customers: ArrayLike, items: ArrayLike, *, k: int = 10, most: int = MOST_TRIED, seed: int = 0
) -> BackTest:
    """Return how offers made from what was known before fare on n later lines; only what is new to somebody counts.

    :param most: of more customers than that, so many are drawn by lot.
    """
    new = _news(before, _keys(customers), _keys(items))
    rows = np.flatnonzero(np.diff(new.indptr))
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    ours, popular = [], []
    tie = before.popularity / (before.popularity.max(initial=0) + 1) * 1e-9  # among equals the popular one
    step = max(1, min(ROWS_AT_ONCE, CELLS_AT_ONCE // max(len(before.items), 1)))
    for first in range(0, len(rows), step):
        part = rows[first : first + step]
        scores, wanted = before.scores(part), new[part].toarray() > 0
        rank = np.where(np.isinf(scores), -np.inf, before.popularity[None, :])
        ours.append(_hits(scores + tie, wanted, k))
        popular.append(_hits(rank, wanted, k))
    margin = paired_margin(_joined(ours) / k, _joined(popular) / k)
    return BackTest(len(rows), k, *_rates(_joined(ours), k), *_rates(_joined(popular), k), margin)


def _news(before: Offers, people: NDArray[Any], products: NDArray[Any]) -> Any:
    """Return who later bought which known product for the first time, in the shape of `before.bought`."""
    row, known = _find(before.customers, people)
    column, offered = _find(before.items, products)
    kept = known & offered
    later = _matrix(row[kept], column[kept], before.bought.shape)
    new = later - later.multiply(before.bought)
    new.eliminate_zeros()
    return new.tocsr()


def _find(among: NDArray[Any], wanted: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return where each one stands among sorted ones, and whether it does."""
    if not len(among):
        return np.zeros(len(wanted), np.intp), np.zeros(len(wanted), np.bool_)
    at = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return at, among[at] == wanted


def _hits(scores: Floats, wanted: NDArray[np.bool_], k: int) -> NDArray[np.int64]:
    """Return how many of the k best of each row were wanted."""
    least = max(scores.shape[1] - k, 0)
    best = np.argpartition(scores, least, axis=1)[:, least:]
    return np.asarray(np.take_along_axis(wanted, best, axis=1).sum(axis=1))


def _joined(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _rates(hits: NDArray[np.int64], k: int) -> tuple[float, float]:
    if not len(hits):
        return 0.0, 0.0
    return float(hits.mean()) / k, float((hits > 0).mean())


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
    compared = _compared(len(amounts), most, seed)
    kinds, of = _kinds(offers.bought, compared)
    others, worth = offers.bought[compared].T.tocsr(), amounts[compared]
    sizes = np.asarray(offers.bought.sum(axis=1)).ravel()
    count = min(neighbours, len(compared))
    quartile, behind = np.empty(len(kinds)), np.empty(len(kinds))
    for first in range(0, len(kinds), COMPARED_AT_ONCE):
        rows = kinds[first : first + COMPARED_AT_ONCE]
        unlike = _unlikeness(offers.bought[rows] @ others, rows, compared, sizes)
        nearest = np.argpartition(unlike, count - 1, axis=1)[:, :count]
        alike = np.take_along_axis(unlike, nearest, axis=1) < 0
        behind[first : first + len(rows)] = alike.sum(axis=1)
        quartile[first : first + len(rows)] = _upper_quartile(worth[nearest], alike)
    return np.fmax(amounts, quartile[of]), behind[of]


def _kinds(bought: Any, compared: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return one row for all who bought the same products, and for each row the place of theirs.

    Who is compared with is not alike to themselves, and so a kind of their own. Baskets are told apart by the sum of
    numbers drawn for products: of a million, two are taken for one in 30 of a thousand million runs.
    """
    drawn = np.random.default_rng(0).integers(0, 2**64, bought.shape[1], dtype=np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(drawn[bought.indices], dtype=np.uint64)])
    marks = np.diff(sums[bought.indptr])
    own = np.zeros(len(marks), dtype=np.int64)
    own[compared] = np.arange(1, len(compared) + 1)
    order = np.lexsort((marks, own))
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = (marks[order[1:]] != marks[order[:-1]]) | (own[order[1:]] != own[order[:-1]])
    of = np.empty(len(order), dtype=np.intp)
    of[order] = np.cumsum(begins) - 1
    return order[begins], of


def _unlikeness(both: Any, rows: NDArray[np.intp], compared: NDArray[np.intp], sizes: Floats) -> Floats:
    """Return the cosines of rows with those compared, below 0, from the numbers of products in common; own ones 1."""
    row = np.repeat(rows, np.diff(both.indptr))
    both.data /= -np.sqrt(np.maximum(sizes[row] * sizes[compared[both.indices]], 1.0))
    found: Floats = both.toarray()
    at, there = _find(compared, rows)
    found[np.flatnonzero(there), at[there]] = 1.0
    return found


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
