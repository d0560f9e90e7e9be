"""Products bought together, the next product with what speaks for it, customers alike, and whether offers help."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pytest

from zhike.engine.models import pairs as pairs_module
from zhike.engine.models.bundles import find_bundles
from zhike.engine.models.errors import ColumnMissing, NothingFilled, SupportWrong
from zhike.engine.models.next_products import customers_alike, next_products, telling_products
from zhike.engine.models.offers import back_test, learn_offers, potential_value
from zhike.engine.models.pairs import find_pairs, read_baskets, report_pairs
from zhike.engine.models.tests.published import SHARED

RETAIL = SHARED / "online_retail.parquet"


def _lines(rows: list[tuple[object, object]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE basket_line (basket INTEGER, item TEXT)")
    connection.executemany("INSERT INTO basket_line VALUES (?, ?)", rows)
    return connection


def _made_up(baskets: int = 400) -> list[tuple[int, str]]:
    chance = np.random.default_rng(2)
    return [
        (basket, f"p{item}")
        for basket in range(baskets)
        for item in np.unique((20 * chance.random(chance.integers(1, 9)) ** 2).astype(int))
    ]


def test_pairs_are_those_of_counting_by_hand() -> None:
    rows = _made_up()
    baskets: dict[int, set[str]] = {}
    for basket, item in rows:
        baskets.setdefault(basket, set()).add(item)
    single = Counter(item for one in baskets.values() for item in one)
    both = Counter(pair for one in baskets.values() for pair in combinations(sorted(one), 2))
    found = find_pairs(_lines([*rows, *rows[:50]]), 0.05)  # repeated lines count once
    assert (found.baskets, found.items, found.least) == (400, 20, 20)
    assert {tuple(sorted((one.first, one.then))): one.together for one in found.found} == {
        pair: count for pair, count in both.items() if count >= 20
    }
    for one in found.found:
        assert (one.first_count, one.then_count) == (single[one.first], single[one.then])
        assert one.confidence == one.together / one.first_count >= one.confidence_back
        assert one.lift == pytest.approx(one.confidence / (one.then_count / 400))


def test_bundles_of_three_are_those_of_counting_by_hand() -> None:
    rows = _made_up()
    baskets: dict[int, set[str]] = {}
    for basket, item in rows:
        baskets.setdefault(basket, set()).add(item)
    single = Counter(item for one in baskets.values() for item in one)
    three = Counter(one for basket in baskets.values() for one in combinations(sorted(basket), 3))
    connection = _lines(rows)
    together = {frozenset((one.first, one.then)): one.lift for one in find_pairs(connection, 0.03).found}
    found = {tuple(sorted(one.items)): one for one in find_bundles(connection)}
    assert {key: one.together for key, one in found.items()} == {
        key: count
        for key, count in three.items()
        if count >= 12 and all(together.get(frozenset(pair), 0) > 1 for pair in combinations(key, 2))
    }
    assert len(found) > 3
    for key, one in found.items():
        assert one.lift == pytest.approx(one.together * 400**2 / np.prod([single[item] for item in key]))
        assert [single[item] for item in one.items] == sorted((single[item] for item in key), reverse=True)
    assert find_bundles(_pairless()) == ()


def _pairless() -> duckdb.DuckDBPyConnection:
    connection = _lines([(1, "a"), (2, "b")])
    assert find_pairs(connection, 0.1).found == ()
    return connection


def test_one_enormous_basket_is_left_out_of_the_join(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _made_up()
    before = {(one.first, one.then): one.together for one in find_pairs(_lines(rows), 0.05).found}
    monkeypatch.setattr(pairs_module, "LONGEST_BASKET", 15)
    found = find_pairs(_lines([*rows, *((9999, f"p{number}") for number in range(20))]), 0.05)
    assert found.long_baskets == 1
    assert {(one.first, one.then): one.together for one in found.found if one.together > 21}.items() <= before.items()


def test_pairs_of_a_gift_shop(tmp_path: Path) -> None:
    if not RETAIL.exists():
        pytest.skip("the retail data set is not beside the repository")
    found = report_pairs(RETAIL, basket="InvoiceNo", item="StockCode", least_support=0.01)
    assert (found["baskets"], found["pairs_count"]) == (25900, 404)  # fpgrowth finds the same
    assert found["pairs"][0] == {
        "items": ["22386", "85099B"], "together": 833, "counts": [1231, 2135], "support": 0.03216216,
        "confidence": 0.676686, "confidence_back": 0.390164, "lift": 8.209,
    }  # fmt: skip


def test_pairs_that_cannot_be_found_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("order,item\n1,a\n1,b\n2,\n,c\n")
    assert report_pairs(path, basket="order", item="item", least_support=0.5)["pairs"][0]["items"] == ["a", "b"]
    for support in (0.0, -1.0, 1.5, float("nan")):
        with pytest.raises(SupportWrong):
            find_pairs(_lines(_made_up(5)), support)
    with pytest.raises(ColumnMissing, match="It has: order, item"):
        read_baskets(path, basket="basket", item="item")
    path.write_text("order,item\n,a\n1,\n")
    with pytest.raises(NothingFilled):
        read_baskets(path, basket="order", item="item")


def _taste(seed: int = 5) -> tuple[list[str], list[str]]:
    """Return lines of 300 customers: half drink (d0 … d9), half paint (p0 … p9); everybody may buy the bag."""
    chance = np.random.default_rng(seed)
    people, items = [], []
    for customer in range(300):
        kind = "d" if customer % 2 else "p"
        for item in chance.choice(10, 5, replace=False):
            people.append(f"c{customer:03}")
            items.append(f"{kind}{item}")
        if chance.random() < 0.6:
            people.append(f"c{customer:03}")
            items.append("bag")
    return people, items


def test_the_next_product_comes_with_what_speaks_for_it() -> None:
    people, items = _taste()
    offers = learn_offers(people, items)
    had = {item for person, item in zip(people, items, strict=True) if person == "c001"}
    (first, *rest) = offers.offer("c001")
    assert len(rest) == 2
    assert first.item.startswith("d")
    assert first.item not in had
    for because, together, count in first.evidence:
        assert because in had
        assert 0 < together <= count
    assert [one.startswith("c") and int(one[1:]) % 2 for one, _ in offers.alike("c001", 5)] == [1] * 5
    with pytest.raises(KeyError):
        offers.offer("nobody")


def test_offers_are_tried_against_popularity_on_what_was_bought_next() -> None:
    people, items = _taste()
    chance = np.random.default_rng(8)
    later_people = [f"c{customer:03}" for customer in range(300) for _ in range(3)] + ["stranger"]
    later_items = [f"{'d' if int(one[1:]) % 2 else 'p'}{chance.integers(10)}" for one in later_people[:-1]] + ["d1"]
    found = back_test(learn_offers(people, items), later_people, later_items, k=5)
    assert found.beats_popularity
    assert found.precision > 1.5 * found.popularity_precision
    assert found.margin.gain == pytest.approx(found.precision - found.popularity_precision)
    assert 0 < found.margin.low < found.margin.gain < found.margin.high
    few = back_test(learn_offers(people, items), later_people[:9], later_items[:9], k=5)
    assert few.precision > few.popularity_precision  # three customers: better, and perhaps by chance
    assert not few.beats_popularity
    assert 200 < found.customers <= 300
    nothing = back_test(learn_offers(people, items), people, items, k=5)  # nothing new was bought
    assert (nothing.customers, nothing.precision, nothing.popularity_precision) == (0, 0.0, 0.0)


def test_potential_value_is_what_the_best_quarter_alike_spend() -> None:
    people, items = _taste()
    offers = learn_offers(people, items)
    spent = np.array([100.0 if int(one[1:]) % 2 else 10.0 for one in offers.customers])
    spent[1] = 5.0
    potential, behind = potential_value(offers, spent)
    assert (potential[1], behind[1]) == (100.0, 20)
    assert potential[0] == 10.0
    assert (potential >= spent).all()
    alone = learn_offers(["a", "b"], ["x", "y"])
    assert [one.tolist() for one in potential_value(alone, [3.0, 4.0])] == [[3.0, 4.0], [0.0, 0.0]]


def test_the_potential_of_many_alike_is_that_of_each_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    people, items = chance.integers(0, 400, 1200), np.floor(12 * chance.random(1200) ** 2).astype(int)
    offers = learn_offers(people, items)
    spent = chance.integers(0, 10_000, len(offers.customers)).astype(float)
    compared = np.sort(np.random.default_rng(0).choice(len(spent), 90, replace=False))
    bought = offers.bought.toarray()
    monkeypatch.setattr("zhike.engine.models.offers.COMPARED_AT_ONCE", 37)
    potential, behind = potential_value(offers, spent, most=90)
    for row, own in enumerate(bought):
        cosine = bought[compared] @ own / np.sqrt(bought[compared].sum(axis=1) * own.sum())
        cosine[compared == row] = -1
        nearest = [one for one in np.argpartition(-cosine, 19)[:20] if cosine[one] > 0]
        best = np.quantile(spent[compared[nearest]], 0.75) if nearest else 0.0
        assert (potential[row], behind[row]) == (pytest.approx(max(spent[row], best)), len(nearest))


def test_what_is_said_of_everybody_is_what_is_said_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    people, items = _taste()
    offers = learn_offers(people, items)
    monkeypatch.setattr("zhike.engine.models.next_products.ROWS_AT_ONCE", 70)
    for block in next_products(offers):
        for at in range(len(block.items)):
            said = offers.offer(str(offers.customers[block.first + at]))
            assert block.scores[at].tolist()[: len(said)] == pytest.approx([one.score for one in said])
            assert [offers.items[one] for one in block.items[at] if one >= 0] == [one.item for one in said]
            for one, because, both in zip(said, block.because[at], block.both[at], strict=False):
                speaking = [(offers.items[item], count) for item, count in zip(because, both, strict=True) if item >= 0]
                assert speaking == [(item, count) for item, count, _ in one.evidence]
    for alike in customers_alike(offers):
        for at, others in enumerate(alike.others):
            said_alike = offers.alike(str(offers.customers[alike.first + at]), 5)
            assert alike.likeness[at] == pytest.approx([cosine for _, cosine in said_alike])
            own = offers.bought[alike.first + at].toarray() * offers.bought[others].toarray()
            assert alike.shared[at].tolist() == own.sum(axis=1).tolist()


def test_what_everybody_buys_is_left_out_when_there_is_too_much_to_compare() -> None:
    people, items = _taste()
    offers = learn_offers(people, items)
    told = telling_products(offers, work=int((offers.popularity**2).sum()) - 1)
    assert [str(one) for one in offers.items[~told]] == ["bag"]


def test_numbers_of_products_and_customers_stay_numbers_and_one_of_each_offers_nothing() -> None:
    offers = learn_offers(np.array([7, 7, 9]), np.array([1, 2, 1]))
    assert [(one.item, one.evidence) for one in offers.offer(9)] == [(2, ((1, 1, 2),))]
    alone = learn_offers(np.array([7]), np.array([1]))
    ((block, *_), (alike, *_)) = list(next_products(alone)), list(customers_alike(alone))
    assert (block.items.tolist(), alike.others.tolist()) == ([[-1] * 3], [[-1] * 5])
