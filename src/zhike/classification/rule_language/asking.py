"""Who meets a rule now, or met it on a day."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from zhike.accounts.public import Actor, get_organisation
from zhike.classification.evaluation.actions import get_store
from zhike.classification.evaluation.asked_day import find_today
from zhike.classification.evaluation.specs import list_known_specs
from zhike.classification.schemes.overlapping import split_rule
from zhike.customers.public import Customer, listing_columns, visible_customers
from zhike.engine.public import Rule, classify, count_rule, find_members, list_counted


def list_members(*, rule: Rule, at: datetime, as_of: date | None = None, engine: str = "duckdb") -> list[int]:
    """Return the ids of all customers who meet a rule, in order, on what is known now. No class changes by it.

    The engine computes first what is new since the last run, and keeps that for the next one to tell of. On today
    what happened today counts; on a day before, facts of the days before it.

    :raises DayInFuture: if `as_of` is after today.
    """
    zone = get_organisation().time_zone
    today = find_today(day=as_of, at=at)
    specs, _schemes = list_known_specs()
    currency = get_organisation().currency
    classify(
        get_store(), as_of=today, zone=zone, currency=currency, schemes=specs, today_counts=True, at=at
    ).close()  # fmt: skip
    return find_members(get_store(), split_rule(rule), as_of=as_of or today, engine=engine)


def external_ids(ids: Sequence[int]) -> list[str]:
    """Return the customers' external ids, sorted; one without is #number."""
    column = listing_columns["external_id"].export
    known = column(ids) if column else {}
    return sorted(str(known.get(one) or f"#{one}") for one in ids)


def count_members(*, rule: Rule, as_of: date | None, sample: int, actor: Actor) -> dict[str, Any]:
    """Return how many of all customers meet a rule as the last run left them, and some whom the actor may see."""
    visible = visible_customers(actor)

    def may_see(ids: list[int]) -> list[int]:
        return list(visible.filter(id__in=ids).order_by("id").values_list("id", flat=True))

    found = count_rule(get_store(), split_rule(rule), as_of=as_of, sample=sample, chosen=may_see)
    names = dict(Customer.objects.filter(id__in=found.sample).values_list("id", "name"))
    return {
        "count": found.count,
        "as_of": found.as_of,
        "sample": [{"id": one, "name": names[one]} for one in found.sample if one in names],
        "milliseconds": round(found.seconds * 1000),
    }


def list_visible_members(*, rule: Rule, as_of: date | None, after: int, limit: int, actor: Actor) -> dict[str, Any]:
    """Return a page of those who meet a rule as the last run left them and whom the actor may see."""
    rule = split_rule(rule)
    counted = count_rule(get_store(), rule, as_of=as_of, sample=0)
    ids = list_counted(get_store(), rule, as_of=as_of)
    visible = visible_customers(actor).filter(id__gt=after)
    shown: list[int] = []
    start = bisect_right(ids, after)
    while start < len(ids) and len(shown) <= limit:
        batch = ids[start : start + 5000]
        shown += visible.filter(id__in=batch).order_by("id").values_list("id", flat=True)
        start += 5000
    more = len(shown) > limit
    return {
        "count": counted.count,
        "as_of": counted.as_of,
        "ids": shown[:limit],
        "next": shown[limit - 1] if more else None,
    }
