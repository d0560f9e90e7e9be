"""One batch of order lines into products, customers, orders, lines and facts: set-based, by natural keys."""

from typing import Any

from zhike.customers.public import (
    Counts,
    ImportSettings,
    Lines,
    add_facts_from,
    open_arrivals,
    refresh_listing,
    settle_arrivals,
)

# The digest is that of `rules.order_digest`. Both queries number the lines of an order in the order of the file.
ORDERS = """
SELECT order_no, arg_min(customer, "row"), min("at"), any_value(money), max(state), sum(amount)::BIGINT, count(*),
  md5(concat_ws('|', coalesce(arg_min(customer, "row"), ''), epoch_us(min("at")), any_value(money), max(state),
    bit_xor(md5_number(concat_ws('|', position, item, quantity, unit_price)))))
FROM (SELECT *, row_number() OVER (PARTITION BY order_no ORDER BY "row") AS position FROM batch)
GROUP BY order_no ORDER BY min("row")
"""
LINES = """
SELECT order_no, row_number() OVER (PARTITION BY order_no ORDER BY "row"), item, quantity, unit_price, amount FROM batch
"""
PRODUCTS = 'SELECT item, arg_min(product, "row"), arg_min(category, "row") FROM batch GROUP BY item ORDER BY item'
CUSTOMERS = (
    'SELECT customer, arg_min(customer_name, "row"), arg_min(country, "row") FROM batch'
    " WHERE customer IS NOT NULL GROUP BY customer ORDER BY customer"
)
STAGES = (
    "DROP TABLE IF EXISTS pg_temp.arriving_order, pg_temp.arriving_line, pg_temp.arriving_product",
    "DROP TABLE IF EXISTS pg_temp.matched_order",
    "CREATE TEMP TABLE arriving_order (number text, ref text, at timestamptz, currency text, status text, net bigint,"
    " lines_count int, digest text) ON COMMIT DROP",
    "CREATE TEMP TABLE arriving_line (number text, position int, sku text, quantity numeric, unit_price numeric,"
    " amount bigint) ON COMMIT DROP",
    "CREATE TEMP TABLE arriving_product (sku text, name text, category text) ON COMMIT DROP",
)
MATCH = """
CREATE TEMP TABLE matched_order ON COMMIT DROP AS
SELECT i.*, a.customer_id, o.id AS order_id, coalesce(o.revision, 0) + 1 AS revision,
  CASE WHEN o.id IS NULL THEN 'created' WHEN o.digest = i.digest THEN 'unchanged' ELSE 'updated' END AS state
FROM arriving_order i
LEFT JOIN arriving_customer a ON a.ref = i.ref
LEFT JOIN commerce_order o ON o.source = %(source)s AND o.number = i.number
"""
NEW_PRODUCTS = """
INSERT INTO commerce_product (sku, name, category, sample)
SELECT a.sku, coalesce(a.name, a.sku), coalesce(a.category, ''), %(sample)s FROM arriving_product a
WHERE NOT EXISTS (SELECT FROM commerce_product p WHERE p.sku = a.sku) ORDER BY a.sku
ON CONFLICT (sku) DO NOTHING
"""
KNOWN_PRODUCTS = """
UPDATE commerce_product p SET name = CASE WHEN p.name = p.sku THEN coalesce(a.name, p.name) ELSE p.name END,
  category = CASE WHEN p.category = '' THEN coalesce(a.category, '') ELSE p.category END
FROM arriving_product a WHERE p.sku = a.sku
  AND (p.name = p.sku AND a.name <> p.sku OR p.category = '' AND a.category <> '')
"""
NUMBER = """
UPDATE matched_order SET order_id = nextval(pg_get_serial_sequence('commerce_order', 'id')) WHERE state = 'created'
"""
REVERSE = """
SELECT f.customer_id, f.kind, f.occurred_at, f.channel, -f.amount, f.currency, -f.quantity, f.refers_kind, f.refers_id,
  f.attrs, %s || ':' || m.number || ':' || l.position || '#r' || m.revision || '-'
FROM matched_order m JOIN commerce_orderline l ON l.order_id = m.order_id
JOIN customers_fact f ON f.source_key = %s || ':' || m.number || ':' || l.position
  || CASE WHEN m.revision > 2 THEN '#r' || m.revision - 1 ELSE '' END
WHERE m.state = 'updated' ORDER BY f.customer_id, f.occurred_at
"""
REMOVE_LINES = """
DELETE FROM commerce_orderline l USING matched_order m WHERE l.order_id = m.order_id AND m.state = 'updated'
"""
UPDATE_ORDERS = """
UPDATE commerce_order o SET customer_id = m.customer_id, at = m.at, currency = m.currency, status = m.status,
  net = m.net, lines_count = m.lines_count, digest = m.digest, revision = m.revision
FROM matched_order m WHERE o.id = m.order_id AND m.state = 'updated'
"""
INSERT_ORDERS = """
INSERT INTO commerce_order (id, source, number, customer_id, at, currency, status, net, lines_count, revision, digest,
  sample)
SELECT order_id, %(source)s, number, customer_id, at, currency, status, net, lines_count, 1, digest, %(sample)s
FROM matched_order WHERE state = 'created' ORDER BY order_id
"""
INSERT_LINES = """
INSERT INTO commerce_orderline (order_id, position, product_id, quantity, unit_price, amount)
SELECT m.order_id, l.position, p.id, l.quantity, l.unit_price, l.amount
FROM matched_order m JOIN arriving_line l USING (number) JOIN commerce_product p ON p.sku = l.sku
WHERE m.state <> 'unchanged' ORDER BY m.order_id, l.position
"""
FACTS = """
SELECT m.customer_id, CASE WHEN l.quantity < 0 THEN 'return' ELSE 'purchase' END, m.at, '', l.amount, m.currency,
  l.quantity, 'order', m.order_id, jsonb_build_object('product', l.product_id),
  %s || ':' || m.number || ':' || l.position || CASE WHEN m.revision > 1 THEN '#r' || m.revision ELSE '' END
FROM matched_order m JOIN commerce_orderline l ON l.order_id = m.order_id
WHERE m.state <> 'unchanged' AND m.status <> 'cancelled' AND m.customer_id IS NOT NULL
ORDER BY m.customer_id, m.at, m.order_id, l.position
"""


def merge_order_lines(cursor: Any, lines: Lines, settings: ImportSettings, write: bool) -> Counts:
    """Merge the batch, orders whole; with `write` false only count. Called in a transaction, one at a time.

    An order that is known (source, number) with another content gets its lines replaced, and its facts reversed and
    written anew.
    """
    _stage(cursor, lines)
    customers = settle_arrivals(cursor, settings, write=write)
    cursor.execute(MATCH, {"source": settings.source})
    cursor.execute("ANALYZE matched_order")
    cursor.execute("SELECT state, count(*) FROM matched_order GROUP BY state")
    orders = {"created": 0, "updated": 0, "unchanged": 0} | dict(cursor.fetchall())
    if write:
        if orders["created"] or orders["updated"]:
            _write(cursor, settings, corrections=bool(orders["updated"]))
        if customers["created"] or customers["updated"]:
            refresh_listing(select_ids="SELECT customer_id FROM arriving_customer WHERE state <> 'unchanged'")
    return {"orders": orders, "customers": customers}


def _stage(cursor: Any, lines: Lines) -> None:
    for statement in STAGES:
        cursor.execute(statement)
    open_arrivals(cursor)
    lines.copy_to(cursor, "arriving_customer (ref, name, country)", CUSTOMERS)
    lines.copy_to(cursor, "arriving_order", ORDERS)
    lines.copy_to(cursor, "arriving_line", LINES)
    lines.copy_to(cursor, "arriving_product", PRODUCTS)
    cursor.execute("ANALYZE arriving_order, arriving_line, arriving_product")


def _write(cursor: Any, settings: ImportSettings, *, corrections: bool) -> None:
    whole = {"source": settings.source, "sample": settings.sample}
    cursor.execute(NEW_PRODUCTS, whole)
    cursor.execute(KNOWN_PRODUCTS)
    cursor.execute(NUMBER)
    if corrections:
        add_facts_from(select=REVERSE, params=[settings.source, settings.source])
        cursor.execute(REMOVE_LINES)
        cursor.execute(UPDATE_ORDERS)
    cursor.execute(INSERT_ORDERS, whole)
    cursor.execute(INSERT_LINES)
    add_facts_from(select=FACTS, params=[settings.source])
