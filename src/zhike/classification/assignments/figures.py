from collections.abc import Mapping, Sequence

from zhike.customers.public import listing_figures_statement, update_listing_figures

FIGURES = """
SELECT k.customer_id, coalesce(a.classes, '{{}}'), coalesce(m.monetary, 0), coalesce(m.frequency, 0), m.last_day
FROM (SELECT DISTINCT customer_id FROM ({select_ids}) AS given (customer_id)) AS k
LEFT JOIN (
  SELECT customer_id, array_agg(class_id::int ORDER BY class_id) AS classes
  FROM classification_assignment
  WHERE valid_to IS NULL AND customer_id IN (SELECT customer_id FROM ({select_ids}) AS wanted (customer_id))
  GROUP BY customer_id
) AS a ON a.customer_id = k.customer_id
LEFT JOIN classification_customermetrics AS m ON m.customer_id = k.customer_id
"""


def refresh_figures(*, select_ids: str, params: Sequence[object] | Mapping[str, object] | None = None) -> int:
    """Bring classes and value figures of the customer list up to date for the ids that a SELECT gives.

    `params` are named (%(name)s), as the SELECT stands twice in the statement. Returns how many rows changed.
    """
    return update_listing_figures(select_figures=FIGURES.format(select_ids=select_ids), params=params)


def figures_statement(*, select_ids: str) -> str:
    """Return what `refresh_figures` runs, for those who keep it prepared."""
    return listing_figures_statement(select_figures=FIGURES.format(select_ids=select_ids))
