"""What a customer bought month by month, from the facts."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

MONTHLY = """
SELECT date_trunc('month', occurred_at AT TIME ZONE %(zone)s)::date AS month,
       sum(amount)::bigint,
       count(DISTINCT (occurred_at AT TIME ZONE %(zone)s)::date) FILTER (WHERE kind = 'purchase')
FROM customers_fact
WHERE customer_id = %(customer)s AND occurred_at >= %(since)s AND kind IN ('purchase', 'return')
  AND currency = %(currency)s
GROUP BY month
"""


class MonthOfPurchases(NamedTuple):
    """`net` is bought less sent back, in minor units; `days` are days with a purchase."""

    month: date  # its first day
    net: int
    days: int


def list_months_of_purchases(
    *, customer_id: int, since: datetime, zone: str, currency: str
) -> dict[date, MonthOfPurchases]:
    """Return the months since an instant in which a customer bought or sent back in a currency, by their first day."""
    facts: dict[str, Any] = {"customer": customer_id, "since": since, "zone": zone, "currency": currency}
    with connection.cursor() as cursor:
        cursor.execute(MONTHLY, facts)
        return {month: MonthOfPurchases(month, net or 0, days) for month, net, days in cursor.fetchall()}
