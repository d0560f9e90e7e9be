"""What the nightly check sees, and that its repair leaves nothing to see."""

from datetime import date

import psycopg
import pytest

from zhike.engine.run import classify
from zhike.engine.store.checking import check_mirror, last_check
from zhike.engine.store.mirror import refresh_mirror
from zhike.engine.store.store import Store
from zhike.engine.testing import built_in_schemes

MONTHS = ("2026-01", "2026-02", "2026-03")


@pytest.fixture
def shop(postgres: psycopg.Connection) -> psycopg.Connection:
    """Three customers; each bought once in each of three months, at the turn of the year in UTC too."""
    postgres.execute(
        "INSERT INTO customers_customer (id, name) SELECT n, '客户' || n FROM generate_series(1, 3) AS g (n)"
    )
    postgres.execute(
        "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, currency)"
        " SELECT n, 'purchase', (m || '-01T00:30:00Z')::timestamptz, 100 * n, 'CNY'"
        " FROM generate_series(1, 3) AS g (n), unnest(%s::text[]) AS u (m)",
        [list(MONTHS)],
    )
    return postgres


def copied(store: Store) -> Store:
    with store.lock():
        refresh_mirror(store.folder, store.database_url)
    return store


def test_a_true_copy_is_right(shop: psycopg.Connection, store: Store) -> None:
    found = check_mirror(copied(store), repair=True)

    assert (found.compared, found.months, found.facts, found.customers) == (True, 3, 9, 3)
    assert (found.differing, found.repaired, found.right) == ([], False, True)
    held = last_check(store)
    assert held is not None
    assert held["right"]


def test_what_happened_since_the_copy_is_no_difference(shop: psycopg.Connection, store: Store) -> None:
    copied(store)
    shop.execute("INSERT INTO customers_customer (id, name) VALUES (4, 'new')")
    shop.execute("UPDATE customers_customer SET name = 'other' WHERE id = 1")
    shop.execute(
        "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount) VALUES (1, 'purchase', '2026-02-03Z', 5)"
    )

    assert check_mirror(store).differing == []


def test_erased_customers_and_facts_leave_the_files(shop: psycopg.Connection, store: Store) -> None:
    """Deleted behind the product's back, so that nobody marked the store as stale."""
    asked = {"as_of": date(2026, 4, 1), "zone": "UTC", "currency": "CNY", "schemes": built_in_schemes()}
    classify(store, **asked).close()
    shop.execute("DELETE FROM customers_fact WHERE customer_id = 2 AND occurred_at >= '2026-02-01Z'")
    shop.execute("DELETE FROM customers_customer WHERE id = 3")

    seen = check_mirror(store)
    assert [(one.dataset, one.month) for one in seen.differing] == [
        ("customers", ""), ("facts", "2026-02"), ("facts", "2026-03"),
    ]  # fmt: skip
    assert seen.differing[1].mirror == {"rows": 3, "numbers": 15, "customers": 6, "amounts": 600}
    assert seen.differing[1].postgres == {"rows": 2, "numbers": 10, "customers": 4, "amounts": 400}
    assert (seen.repaired, seen.right) == (False, False)

    assert check_mirror(store, repair=True).repaired
    assert check_mirror(store).differing == []
    with classify(store, **asked) as found:
        rows = found.work.connection.sql("SELECT customer_id, purchase_days_total FROM customer ORDER BY 1").fetchall()
        assert (found.how, rows) == ("full", [(1, 3), (2, 1)])


def test_a_damaged_file_is_written_anew(shop: psycopg.Connection, store: Store) -> None:
    manifest = copied(store).manifest()
    assert manifest is not None
    broken = store.folder / manifest.facts[1].path
    broken.write_bytes(b"nothing of the kind")

    found = check_mirror(store, repair=True)

    assert [(one.month, one.mirror["rows"]) for one in found.differing] == [("2026-02", -1)]
    assert check_mirror(store).differing == []
    assert not broken.exists()


def test_all_facts_of_a_month_gone_and_a_month_that_was_never_copied(shop: psycopg.Connection, store: Store) -> None:
    copied(store)
    shop.execute("DELETE FROM customers_fact WHERE occurred_at < '2026-02-01Z'")
    shop.execute(  # a row with an old number, as no writer of ours makes it
        "INSERT INTO customers_fact (customer_id, kind, occurred_at, amount, xid)"
        " SELECT 1, 'purchase', '2026-05-05Z', 7, MIN(xid::text::bigint)::text::xid8 FROM customers_fact"
    )

    found = check_mirror(store, repair=True)

    assert [one.month for one in found.differing] == ["2026-01", "2026-05"]
    manifest = store.manifest()
    assert manifest is not None
    assert {one.month for one in manifest.facts} == {"2026-02", "2026-03", "2026-05"}
    assert manifest.first_at == "2026-02-01T00:30:00"
    assert check_mirror(store).differing == []


def test_nothing_is_compared_before_the_first_copy_or_when_all_is_copied_anyway(
    shop: psycopg.Connection, store: Store
) -> None:
    assert not check_mirror(store).compared
    copied(store).mark_stale()
    assert not check_mirror(store, repair=True).compared
    shop.execute("TRUNCATE customers_fact")
    store.clear_stale(store.stale_mark())
    assert check_mirror(store, repair=True).repaired is False
