"""Telling people: rows that nobody gets twice, set-based for who tells many."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

# Who hears of a customer: the owner and who follows, while they may sign in, and while the customer is not archived.
AUDIENCE = """(
SELECT c.id AS customer_id, u.id AS user_id FROM customers_customer c JOIN accounts_user u ON u.id = c.owner_id
WHERE u.is_active AND c.archived_at IS NULL
UNION SELECT f.customer_id, f.user_id FROM customers_following f JOIN customers_customer c ON c.id = f.customer_id
JOIN accounts_user u ON u.id = f.user_id WHERE u.is_active AND c.archived_at IS NULL)"""
GIVE = """
INSERT INTO customers_notice AS n (user_id, kind, key, customer_id, facts, at)
SELECT user_id, kind, key, customer_id, facts, at FROM ({rows}) AS g ORDER BY user_id, key
ON CONFLICT (user_id, key) DO NOTHING"""
# A notice that counts: more of the same on one day is added to it, and it is unread again.
ADD_UP = """
INSERT INTO customers_notice AS n (user_id, kind, key, customer_id, facts, at)
SELECT user_id, kind, key, customer_id, facts, %(at)s FROM jsonb_to_recordset(%(rows)s::jsonb)
  AS g (user_id bigint, kind text, key text, customer_id bigint, facts jsonb) ORDER BY user_id, key
ON CONFLICT (user_id, key) DO UPDATE SET at = excluded.at, read_at = NULL,
  customer_id = CASE WHEN n.read_at IS NULL THEN NULL ELSE excluded.customer_id END,
  facts = CASE WHEN n.read_at IS NOT NULL THEN excluded.facts ELSE excluded.facts || jsonb_build_object(
    'count', (n.facts ->> 'count')::int + (excluded.facts ->> 'count')::int) END"""


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One thing to tell one person; `key` names it, `customer_id` is set where it tells of that customer alone."""

    user_id: int
    kind: str
    key: str
    customer_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def giving_statement(*, rows: str) -> str:
    """Return the statement that tells what `rows` selects: user_id, kind, key, customer_id, facts, at.

    Whom the key was told already is not told again, whoever else is telling at this moment.
    """
    return GIVE.format(rows=rows)


def add_to_notices(*, new: Sequence[NewNotice], at: datetime) -> None:
    """Tell people of things that count, `facts["count"]`: what has the key of an unread notice is added to it."""
    if not new:
        return
    rows = [
        {"user_id": one.user_id, "kind": one.kind, "key": one.key, "customer_id": one.customer_id,
         "facts": dict(one.facts)}
        for one in new
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ADD_UP, {"rows": json.dumps(rows), "at": at})
