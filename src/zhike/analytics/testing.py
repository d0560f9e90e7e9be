"""For tests of analyses: firms whose customers buy as the models assume, committed so that the engine can read them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection

from zhike.accounts.public import get_organisation
from zhike.customers.public import Customer

FACT = (
    "INSERT INTO customers_fact (customer_id, kind, occurred_at, received_at, channel, amount, currency, refers_kind,"
    " source_key) VALUES (%s, 'purchase', %s, now(), '', %s, 'CNY', '', %s)"
)


def fill_firm(customers: int, *, until: date, weeks: int = 80, returning: bool = True, seed: int = 7) -> list[int]:
    """Let customers buy before `until` at rates of their own until they leave; return their ids, ascending.

    Each first buys at some time in the first three quarters. Without `returning` nobody buys twice.
    """
    chance = np.random.default_rng(seed)
    zone, start = ZoneInfo(get_organisation().time_zone), until - timedelta(weeks=weeks)
    made = Customer.objects.bulk_create([Customer(kind="person", name=f"c{number}") for number in range(customers)])
    ids = sorted(one.id for one in made)
    facts = []
    for id_ in ids:
        day = float(chance.uniform(0, weeks * 7 * 0.75))
        left = day + float(chance.exponential(300))
        gap, worth = 7 / float(chance.gamma(1.2, 0.12)), float(chance.gamma(4, 2500))
        while day < min(left + 1, weeks * 7 - 1):
            at = datetime.combine(start + timedelta(days=int(day)), time(12), zone)
            facts.append((id_, at, max(1, round(worth * float(chance.gamma(6, 1 / 6)))), f"t:{id_}:{int(day)}"))
            day += max(1.0, float(chance.exponential(gap))) if returning else 1e9
    with connection.cursor() as cursor:
        cursor.executemany(FACT, facts)
    return ids
