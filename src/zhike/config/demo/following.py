"""Lets who looks at the sample firm follow some of its customers, so that there are notices to read."""

from datetime import datetime

from django.db import connection

MOST = 40
# Customers who bought about three months ago: of these some are at risk since the last month start, some soon.
FOLLOW = """
INSERT INTO customers_following (user_id, customer_id, since)
SELECT u.id, c.customer_id, %(at)s FROM accounts_user u
JOIN accounts_user_roles held ON held.user_id = u.id
JOIN accounts_role role ON role.id = held.role_id AND role.key = 'administrator'
CROSS JOIN (SELECT l.customer_id FROM customers_listing l JOIN customers_customer s ON s.id = l.customer_id
  WHERE s.sample AND l.last_purchase BETWEEN %(at)s::date - 112 AND %(at)s::date - 88
  ORDER BY l.last_purchase, l.customer_id LIMIT %(most)s) AS c
WHERE u.is_active ON CONFLICT DO NOTHING"""


def follow_sample_customers(*, at: datetime) -> None:
    """Have every administrator follow the sample customers that a class is about to change for."""
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, {"at": at, "most": MOST})
