from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

UPDATE = """
UPDATE customers_listing AS l
SET classes = f.classes, value = f.value, frequency = f.frequency, last_purchase = f.last_purchase
FROM ({select_figures}) AS f (customer_id, classes, value, frequency, last_purchase)
WHERE l.customer_id = f.customer_id
  AND (l.classes, l.value, l.frequency, l.last_purchase)
      IS DISTINCT FROM (f.classes, f.value, f.frequency, f.last_purchase)
"""


def update_listing_figures(*, select_figures: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> int:
    """Write what others compute about customers into the listing; return how many rows changed.

    `select_figures` is a SELECT of customer_id bigint, classes int[] (sorted), value bigint (minor units, last 365
    days), frequency int, last_purchase date. Part of the caller's transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(listing_figures_statement(select_figures=select_figures), params)
        return cursor.rowcount


def listing_figures_statement(*, select_figures: str) -> str:
    """Return what `update_listing_figures` runs, for those who keep it prepared."""
    return UPDATE.format(select_figures=select_figures)
