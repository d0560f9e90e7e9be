from collections.abc import Sequence

from django.db import connection, transaction

from zhike.customers.names.rules import listing_tokens

CHOSEN = """
SELECT c.id, coalesce(p.phones, '{}') AS phones, coalesce(p.emails, '{}') AS emails
FROM customers_customer c
LEFT JOIN LATERAL (
  SELECT array_agg(normal::text ORDER BY "primary" DESC, id) FILTER (WHERE kind = 'phone') AS phones,
         array_agg(normal::text ORDER BY "primary" DESC, id) FILTER (WHERE kind = 'email') AS emails
  FROM customers_contactpoint WHERE customer_id = c.id
) p ON true
WHERE c.id IN """
STALE = """
SELECT n.id, c.name, n.phones FROM listing_stage n JOIN customers_customer c USING (id)
LEFT JOIN customers_listing l ON l.customer_id = n.id
WHERE l.customer_id IS NULL OR l.name <> c.name OR l.phones <> n.phones
"""
ONE_CHOSEN = """
SELECT name, coalesce((SELECT array_agg(normal::text) FROM customers_contactpoint p
  WHERE p.customer_id = c.id AND kind = 'phone'), '{}') FROM customers_customer c WHERE id = %s
"""
MERGE = """
INSERT INTO customers_listing AS l (customer_id, kind, name, name_pinyin, name_initials, tokens, phones, emails,
  country, province, city, owner_id, tags, created_at, archived, classes, value, frequency)
SELECT c.id, c.kind, c.name, c.name_pinyin, c.name_initials, coalesce(t.tokens, o.tokens, '{}'), n.phones, n.emails,
  c.country, c.province, c.city, c.owner_id, c.tags, c.created_at, c.archived_at IS NOT NULL, '{}', 0, 0
FROM listing_stage n JOIN customers_customer c USING (id)
LEFT JOIN listing_stage_tokens t USING (id) LEFT JOIN customers_listing o ON o.customer_id = n.id
ORDER BY c.id
ON CONFLICT (customer_id) DO UPDATE SET (kind, name, name_pinyin, name_initials, tokens, phones, emails, country,
  province, city, owner_id, tags, created_at, archived) = (excluded.kind, excluded.name, excluded.name_pinyin,
  excluded.name_initials, excluded.tokens, excluded.phones, excluded.emails, excluded.country, excluded.province,
  excluded.city, excluded.owner_id, excluded.tags, excluded.created_at, excluded.archived)
WHERE (l.kind, l.name, l.name_pinyin, l.name_initials, l.tokens, l.phones, l.emails, l.country, l.province, l.city,
  l.owner_id, l.tags, l.created_at, l.archived) IS DISTINCT FROM (excluded.kind, excluded.name, excluded.name_pinyin,
  excluded.name_initials, excluded.tokens, excluded.phones, excluded.emails, excluded.country, excluded.province,
  excluded.city, excluded.owner_id, excluded.tags, excluded.created_at, excluded.archived)
"""


BATCH = 20_000  # names in memory at once


@transaction.atomic
def refresh_listing(*, select_ids: str, params: Sequence[object] = ()) -> int:
    """Write the listing rows of the customers whose ids `select_ids` (a SELECT) gives; return how many changed.

    Never touches value, frequency, last purchase and classes: those belong to whoever computes them.
    """
    connection.ensure_connection()
    plain = connection.connection  # psycopg's own: Django's cursor has no COPY
    with plain.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.listing_stage, pg_temp.listing_stage_tokens")
        stage = f"CREATE TEMP TABLE listing_stage ON COMMIT DROP AS {CHOSEN} ({select_ids})"
        cursor.execute(stage, list(params) or None)
        cursor.execute("CREATE TEMP TABLE listing_stage_tokens (id bigint PRIMARY KEY, tokens text[]) ON COMMIT DROP")
        with plain.cursor(name="listing_stale") as stale:
            stale.execute(STALE)
            while rows := stale.fetchmany(BATCH):
                with cursor.copy("COPY listing_stage_tokens (id, tokens) FROM STDIN") as copy:
                    for customer_id, name, phones in rows:
                        copy.write_row((customer_id, listing_tokens(name, phones)))
        cursor.execute("ANALYZE listing_stage, listing_stage_tokens")
        cursor.execute(MERGE)
        return int(cursor.rowcount)


def refresh_listing_of(*, customer_id: int) -> None:
    """Write the listing row of one customer, in the transaction of the change."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_CHOSEN, [customer_id])
        name, phones = cursor.fetchone()
        chosen = f"WITH listing_stage AS ({CHOSEN} (%s)), "
        tokens = "listing_stage_tokens AS (SELECT %s::bigint AS id, %s::text[] AS tokens) "
        cursor.execute(chosen + tokens + MERGE, [customer_id, customer_id, listing_tokens(name, phones)])
