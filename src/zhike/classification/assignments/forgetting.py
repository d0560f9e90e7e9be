from collections.abc import Sequence
from typing import Any

from django.db import connection

FORGET = (
    "DELETE FROM classification_ownergrant WHERE customer_id IN ({select_ids})",
    "DELETE FROM classification_review WHERE customer_id IN ({select_ids})",
    "DELETE FROM classification_assignment WHERE customer_id IN ({select_ids})",
    "DELETE FROM classification_pendingmove WHERE customer_id IN ({select_ids})",
    "DELETE FROM classification_classoverride WHERE customer_id IN ({select_ids})",
    "DELETE FROM classification_judged_at_once WHERE customer_id IN ({select_ids})",
    "DELETE FROM classification_customermetrics WHERE customer_id IN ({select_ids})",
)


def forget_customers(*, select_ids: str, params: Sequence[Any] = ()) -> None:
    """Remove classes and figures of the customers whose ids a SELECT gives, before they themselves are removed.

    Part of the caller's transaction. After its commit the caller says so to the engine: `get_store().mark_stale()`.
    """
    with connection.cursor() as cursor:
        for statement in FORGET:
            cursor.execute(statement.format(select_ids=select_ids), params or None)
