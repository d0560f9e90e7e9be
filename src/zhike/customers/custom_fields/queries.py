"""Fields and how they are filled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from zhike.customers.custom_fields.errors import NoSuchField
from zhike.customers.custom_fields.rules import Definition
from zhike.customers.models import CustomField

EXACT_ROWS = 50_000  # up to here values are counted, beyond a sample of the table tells
SAMPLES = 3
FILLED = """
WITH looked AS (SELECT id, custom FROM customers_customer)
SELECT k.key, count(*), (array_agg(c.custom -> k.key ORDER BY c.id DESC))[1:n.most], (SELECT count(*) FROM looked)
FROM looked AS c, unnest(%s::text[]) AS k (key), (SELECT %s::int) AS n (most)
WHERE c.custom <> '{}' AND c.custom ? k.key GROUP BY k.key, n.most
"""
SAMPLED = FILLED.replace("FROM customers_customer)", "FROM customers_customer TABLESAMPLE SYSTEM (2))")


@dataclass(frozen=True, slots=True)
class Filled:
    """How many customers have a value (`exact` False: estimated of a sample), and a few of the values."""

    count: int
    exact: bool
    samples: Sequence[Any]


def get_field(*, key: str) -> CustomField:
    """:raises NoSuchField: if there is none."""
    field = CustomField.objects.filter(key=key).first()
    if field is None:
        raise NoSuchField(key=key[:60])
    return field


def count_values(key: str) -> int:
    """Return how many customers have a value in a field, archived customers too."""
    return _one("SELECT count(*) FROM customers_customer WHERE custom ? %s", [key])


def count_chosen(key: str, choice: str) -> int:
    """Return how many customers have a choice of a field."""
    return _one("SELECT count(*) FROM customers_customer WHERE custom -> %s @> to_jsonb(%s::text)", [key, choice])


def list_filled(fields: Sequence[Definition]) -> dict[str, Filled]:
    """Return by key how fields are filled: two queries for all of them."""
    keys = [one.key for one in fields]
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'customers_customer'::regclass")
        rows = float(cursor.fetchone()[0])
        exact = rows <= EXACT_ROWS
        cursor.execute(FILLED if exact else SAMPLED, [keys, SAMPLES])
        found = {key: (count, samples, whole) for key, count, samples, whole in cursor.fetchall()}
    filled = {}
    for key in keys:
        count, samples, whole = found.get(key, (0, [], 0))
        filled[key] = Filled(count if exact else round(count / max(whole, 1) * rows), exact, samples)
    return filled


def _one(query: str, values: Sequence[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])
