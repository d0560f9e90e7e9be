"""Models read the store: the stages' days and purchase days, other currencies said and never added."""

from datetime import date
from pathlib import Path

import psycopg
import pytest

from zhike.engine import models
from zhike.engine.models.errors import NoPurchases
from zhike.engine.store.store import Store

DAY = date(2026, 11, 22)


def buy(
    postgres: psycopg.Connection, customer: int, at: str, amount: int, *, currency: str = "CNY", product: int = 0,
    order: int = 0, quantity: int = 1,
) -> None:  # fmt: skip
    postgres.execute(
        "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency, quantity, refers_kind,"
        " refers_id, attrs) VALUES (%s, %s, %s, %s, %s, %s, 'order', %s, jsonb_build_object('product', %s::bigint))",
        [customer, "purchase" if amount >= 0 else "return", at, amount, currency, quantity, order or None, product],
    )


@pytest.fixture
def shop(postgres: psycopg.Connection) -> psycopg.Connection:
    postgres.execute("INSERT INTO customers_customer (id, archived_at) SELECT i, CASE WHEN i = 2 THEN now() END"
                     " FROM generate_series(1, 5) AS i")  # fmt: skip
    return postgres


def bought(store: Store, **more: object) -> tuple[models.StoredPurchases, list[tuple[object, ...]], list[object]]:
    with models.open_purchases(store, as_of=DAY, zone="Asia/Shanghai", currency="CNY", lines=True) as found:
        rows = found.connection.execute("SELECT customer, day, amount FROM bought ORDER BY ALL").fetchall()
        lines = found.connection.execute("SELECT customer, item, basket FROM basket_line ORDER BY ALL").fetchall()
        return found, rows, lines


def test_days_are_local_and_net_and_what_came_to_nothing_is_no_purchase(shop, store: Store) -> None:
    buy(shop, 1, "2026-11-01 23:30+08", 500)
    buy(shop, 1, "2026-11-02 00:30+08", 300)
    buy(shop, 1, "2026-11-02 12:00+08", 200)
    buy(shop, 2, "2026-11-03 12:00+08", 700)  # archived: the money was real
    buy(shop, 3, "2026-11-04 12:00+08", 900)
    buy(shop, 3, "2026-11-04 13:00+08", -900)
    buy(shop, 1, "2026-11-22 00:00+08", 100)  # the day itself does not count
    buy(shop, 99, "2026-11-05 12:00+08", 100)  # nobody on record
    found, rows, _ = bought(store)
    assert rows == [
        (1, date(2026, 11, 1), 500), (1, date(2026, 11, 2), 500), (2, date(2026, 11, 3), 700),
    ]  # fmt: skip
    assert (found.rows, found.first, found.last, found.until) == (3, rows[0][1], rows[2][1], date(2026, 11, 21))
    assert (found.customers, found.left_out.in_future, found.left_out.not_positive) == (5, 1, 1)
    assert (found.has_amounts, found.other_currencies) == (True, {})


def test_a_day_in_another_currency_counts_as_bought_and_adds_no_amount(shop, store: Store) -> None:
    buy(shop, 1, "2026-11-01 12:00+08", 500)
    buy(shop, 1, "2026-11-02 12:00+08", 9_000, currency="USD")
    found, rows, _ = bought(store)
    assert rows == [(1, date(2026, 11, 1), 500), (1, date(2026, 11, 2), 0)]
    assert found.other_currencies == {"USD": 1}


def test_lines_hold_what_is_left_of_an_order(shop, store: Store) -> None:
    buy(shop, 1, "2026-11-01 12:00+08", 500, product=7, order=10)
    buy(shop, 1, "2026-11-01 12:00+08", 500, product=8, order=10)
    buy(shop, 1, "2026-11-05 12:00+08", -500, product=8, order=10, quantity=-1)
    buy(shop, 2, "2026-11-03 12:00+08", 700, product=7, order=11)
    _, _, lines = bought(store)
    assert lines == [(1, 7, 10), (2, 7, 11)]


def test_what_the_models_ask_of_a_file_they_can_ask_of_the_store(shop, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    written = ["who,on,paid"]
    for customer in range(1, 6):
        for number in range(customer):
            buy(shop, customer, f"2026-0{number + 1}-1{customer} 12:00+08", 1000 * customer + number)
            written.append(f"{customer},2026-0{number + 1}-1{customer},{1000 * customer + number}")
    file.write_text("\n".join(written))
    read = models.read_purchases(file, customer="who", day="on", amount="paid", today=DAY)
    with models.open_purchases(store, as_of=DAY, zone="Asia/Shanghai", currency="CNY") as stored:
        ours = models.find_histories(stored, stored.until)
    theirs = models.find_histories(read, date(2026, 11, 21))
    assert ours.customers == theirs.customers
    for name in ("x", "t_x", "age", "mean_of_all", "later"):
        assert getattr(ours, name).tolist() == getattr(theirs, name).tolist()
    assert ours.mean_amount[1:].tolist() == theirs.mean_amount[1:].tolist()


def test_before_the_first_purchase_there_is_nothing_to_learn_from(shop, store: Store) -> None:
    buy(shop, 1, "2026-11-22 12:00+08", 500)
    with pytest.raises(NoPurchases), models.open_purchases(store, as_of=DAY, zone="Asia/Shanghai", currency="CNY"):
        raise AssertionError
