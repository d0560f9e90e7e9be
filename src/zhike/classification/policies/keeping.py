"""The policies in force, kept in memory for as long as nothing changes of which they are made.

Every page of a customer asks for them; reading them anew takes six queries and as many models as there are policies.
Instead one query sums up what the rows hold: another sum, another book. So a change is seen at once, whoever made it.
"""

from typing import Any

from django.db import connection

from zhike.accounts.public import get_organisation
from zhike.customers.public import list_personal_traits

from .queries import PolicyBook, read_book

HELD = """
SELECT classes, EXISTS (SELECT FROM classification_policy WHERE valid_to IS NULL)
FROM customers_listing WHERE customer_id = %s
"""
SUM = """
SELECT
  (SELECT sum(hashtextextended(p::text, 1)) FROM classification_policy p WHERE valid_to IS NULL),
  (SELECT sum(hashtextextended(c::text, 2)) FROM classification_customerclass c
   WHERE id IN (SELECT class_id FROM classification_policy WHERE valid_to IS NULL)),
  (SELECT sum(hashtextextended(concat(s, v), 3)) FROM classification_scheme s
   LEFT JOIN classification_schemeversion v ON v.scheme_id = s.id AND v.number = s.version),
  (SELECT sum(hashtextextended(r::text, 4)) FROM classification_policyrank r),
  (SELECT sum(hashtextextended(concat_ws(' ', u.id, u.team_id, u.name, t.name), 5))
   FROM accounts_user u LEFT JOIN accounts_team t ON t.id = u.team_id)
"""
_kept: dict[str, tuple[tuple[Any, ...], PolicyBook]] = {}


def kept_book() -> PolicyBook:
    """Return the policies in force with all names: one query, unless something has changed. Not to be written to."""
    with connection.cursor() as cursor:
        cursor.execute(SUM)
        seen = (*cursor.fetchone(), get_organisation().currency, *list_personal_traits())
    kept = _kept.get("book")
    if kept is None or kept[0] != seen:
        kept = _kept["book"] = seen, read_book()
    return kept[1]


def held_classes(*, customer_id: int) -> tuple[list[int], bool]:
    """Return the classes that a customer is in, and whether any policy is in force at all."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [customer_id])
        found = cursor.fetchone()
    return (list(found[0]), found[1]) if found else ([], False)
