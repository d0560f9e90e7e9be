"""What the runs in use say of each customer, one row each: the engine reads it by name (`datasets.FINDINGS`).

Chances are whole percent. A column that is not asked for costs nothing: the subqueries are of the list of columns.
"""

from django.db import migrations

VIEW = """
CREATE VIEW analytics_finding AS
SELECT c.id AS customer_id, v.clv,
  CAST(ROUND(CAST(v.p_alive * 100 AS numeric)) AS integer) AS p_alive,
  CAST(ROUND(CAST(h.chance * 100 AS numeric)) AS integer) AS churn_risk,
  v.potential,
  (SELECT ARRAY_AGG(CAST(p.sku AS text) ORDER BY o.place)
   FROM analytics_customeroffer o JOIN analytics_modelrun r ON r.id = o.run_id AND r.in_use
   JOIN commerce_product p ON p.id = o.product_id WHERE o.customer_id = c.id) AS next_offer,
  (SELECT ARRAY_AGG(DISTINCT CAST(p.category AS text) ORDER BY CAST(p.category AS text))
   FROM analytics_customeroffer o JOIN analytics_modelrun r ON r.id = o.run_id AND r.in_use
   JOIN commerce_product p ON p.id = o.product_id WHERE o.customer_id = c.id AND p.category <> '') AS next_category
FROM customers_customer c
LEFT JOIN analytics_customervalue v ON v.customer_id = c.id
  AND v.run_id = (SELECT id FROM analytics_modelrun WHERE analysis = 'value' AND in_use)
LEFT JOIN analytics_customerchurn h ON h.customer_id = c.id
  AND h.run_id = (SELECT id FROM analytics_modelrun WHERE analysis = 'churn' AND in_use)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0003_customer_value"),
        ("commerce", "0003_fewer_indexes"),
    ]

    operations = [migrations.RunSQL(VIEW, "DROP VIEW analytics_finding")]
