"""Three products in one basket: built from the pairs that `find_pairs` left in the connection, each counted.

Agrawal & Srikant (1994): a set of three is frequent only where its three pairs are, so triangles among pairs are the
candidates. Only the MOST_PAIRS most frequent pairs that are bought together more than by chance are looked at.
"""

from dataclasses import dataclass

import duckdb

from zhike.engine import sql

MOST_PAIRS = 500
MOST_CANDIDATES = 2000


@dataclass(frozen=True, slots=True)
class BundleFound:
    """Three products, the most frequent first: `together` baskets hold all; `lift` is over what three products that
    are bought independently of one another would share."""

    items: tuple[str, str, str]
    together: int
    support: float
    lift: float


_STAGES = {
    "bundle_pair": "SELECT c.first AS first, c.second AS second, c.together AS together FROM pair_count AS c"
    " JOIN pair_item AS a ON a.number = c.first JOIN pair_item AS b ON b.number = c.second"
    " WHERE CAST(c.together AS DOUBLE) * (SELECT n FROM pair_size) > CAST(a.times AS DOUBLE) * b.times"
    " ORDER BY c.together DESC, c.first, c.second LIMIT :pairs",
    "bundle_seen": "SELECT p.first AS first, p.second AS second, a.basket AS basket FROM bundle_pair AS p"
    " JOIN pair_short AS a ON a.number = p.first"
    " JOIN pair_short AS b ON b.basket = a.basket AND b.number = p.second",
    "bundle_maybe": "SELECT a.first AS x, a.second AS y, b.second AS z FROM bundle_pair AS a"
    " JOIN bundle_pair AS b ON b.first = a.first AND b.second > a.second"
    " JOIN bundle_pair AS c ON c.first = a.second AND c.second = b.second"
    " ORDER BY LEAST(a.together, b.together, c.together) DESC, 1, 2, 3 LIMIT :candidates",
    "bundle_count": "SELECT m.x AS x, m.y AS y, m.z AS z, COUNT(*) AS together FROM bundle_maybe AS m"
    " JOIN bundle_seen AS s ON s.first = m.x AND s.second = m.y"
    " JOIN pair_short AS p ON p.basket = s.basket AND p.number = m.z"
    " GROUP BY m.x, m.y, m.z HAVING COUNT(*) >= (SELECT least FROM pair_size)",
}
_FOUND = (
    "SELECT CAST(a.item AS TEXT), CAST(b.item AS TEXT), CAST(c.item AS TEXT), a.times, b.times, c.times,"
    " t.together, (SELECT n FROM pair_size) FROM bundle_count AS t JOIN pair_item AS a ON a.number = t.x"
    " JOIN pair_item AS b ON b.number = t.y JOIN pair_item AS c ON c.number = t.z"
    " ORDER BY t.together DESC, t.x, t.y, t.z LIMIT :most"
)


def find_bundles(connection: duckdb.DuckDBPyConnection, *, most: int = 200) -> tuple[BundleFound, ...]:
    """Return the most frequent sets of three; call it after `find_pairs` on the same connection."""
    pairs, candidates = sql.integer(MOST_PAIRS), sql.integer(MOST_CANDIDATES)
    for name, text in _STAGES.items():
        connection.execute(sql.emit(sql.drop_table(name)))
        connection.execute(
            sql.emit(sql.create_table(name, sql.tree(text, pairs=pairs, candidates=candidates), temporary=True))
        )
    rows = connection.execute(sql.emit(sql.tree(_FOUND, most=sql.integer(most)))).fetchall()
    found = []
    for *names, one, two, three, together, baskets in rows:
        by_count = sorted(zip((one, two, three), names, strict=True), key=lambda each: -each[0])
        lift = together * baskets**2 / (one * two * three)
        items = tuple(name for _, name in by_count)
        found.append(BundleFound((items[0], items[1], items[2]), together, together / baskets, lift))
    return tuple(found)
