"""Third stage: where scores and tiers change, from histograms of distinct values, so that equal values stay together.

A score is ceil(k × cume_dist). A value scores above s when more than s/k of all values are ≤ it, so the cut where score
s + 1 begins is an order statistic: the (floor(s × n / k) + 1)-th smallest value. A tier asks what share of the total
lies above a value: the cut where it begins is the smallest value for which that share is below the limit.

Amounts are counted in coarse buckets first, then exactly in the few buckets that hold a cut: two scans, small tables.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from sqlglot import exp

from zhike.engine import sql

type Ints = npt.NDArray[np.int64]
type Fetch = Callable[[exp.Expr], dict[str, Ints]]

EPOCH = date(1970, 1, 1)
_BUCKETS = 64  # to one average amount


def count_cuts(fetch: Fetch, column: str, table: str, where: exp.Expr, parts: int) -> list[int]:
    """Return the parts − 1 values of a whole-number column where the scores 2, 3, … begin; empty without rows."""
    found = fetch(_histogram(sql.column(column), table, where))
    return rank_cuts(found["value"], found["n"], parts)


def day_cuts(fetch: Fetch, column: str, table: str, where: exp.Expr, parts: int) -> list[date]:
    """Return the days of a date column where the scores 2, 3, … begin; a later day scores higher."""
    number = sql.tree("DATE_DIFF('day', :epoch, :held)", epoch=sql.day(EPOCH), held=sql.column(column))
    found = fetch(_histogram(number, table, where))
    return [EPOCH + timedelta(days=one) for one in rank_cuts(found["value"], found["n"], parts)]


def amount_cuts(fetch: Fetch, column: str, table: str, where: exp.Expr, parts: int) -> list[int]:
    """Return the same as `count_cuts` for a column of many distinct values."""
    width = _width(fetch, column, table, where)
    coarse = fetch(_histogram(_bucket(column, width), table, where))
    running = np.cumsum(coarse["n"])
    places = [int(np.searchsorted(running, rank)) for rank in _ranks(int(running[-1]) if len(running) else 0, parts)]
    fine = _fine(fetch, column, table, where, width, [int(coarse["value"][place]) for place in places])
    cuts = []
    for rank, place in zip(_ranks(int(running[-1]) if len(running) else 0, parts), places, strict=True):
        here = fine["bucket"] == coarse["value"][place]
        before = int(running[place]) - int(coarse["n"][place])
        cuts.append(int(fine["value"][here][np.searchsorted(np.cumsum(fine["n"][here]), rank - before)]))
    return cuts


def share_cuts(fetch: Fetch, column: str, table: str, where: exp.Expr, limits: Sequence[Fraction]) -> list[int]:
    """Return, for each limit, the smallest amount for which the amounts above it make less than that share of all.

    The rows that meet `where` have amounts above 0.
    """
    width = _width(fetch, column, table, where)
    coarse = fetch(_coarse_totals(column, width, table, where))
    if not len(coarse["value"]):
        return []
    whole = int(coarse["total"].sum())
    above = whole - np.cumsum(coarse["total"])
    most = [-(-limit.numerator * whole // limit.denominator) for limit in limits]  # the share is below: sum < most
    places = [int(np.argmax(above < one)) for one in most]
    fine = _fine(fetch, column, table, where, width, [int(coarse["value"][place]) for place in places])
    cuts = []
    for one, place in zip(most, places, strict=True):
        here = fine["bucket"] == coarse["value"][place]
        values, sums = fine["value"][here], fine["value"][here] * fine["n"][here]
        inner = int(above[place]) + int(sums.sum()) - np.cumsum(sums)
        cuts.append(int(values[np.argmax(inner < one)]))
    return cuts


def rank_cuts(values: Ints, counts: Ints, parts: int) -> list[int]:
    """Return where the scores begin, from a histogram in ascending order."""
    running = np.cumsum(counts)
    ranks = _ranks(int(running[-1]) if len(running) else 0, parts)
    return [int(values[np.searchsorted(running, rank)]) for rank in ranks]


def _ranks(rows: int, parts: int) -> list[int]:
    return [score * rows // parts + 1 for score in range(1, parts)] if rows else []


def _width(fetch: Fetch, column: str, table: str, where: exp.Expr) -> int:
    mean = sql.query("SELECT CAST(COALESCE(AVG(ABS(:held)), 0) AS BIGINT) AS mean", held=sql.column(column))
    found = fetch(mean.from_(sql.table(table), copy=False).where(where, copy=False))
    return max(1, int(found["mean"][0]) // _BUCKETS)


def _bucket(column: str, width: int) -> exp.Expr:
    return sql.tree("CAST(:held // :width AS BIGINT)", held=sql.column(column), width=sql.integer(width))


def _histogram(value: exp.Expr, table: str, where: exp.Expr) -> exp.Select:
    shown = exp.cast(value, "BIGINT").as_("value", quoted=True)
    rows = exp.select(shown, sql.tree("COUNT(*) AS n")).from_(sql.table(table), copy=False).where(where, copy=False)
    return rows.group_by(sql.integer(1), copy=False).order_by(sql.integer(1), copy=False)


def _coarse_totals(column: str, width: int, table: str, where: exp.Expr) -> exp.Select:
    total = sql.tree("CAST(SUM(:held) AS BIGINT) AS total", held=sql.column(column))
    return _histogram(_bucket(column, width), table, where).select(total, copy=False)


def _fine(fetch: Fetch, column: str, table: str, where: exp.Expr, width: int, buckets: list[int]) -> dict[str, Ints]:
    """Return the exact histogram of the buckets, ascending."""
    if not buckets:
        return {name: np.empty(0, np.int64) for name in ("bucket", "value", "n")}
    chosen = exp.or_(*[_in_bucket(column, width, one) for one in sorted(set(buckets))])
    rows = _histogram(sql.column(column), table, exp.and_(where.copy(), chosen))
    bucket = _bucket(column, width).as_("bucket", quoted=True)
    return fetch(rows.select(bucket, copy=False).group_by(sql.integer(3), copy=False))


def _in_bucket(column: str, width: int, bucket: int) -> exp.Expr:
    """Return whether a value is in a bucket, by its ends: a division of every row costs twice as much.

    Quotients are cut off towards zero, so the bucket 0 has values of both signs.
    """
    low = bucket * width if bucket > 0 else (bucket - 1) * width + 1
    high = (bucket + 1) * width - 1 if bucket >= 0 else bucket * width
    return exp.Between(this=sql.column(column), low=sql.number(low), high=sql.number(high))
