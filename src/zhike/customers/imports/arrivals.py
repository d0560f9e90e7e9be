"""Customers that arrive with an import, matched by external id or made."""

from typing import Any

from zhike.customers.imports.kinds import Settings
from zhike.customers.names.rules import initials_of, pinyin_of
from zhike.customers.profile.rules import guess_kind

NAMES_AT_ONCE = 20_000
STAGE = """
CREATE TEMP TABLE arriving_customer
  (ref text, name text, country text, customer_id bigint, state text NOT NULL DEFAULT 'unchanged') ON COMMIT DROP
"""
MATCH = """
UPDATE arriving_customer a SET customer_id = e.customer_id
FROM customers_externalid e WHERE e.source = %(source)s AND e.value = a.ref
"""
NUMBER = """
UPDATE arriving_customer SET state = 'created',
  customer_id = nextval(pg_get_serial_sequence('customers_customer', 'id')) WHERE customer_id IS NULL
"""
FRESH = """
CREATE TEMP TABLE arriving_name (id bigint, kind text, pinyin text, initials text) ON COMMIT DROP
"""
CREATE = """
INSERT INTO customers_customer (id, kind, name, name_pinyin, name_initials, gender, industry, country, province, city,
  district, tags, source, owner_id, sample, created_at, created_by_id, updated_at)
SELECT a.customer_id, n.kind, coalesce(a.name, a.ref), n.pinyin, n.initials, '', '', coalesce(a.country, ''), '', '',
  '', '{}', %(origin)s, %(owner)s, %(sample)s, %(at)s, %(by)s, %(at)s
FROM arriving_customer a JOIN arriving_name n ON n.id = a.customer_id ORDER BY a.customer_id
"""
EXTERNAL = """
INSERT INTO customers_externalid (customer_id, source, value)
SELECT customer_id, %(source)s, ref FROM arriving_customer WHERE state = 'created' ORDER BY customer_id
"""
FILL_BLANKS = """
WITH filled AS (
  UPDATE customers_customer c SET country = a.country, updated_at = %(at)s
  FROM arriving_customer a
  WHERE c.id = a.customer_id AND a.state = 'unchanged' AND c.country = '' AND a.country <> '' RETURNING c.id)
UPDATE arriving_customer a SET state = 'updated' FROM filled WHERE filled.id = a.customer_id
"""
CHANGED = "SELECT customer_id FROM arriving_customer WHERE state <> 'unchanged'"
COUNTS = "SELECT state, count(*) FROM arriving_customer GROUP BY state"


def open_arrivals(cursor: Any) -> None:
    """Make the empty table `arriving_customer`: fill (ref, name, country), name and country null where not known."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.arriving_customer, pg_temp.arriving_name")
    cursor.execute(STAGE)


def settle_arrivals(cursor: Any, settings: Settings, *, write: bool) -> dict[str, int]:
    """Give every row of `arriving_customer` its customer; return how many were created, updated, unchanged.

    A customer who is not known by the source's external id is made, with the name or else the id; of those who are
    known, a blank country is filled. With `write` false nothing is made, and those to make have no customer.
    """
    cursor.execute("ANALYZE arriving_customer")
    cursor.execute(MATCH, {"source": settings.source})
    if not write:
        cursor.execute("UPDATE arriving_customer SET state = 'created' WHERE customer_id IS NULL")
        return _counts(cursor)
    cursor.execute(NUMBER)
    _name_new_customers(cursor)
    who = {
        "source": settings.source,
        "origin": settings.origin,
        "owner": settings.owner_id,
        "sample": settings.sample,
        "at": settings.at,
        "by": settings.by.id if settings.by.kind != "system" else None,
    }
    cursor.execute(CREATE, who)
    cursor.execute(EXTERNAL, who)
    cursor.execute(FILL_BLANKS, who)
    return _counts(cursor)


def _name_new_customers(cursor: Any) -> None:
    cursor.execute(FRESH)
    cursor.execute("SELECT customer_id, coalesce(name, ref) FROM arriving_customer WHERE state = 'created'")
    names = cursor.fetchall()
    with cursor.copy("COPY arriving_name FROM STDIN") as copy:
        for customer_id, name in names:
            copy.write_row((customer_id, guess_kind(name), pinyin_of(name), initials_of(name)))
    cursor.execute("ANALYZE arriving_name")


def _counts(cursor: Any) -> dict[str, int]:
    cursor.execute(COUNTS)
    return {"created": 0, "updated": 0} | {state: count for state, count in cursor.fetchall() if state != "unchanged"}
