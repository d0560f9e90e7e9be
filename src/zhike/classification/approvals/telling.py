from datetime import datetime

from django.db import connection

from zhike.audit.public import record
from zhike.classification.events import MovesAwaitApproval
from zhike.kit.actor import SYSTEM

UNTOLD = """
UPDATE classification_pendingmove p SET told_at = %(at)s FROM customers_customer c
WHERE c.id = p.customer_id AND p.cause = 5 AND p.told_at IS NULL
RETURNING c.owner_id, p.customer_id, p.scheme_id, p.class_id"""
MOST = 500  # moves in one event


def tell_owners(*, at: datetime) -> int:
    """Tell the owners of customers whose moves wait for a person, each move once; return how many were told of.

    Part of the caller's transaction, so that a move that waits and the word of it appear together.
    """
    with connection.cursor() as cursor:
        cursor.execute(UNTOLD, {"at": at})
        rows = cursor.fetchall()
    by_owner: dict[int | None, list[list[int | None]]] = {}
    for owner_id, *move in sorted(rows, key=lambda row: (row[0] or 0, row[1], row[2])):
        by_owner.setdefault(owner_id, []).append(move)
    for owner_id, moves in by_owner.items():
        for start in range(0, len(moves), MOST):
            record(event=MovesAwaitApproval(owner_id, moves[start : start + MOST]), by=SYSTEM)
    return len(rows)
