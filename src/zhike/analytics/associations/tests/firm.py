"""A small firm for the tests: orders with products, committed so that the engine can read them."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.analytics.models import ModelRun
from zhike.analytics.runs.actions import start_run
from zhike.analytics.runs.running import compute_run
from zhike.commerce.public import NewLine, create_order
from zhike.customers.public import Customer

AS_OF = date(2026, 7, 1)
NUMBERS = count(1)
FACT = (
    "INSERT INTO customers_fact (customer_id, kind, occurred_at, received_at, channel, amount, currency, quantity,"
    " refers_kind, refers_id, attrs, source_key) VALUES (%s, 'purchase', %s, now(), '', 1000, 'CNY', 1, 'order', %s,"
    " %s, %s)"
)


def order(customer: Customer, day: date, *skus: str, quantity: int = 1, price: int = 10) -> None:
    """Let a customer order one of each product at noon of a day."""
    create_order(
        source="test",
        number=f"N{next(NUMBERS)}",
        customer_id=customer.pk,
        ordered_at=datetime.combine(day, time(12), ZoneInfo(get_organisation().time_zone)),
        currency="CNY",
        status="completed",
        lines=[NewLine(sku, Decimal(quantity), Decimal(price)) for sku in skus],
        by=SYSTEM,
        at=now(),
    )


def write_orders(rows: Sequence[tuple[Customer, date, Sequence[str]]]) -> None:
    """Write orders as their facts alone, quickly: one of each product at noon of a day."""
    zone = ZoneInfo(get_organisation().time_zone)
    with connection.cursor() as cursor:
        skus = sorted({sku for _, _, several in rows for sku in several})
        cursor.executemany(
            "INSERT INTO commerce_product (sku, name, category, sample, created_at) VALUES (%s, %s, '', false, now())"
            " ON CONFLICT DO NOTHING",
            [(sku, sku) for sku in skus],
        )
        cursor.execute("SELECT sku, id FROM commerce_product")
        ids = dict(cursor.fetchall())
        cursor.executemany(FACT, [
            (customer.pk, datetime.combine(day, time(12), zone), number, json.dumps({"product": ids[sku]}),
             f"test:{number}:{sku}")
            for customer, day, several in rows
            for number in [next(NUMBERS)]
            for sku in several
        ])  # fmt: skip


def run(analysis: str) -> ModelRun:
    """Run an analysis as of AS_OF and return it as it ended."""
    started = start_run(analysis=analysis, as_of=AS_OF, by=SYSTEM, at=now())
    compute_run(run_id=started.id)
    return ModelRun.objects.get(id=started.id)
