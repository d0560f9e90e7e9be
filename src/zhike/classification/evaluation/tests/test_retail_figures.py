"""The figures of a real shop through the product: classes, history, listing, and nothing new the second time."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from django.db import connection
from django.db.models import Count

from zhike.accounts.public import Organisation
from zhike.classification.models import Assignment, CustomerMetrics
from zhike.classification.testing import classify_as_of
from zhike.customers.public import refresh_listing

RETAIL = Path(__file__).resolve().parents[6] / "shared" / "data" / "online_retail.parquet"
FACTS = """
SELECT any_value(CustomerID)::BIGINT, InvoiceNo, MIN(InvoiceDate)::VARCHAR,
  SUM(sign(Quantity) * floor(abs(Quantity * UnitPrice)::DECIMAL(38, 8) * 100 + 0.5))::BIGINT
FROM read_parquet(?) WHERE UnitPrice >= 0 GROUP BY InvoiceNo HAVING any_value(CustomerID) IS NOT NULL"""
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def retail():
    if not RETAIL.exists():
        pytest.skip("the retail data set is not beside the repository")
    Organisation.objects.create(id=1, name="Shop", time_zone="Europe/London", currency="GBP")
    rows = duckdb.connect().execute(FACTS, [str(RETAIL)]).fetchall()
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE line (customer bigint, number text, at text, amount bigint)")
        with cursor.copy("COPY line FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            "INSERT INTO customers_customer (id, kind, name, name_pinyin, name_initials, gender, industry, country,"
            " province, city, district, tags, source, sample) SELECT DISTINCT customer, 'person', customer::text, '',"
            " '', '', '', '', '', '', '', '{}'::text[], '', false FROM line"
        )
        cursor.execute(
            "INSERT INTO customers_fact (customer_id, kind, occurred_at, channel, amount, currency, refers_kind,"
            " source_key) SELECT customer, CASE WHEN amount >= 0 THEN 'purchase' ELSE 'return' END,"
            " at::timestamp AT TIME ZONE 'Europe/London', '', amount, 'GBP', '', number FROM line"
        )
        cursor.execute("DROP TABLE line")
    refresh_listing(select_ids="SELECT id FROM customers_customer")


def test_the_shop_is_classified_exactly(retail):
    day = date(2011, 12, 10)
    report = classify_as_of(day).report
    assert report["customers"] == 4372
    assert report["schemes"]["lifecycle"] == {
        "prospect": 38, "first_purchase": 672, "repeat": 722, "loyal": 1244, "at_risk": 586, "lost": 862,
        "won_back": 248,
    }  # fmt: skip
    assert report["schemes"]["value_tier"] == {"A": 1170, "B": 1426, "C": 1647}
    held = Assignment.objects.filter(scheme__key="lifecycle", valid_to=None).values_list("to_class__key")
    assert dict(held.annotate(Count("customer_id"))) == report["schemes"]["lifecycle"]
    assert CustomerMetrics.objects.filter(frequency__gt=0).count() == sum(report["schemes"]["rfm"].values())
    assert classify_as_of(day).changed == 0
    earlier = classify_as_of(date(2011, 6, 10)).report["schemes"]
    assert classify_as_of(day).report["schemes"] == report["schemes"]
    assert classify_as_of(date(2011, 6, 10)).report["schemes"] == earlier
