"""The analysis: how unevenly customers bring revenue, their tiers over time, and what would have been predicted."""

from typing import Any

from zhike.analytics.errors import NothingBought
from zhike.analytics.retention.computing import count_buyers, find_specs, fixed_points
from zhike.analytics.runs.registry import Outcome, Task
from zhike.classification.public import get_store
from zhike.engine.models.errors import NoPurchases
from zhike.engine.models.from_store import open_purchases
from zhike.engine.models.value_report import report_value


def compute(task: Task) -> Outcome:
    """Return the card as of the task's day; it holds all results. :raises NothingBought:"""
    _lifecycle, tier = find_specs()
    kept = fixed_points(get_store(), [tier]) if tier else None
    try:
        with open_purchases(get_store(), as_of=task.as_of, zone=task.zone, currency=task.currency) as bought:
            task.tell()
            card: dict[str, Any] = report_value(bought, tier=tier, kept=kept, tell=task.tell)
            return Outcome(card | {"currency": task.currency}, count_buyers(bought), bought.first, bought.last)
    except NoPurchases as nothing:
        raise NothingBought(day=task.as_of.isoformat()) from nothing
