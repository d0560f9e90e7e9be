"""The figures of a real shop: a UK gift wholesaler's order lines, 2010-12-01 to 2011-12-09."""

from datetime import date
from pathlib import Path

import duckdb
import psycopg
import pytest

from zhike.engine.result import Result
from zhike.engine.run import classify
from zhike.engine.store.store import Store
from zhike.engine.testing import built_in_schemes, class_counts

RETAIL = Path(__file__).resolve().parents[5] / "shared" / "data" / "online_retail.parquet"


@pytest.fixture
def retail(postgres: psycopg.Connection) -> psycopg.Connection:
    if not RETAIL.exists():
        pytest.skip("the retail data set is not beside the repository")
    lines = duckdb.connect()
    lines.execute("SET TimeZone = 'UTC'")
    lines.execute(
        "CREATE TABLE fact AS SELECT any_value(CustomerID)::BIGINT AS customer_id, MIN(InvoiceDate)::TIMESTAMP AS at,"
        " SUM(sign(Quantity) * floor(abs(Quantity * UnitPrice)::DECIMAL(38, 8) * 100 + 0.5))::BIGINT AS amount"
        " FROM read_parquet(?) WHERE UnitPrice >= 0 GROUP BY InvoiceNo HAVING any_value(CustomerID) IS NOT NULL",
        [str(RETAIL)],
    )
    with postgres.cursor().copy("COPY customers_customer (id) FROM STDIN") as copy:
        for row in lines.execute("SELECT DISTINCT customer_id FROM fact").fetchall():
            copy.write_row(row)
    with postgres.cursor().copy(
        "COPY customers_fact (customer_id, kind, occurred_at, amount, currency) FROM STDIN"
    ) as copy:
        for customer, at, amount in lines.execute("SELECT * FROM fact").fetchall():
            copy.write_row((customer, "purchase" if amount >= 0 else "return", f"{at} Europe/London", amount, "GBP"))
    return postgres


def test_lifecycle_and_tiers_of_the_shop_are_known(retail: psycopg.Connection, store: Store) -> None:
    found = classify(store, as_of=date(2011, 12, 10), zone="Europe/London", currency="GBP", schemes=built_in_schemes())

    with found:
        assert found.customers == 4372
        assert class_counts(found, 1) == {
            "prospect": 38,
            "first_purchase": 672,
            "repeat": 722,
            "loyal": 1244,
            "won_back": 248,
            "at_risk": 586,
            "lost": 862,
        }
        assert class_counts(found, 2) == {"A": 1170, "B": 1426, "C": 1647}
        assert sum(class_counts(found, 3).values()) == 4372 - 38 - _before_the_window(found)


def _before_the_window(found: Result) -> int:
    rows = found.work.connection.sql("SELECT count(*) FROM customer WHERE frequency = 0 AND last_day IS NOT NULL")
    return rows.fetchall()[0][0]
