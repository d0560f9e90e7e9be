"""What the value model in use says of the customers that the actor may see."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection

from zhike.accounts.public import owner_ids
from zhike.analytics.models import ModelRun
from zhike.kit.actor import Actor

LARGE = 20_000  # customers; beyond, sums are kept for a while
KEPT = 600  # seconds
TOP = 20
BY_CLASS = """
SELECT c.class_id, count(*), coalesce(sum(v.clv), 0), coalesce(sum(v.past_year), 0) FROM analytics_customervalue v
JOIN customers_listing l ON l.customer_id = v.customer_id AND NOT l.archived
CROSS JOIN LATERAL unnest(l.classes) AS c(class_id)
WHERE v.run_id = %(run)s AND c.class_id = ANY(%(classes)s::int[])
  AND (%(everyone)s OR l.owner_id = ANY(%(owners)s::bigint[]))
GROUP BY 1"""
LARGEST = """
SELECT v.customer_id, l.name, v.clv, v.clv_low, v.clv_high, v.past_year, v.p_alive FROM analytics_customervalue v
JOIN customers_listing l ON l.customer_id = v.customer_id AND NOT l.archived
WHERE v.run_id = %(run)s AND v.clv IS NOT NULL AND (%(everyone)s OR l.owner_id = ANY(%(owners)s::bigint[]))
ORDER BY v.clv DESC, v.customer_id DESC LIMIT %(limit)s"""


@dataclass(frozen=True, slots=True)
class ClassValue:
    class_id: int
    customers: int
    clv: int
    past_year: int


@dataclass(frozen=True, slots=True)
class TopCustomer:
    """A customer by what they will bring; `p_alive` is None where the model cannot know."""

    customer_id: int
    name: str
    clv: int
    clv_low: int | None
    clv_high: int | None
    past_year: int
    p_alive: float | None


def list_class_values(*, run: ModelRun, class_ids: Sequence[int], actor: Actor) -> list[ClassValue]:
    """Return what the customers in each class, now, will bring and brought in a year; in the order of `class_ids`."""
    asked = {"run": run.id, "classes": list(class_ids), **_owned(actor)}
    rows = _remembered(run, asked, lambda: _fetch(BY_CLASS, asked))
    found = {key: ClassValue(key, int(count), int(clv), int(past)) for key, count, clv, past in rows}
    return [found[one] for one in class_ids if one in found]


def list_top_customers(*, run: ModelRun, actor: Actor, limit: int = TOP) -> list[TopCustomer]:
    """Return the customers that will bring the most, of those that the actor may see."""
    rows = _fetch(LARGEST, {"run": run.id, "limit": limit, **_owned(actor)})
    return [TopCustomer(*row) for row in rows]


def _owned(actor: Actor) -> dict[str, Any]:
    owners = owner_ids(actor)
    return {"everyone": owners is None, "owners": sorted(owners or ())}


def _fetch(statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


def _remembered[T](run: ModelRun, asked: dict[str, Any], compute: Callable[[], T]) -> T:
    if run.customers < LARGE:
        return compute()
    key = f"value:{hashlib.sha256(repr(sorted(asked.items())).encode()).hexdigest()[:24]}"
    found: T | None = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, KEPT)
    return found
