"""Products that are bought together, by a self-join in SQL: support, confidence and lift, with the counts behind them.

Agrawal & Srikant (1994), Fast algorithms for mining association rules; frequent sets of two only. Assumption: a line
says that a basket holds a product, however often. Products below the least support are dropped before the join, and
baskets with more than LONGEST_BASKET of the remaining products say nothing about pairs and are left out of the join
(one basket of 5,000 products would make 12.5 million pairs); they are counted, and count for support.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.models.errors import NothingFilled, SupportWrong
from zhike.engine.models.files import open_table, reading

LONGEST_BASKET = 1000
MANY_LINES = 500_000
ARRAY_BITS = 22  # pairs of up to 2,047 products: an array of 4 million counters


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products in one basket: `together` baskets; confidence is of `then` given `first`, and the other way."""

    first: str
    then: str
    together: int
    first_count: int
    then_count: int
    support: float
    confidence: float
    confidence_back: float
    lift: float


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs, most frequent first, and what they were found in."""

    baskets: int
    items: int
    frequent_items: int
    long_baskets: int
    least: int
    found: tuple[Pair, ...]


def read_baskets(path: Path, *, basket: str, item: str) -> duckdb.DuckDBPyConnection:
    """Return a connection with the table `line` of a file's basket and item columns; lines lacking one are left out.

    :raises NothingFilled: when no line is left. Also all that `open_table` and `reading` raise.
    """
    connection = open_table(path, {"basket": basket, "item": item})
    named = {"basket": basket, "item": item}
    shown = [sql.tree("NULLIF(TRIM(CAST(:c AS TEXT)), '')", c=sql.column(one)).as_(key) for key, one in named.items()]
    rows = sql.query("SELECT * FROM :lines", lines=sql.aside(exp.select(*shown).from_(sql.table("line")), "lines"))
    rows = rows.where(sql.tree("basket IS NOT NULL AND item IS NOT NULL"))
    with reading(path):
        connection.execute(sql.emit(sql.create_table("basket_line", rows)))
        ((used, read),) = connection.execute(
            sql.emit(sql.query("SELECT COUNT(*), (SELECT COUNT(*) FROM line) FROM basket_line"))
        ).fetchall()
    if not used:
        raise NothingFilled(file=path.name, rows=read, columns=f"{basket} + {item}")
    return connection


def find_pairs(connection: duckdb.DuckDBPyConnection, least_support: float, *, lines: str = "basket_line") -> Pairs:
    """Return every pair of products in at least `least_support` of all baskets.

    :param lines: a table or view with the columns basket and item, of any type.
    :raises SupportWrong: when the share is not in (0, 1].
    """
    if not 0 < least_support <= 1:
        raise SupportWrong(support=least_support)
    stages = _statements(lines, least_support)
    for name, statement in stages:
        connection.execute(sql.emit(sql.drop_table(name)))
        if name == "pair_count":
            _make_room(connection)
        connection.execute(sql.emit(sql.create_table(name, statement, temporary=True)))
    connection.execute("RESET perfect_ht_threshold")
    counts = sql.query(
        "SELECT n, least, (SELECT COUNT(*) FROM pair_seen), (SELECT COUNT(*) FROM pair_item),"
        " (SELECT COUNT(*) FROM pair_basket WHERE size > :longest) FROM pair_size",
        longest=sql.integer(LONGEST_BASKET),
    )
    ((baskets, least, items, frequent, long_ones),) = connection.execute(sql.emit(counts)).fetchall()
    rows = connection.execute(sql.emit(_PAIRS)).fetchall()
    return Pairs(baskets, items, frequent, long_ones, least, tuple(_pair(row, baskets) for row in rows))


def _make_room(connection: duckdb.DuckDBPyConnection) -> None:
    """Let DuckDB count many pairs of few products in a plain array instead of a hash table."""
    counts = sql.query("SELECT COUNT(*), (SELECT MAX(number) FROM pair_item) FROM pair_short")
    ((rows, most),) = connection.execute(sql.emit(counts)).fetchall()
    if rows > MANY_LINES and 2 * int(most).bit_length() <= ARRAY_BITS:
        connection.execute(f"SET perfect_ht_threshold = {ARRAY_BITS:d}")


def _statements(lines: str, least_support: float) -> list[tuple[str, exp.Expr]]:
    """Return the stages, each materialised. Products in too few lines go before repeated lines are looked for."""
    support = sql.number(Decimal(repr(least_support)))
    longest = sql.integer(LONGEST_BASKET)
    texts: Mapping[str, str] = {
        "pair_size": "SELECT COUNT(DISTINCT basket) AS n,"
        " CAST(GREATEST(CEIL(:support * COUNT(DISTINCT basket)), 1) AS BIGINT) AS least FROM :lines",
        "pair_seen": "SELECT item, COUNT(*) AS lines FROM :lines GROUP BY item",
        "pair_maybe": "SELECT item, CAST(ROW_NUMBER() OVER (ORDER BY item) AS INTEGER) AS number FROM pair_seen"
        " WHERE lines >= (SELECT least FROM pair_size)",
        "pair_line": "SELECT DISTINCT l.basket AS basket, m.number AS number FROM :lines AS l"
        " JOIN pair_maybe AS m ON m.item = l.item",
        "pair_item": "SELECT m.item AS item, m.number AS number, c.times AS times FROM pair_maybe AS m"
        " JOIN (SELECT number, COUNT(*) AS times FROM pair_line GROUP BY number) AS c ON c.number = m.number"
        " WHERE c.times >= (SELECT least FROM pair_size)",
        "pair_kept": "SELECT l.basket AS basket, l.number AS number FROM pair_line AS l"
        " JOIN pair_item AS i ON i.number = l.number",
        "pair_basket": "SELECT basket, COUNT(*) AS size FROM pair_kept GROUP BY basket",
        "pair_short": "SELECT k.basket AS basket, k.number AS number FROM pair_kept AS k"
        " JOIN pair_basket AS b ON b.basket = k.basket WHERE b.size > 1 AND b.size <= :longest",
        "pair_count": "SELECT a.number AS first, b.number AS second, COUNT(*) AS together"
        " FROM pair_short AS a JOIN pair_short AS b ON a.basket = b.basket AND a.number < b.number"
        " GROUP BY a.number, b.number HAVING COUNT(*) >= (SELECT least FROM pair_size)",
    }
    return [
        (name, sql.tree(text, lines=sql.table(lines), support=support, longest=longest)) for name, text in texts.items()
    ]


_PAIRS = sql.query(
    "SELECT CAST(a.item AS TEXT), CAST(b.item AS TEXT), together, a.times, b.times FROM pair_count"
    " JOIN pair_item AS a ON a.number = pair_count.first JOIN pair_item AS b ON b.number = pair_count.second"
    " ORDER BY together DESC, a.item, b.item"
)


def _pair(row: tuple[Any, ...], baskets: int) -> Pair:
    """Return a pair told from its rarer product, of which the other is the likelier next one."""
    one, other, together, one_count, other_count = row
    if one_count > other_count:
        one, other, one_count, other_count = other, one, other_count, one_count
    return Pair(
        one,
        other,
        together,
        one_count,
        other_count,
        together / baskets,
        together / one_count,
        together / other_count,
        together * baskets / (one_count * other_count),
    )


def report_pairs(path: Path, *, basket: str, item: str, least_support: float) -> dict[str, Any]:
    """Return a file's pairs as figures, ready for JSON."""
    pairs = find_pairs(read_baskets(path, basket=basket, item=item), least_support)
    shown = [
        {
            "items": [one.first, one.then],
            "together": one.together,
            "counts": [one.first_count, one.then_count],
            "support": round(one.support, 8),
            "confidence": round(one.confidence, 6),
            "confidence_back": round(one.confidence_back, 6),
            "lift": round(one.lift, 4),
        }
        for one in pairs.found
    ]
    return {
        "baskets": pairs.baskets,
        "items": pairs.items,
        "frequent_items": pairs.frequent_items,
        "long_baskets_left_out": pairs.long_baskets,
        "min_support": least_support,
        "least_baskets": pairs.least,
        "pairs_count": len(shown),
        "pairs": shown,
    }
