"""Lets the sample customers have come over the months, not all on the day of loading."""

from datetime import datetime

from django.db import connection

from zhike.customers.public import refresh_listing

SAMPLE = "SELECT id FROM customers_customer WHERE sample"
# who bought was entered two days before; who never did, some day of the last 18 months
BACKDATE = """
UPDATE customers_customer c SET created_at = least(%(at)s, coalesce(
  (SELECT min(o.at) - interval '2 days' FROM commerce_order o WHERE o.customer_id = c.id),
  %(at)s - (c.id * 7919 %% 540) * interval '1 day'))
WHERE c.sample
"""


def backdate_customers(*, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BACKDATE, {"at": at})
    refresh_listing(select_ids=SAMPLE)
