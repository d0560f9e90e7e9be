"""Two analyses: which products are bought together, and which product each customer may want next."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import duckdb
import numpy as np
from django.utils.translation import gettext_noop

from zhike.analytics.errors import NoProducts, NothingBought
from zhike.analytics.models import Bundle, CustomerAlike, CustomerOffer, ProductPair
from zhike.analytics.runs.registry import Outcome, Rows, Task
from zhike.analytics.said import Said
from zhike.classification.public import get_store
from zhike.engine import sql
from zhike.engine.models.bundles import find_bundles
from zhike.engine.models.errors import NoPurchases
from zhike.engine.models.from_store import StoredPurchases, open_purchases
from zhike.engine.models.next_products import Alike, NextProducts, customers_alike, next_products
from zhike.engine.models.offers import BackTest, Offers, back_test, learn_offers
from zhike.engine.models.pairs import LONGEST_BASKET, Pairs, find_pairs

LEAST_TOGETHER = 5  # orders; fewer are chance
LEAST_SUPPORT = 0.0002
MOST_PAIRS = 20_000
TRIED_DAYS = 90
LEAST_TRIED = 30  # customers who bought something new in those days
PAIR_COLUMNS = (
    "first_id", "then_id", "together", "first_count", "then_count", "support", "confidence", "confidence_back", "lift",
)  # fmt: skip
BUNDLE_COLUMNS = ("first_id", "second_id", "third_id", "together", "support", "lift")
OFFER_COLUMNS = ("customer_id", "place", "product_id", "score", "evidence")
ALIKE_COLUMNS = ("customer_id", "place", "other_id", "likeness", "shared")


def compute_pairs(task: Task) -> Outcome:
    """Return pairs and bundles of all orders before the task's day. :raises NothingBought, NoProducts:"""
    try:
        with _open(task) as bought:
            lines = _count_lines(bought, task)
            support = max(LEAST_SUPPORT, LEAST_TOGETHER / max(lines["baskets"], LEAST_TOGETHER))
            pairs = find_pairs(bought.connection, support)
            task.tell()
            bundles = find_bundles(bought.connection)
            first, last = bought.first, bought.last
    except NoPurchases as nothing:
        raise NothingBought(day=task.as_of.isoformat()) from nothing
    kept = pairs.found[:MOST_PAIRS]
    card = describe_pairs(pairs, lines, support, len(kept), len(bundles))
    told = [(int(one.first), int(one.then), *(getattr(one, name) for name in PAIR_COLUMNS[2:])) for one in kept]
    threes = [(*map(int, one.items), one.together, one.support, one.lift) for one in bundles]
    rows = [Rows(ProductPair, PAIR_COLUMNS, told), Rows(Bundle, BUNDLE_COLUMNS, threes)]
    return Outcome(card, lines["customers"], first, last, rows=rows)


def describe_pairs(pairs: Pairs, lines: dict[str, int], support: float, kept: int, bundles: int) -> dict[str, Any]:
    """Return the card of the pairs as plain JSON."""
    return {
        "orders": pairs.baskets,
        "products": pairs.items,
        "frequent_products": pairs.frequent_items,
        "least_together": pairs.least,
        "least_support": support,
        "long_orders": pairs.long_baskets,
        "longest_order": LONGEST_BASKET,
        "pairs": len(pairs.found),
        "kept_pairs": kept,
        "bundles": bundles,
        **{key: lines[key] for key in ("lines", "customers")},
    }


def compute_offers(task: Task) -> Outcome:
    """Return everybody's next products and customers alike; refused where they may beat what is popular by chance.

    Tried on the last 90 days: learnt from what was bought before, compared with what was bought new afterwards.

    :raises NothingBought, NoProducts:
    """
    try:
        with _open(task) as bought:
            _count_lines(bought, task)
            customers, items, days = _read_lines(bought.connection)
            first, last = bought.first, bought.last
    except NoPurchases as nothing:
        raise NothingBought(day=task.as_of.isoformat()) from nothing
    early = days < np.datetime64(task.as_of - timedelta(days=TRIED_DAYS))
    tried = back_test(learn_offers(customers[early], items[early]), customers[~early], items[~early])
    task.tell()
    offers = learn_offers(customers, items)
    card = describe_offers(tried, offers)
    if tried.customers < LEAST_TRIED or not tried.beats_popularity:
        return Outcome(card, len(offers.customers), first, last, refused=say_no(tried))
    found = list(next_products(offers))
    task.tell()
    alike = list(customers_alike(offers))
    rows = [
        Rows(CustomerOffer, OFFER_COLUMNS, _offer_rows(offers, found)),
        Rows(CustomerAlike, ALIKE_COLUMNS, _alike_rows(offers, alike)),
    ]
    return Outcome(card, len(offers.customers), first, last, rows=rows)


def describe_offers(tried: BackTest, offers: Offers) -> dict[str, Any]:
    """Return the card of the offers as plain JSON."""
    return {
        "k": tried.k,
        "days": TRIED_DAYS,
        "tried": tried.customers,
        "precision": round(tried.precision, 4),
        "hit_rate": round(tried.hit_rate, 4),
        "popularity_precision": round(tried.popularity_precision, 4),
        "popularity_hit_rate": round(tried.popularity_hit_rate, 4),
        "gain": [round(one, 4) for one in (tried.margin.gain, tried.margin.low, tried.margin.high)],
        "customers": len(offers.customers),
        "products": len(offers.items),
    }


def say_no(tried: BackTest) -> Said:
    """Say why offers are not used."""
    if tried.customers < LEAST_TRIED:
        sentence = gettext_noop(
            "Only {count} customers bought a product that was new to them in the last {days} days; {least} are needed "
            "to try offers."
        )
        return Said(sentence, {"count": tried.customers, "days": TRIED_DAYS, "least": LEAST_TRIED})
    figures = {"ours": tried.precision, "popular": tried.popularity_precision}
    figures |= {"low": tried.margin.low, "high": tried.margin.high}
    sentence = gettext_noop(
        "Of 100 offers made for each customer {ours} hit, of 100 most popular products {popular}. Tried on {count} "
        "customers, the difference lies between {low} and {high} (95 % interval): it may be chance. Offering what is "
        "popular is as good."
    )
    return Said(sentence, {"count": tried.customers} | {name: f"{100 * one:.1f}" for name, one in figures.items()})


def _open(task: Task) -> Any:
    return open_purchases(get_store(), as_of=task.as_of, zone=task.zone, currency=task.currency, lines=True)


def _count_lines(bought: StoredPurchases, task: Task) -> dict[str, int]:
    task.tell()
    counts = sql.query("SELECT COUNT(*), COUNT(DISTINCT basket), COUNT(DISTINCT customer) FROM basket_line")
    ((lines, baskets, customers),) = bought.connection.execute(sql.emit(counts)).fetchall()
    if not lines:
        raise NoProducts(day=task.as_of.isoformat())
    return {"lines": lines, "baskets": baskets, "customers": customers}


def _read_lines(connection: duckdb.DuckDBPyConnection) -> tuple[Any, Any, Any]:
    """Return customer, product and first day of each product that a customer bought."""
    rows = sql.query("SELECT customer, item, MIN(day) AS day FROM basket_line GROUP BY customer, item")
    found = connection.execute(sql.emit(rows)).fetchnumpy()
    return (
        np.asarray(found["customer"], dtype=np.int64),
        np.asarray(found["item"], dtype=np.int64),
        np.asarray(found["day"], dtype="datetime64[D]"),
    )


def _offer_rows(offers: Offers, found: Sequence[NextProducts]) -> Iterator[Sequence[Any]]:
    for block in found:
        people = offers.customers[block.first : block.first + len(block.items)].tolist()
        for at, place in zip(*(one.tolist() for one in np.nonzero(block.items >= 0)), strict=True):
            item = offers.items[block.items[at, place]].item()
            evidence = [
                {
                    "product": offers.items[because].item(),
                    "both": int(both),
                    "bought": int(offers.popularity[because]),
                }
                for because, both in zip(block.because[at, place], block.both[at, place], strict=True)
                if because >= 0
            ]
            yield people[at], place + 1, item, float(block.scores[at, place]), json.dumps(evidence)


def _alike_rows(offers: Offers, found: Sequence[Alike]) -> Iterator[Sequence[Any]]:
    for block in found:
        for row, others, likeness, shared in zip(
            count(block.first), block.others.tolist(), block.likeness.tolist(), block.shared.tolist(), strict=False
        ):
            customer = offers.customers[row].item()
            for place, other in enumerate(others):
                if other >= 0:
                    yield customer, place + 1, offers.customers[other].item(), likeness[place], shared[place]
