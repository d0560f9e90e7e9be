"""What the classes page sums up: who is in which class, what they are worth, who moved. Of the customers that somebody
may see, over all types at once, so that one pass serves every type's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from zhike.accounts.public import get_organisation, owner_ids
from zhike.classification.models import Assignment, CustomerMetrics, Scheme
from zhike.customers.public import visible_listing
from zhike.kit.actor import Actor
from zhike.kit.clock import day_start

MOVES = 12  # of a type, the commonest

# Who moved: the rows that began since, by the index on (scheme, valid_from), and by the key where each was before.
FLOWS = """
SELECT b.class_id, n.class_id, count(*) FROM classification_assignment n
JOIN classification_assignment b ON b.customer_id = n.customer_id AND b.track = n.track
  AND b.valid_from < %(start)s AND b.valid_to >= %(start)s
{mine}
WHERE n.scheme_id = %(scheme)s::bigint AND n.valid_from >= %(start)s AND n.valid_to IS NULL AND b.class_id <> n.class_id
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT %(limit)s"""
MINE = "JOIN customers_customer c ON c.id = n.customer_id AND c.owner_id = ANY(%(owners)s::bigint[])"


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of all active types. Money in minor units of the organisation's currency."""

    counts: Mapping[int, int]  # class id → customers now
    values: Mapping[int, int]  # class id → what they are worth
    before: Mapping[int, int]  # class id → customers at the end of `since`
    known: frozenset[int]  # ids of the types of which anything was known then
    everybody: tuple[int, int]  # all customers in the list, and what they are worth together
    flows: Mapping[int, Sequence[tuple[int, int, int]]]  # type id → (class before, class now, customers)
    heat: Mapping[tuple[int, int], int]  # (recency, frequency score) → customers


def count_all(*, actor: Actor, since: date) -> Sums:
    """Sum up everything anew: half a second among a hundred thousand customers."""
    start = day_start(since + timedelta(days=1), get_organisation().time_zone)
    now = _now(actor)
    before, known = _before(start, actor)
    schemes = Scheme.objects.filter(status=Scheme.Status.ACTIVE).values_list("id", flat=True)
    return Sums(
        counts={class_id: count for class_id, count, _value in now},
        values={class_id: int(value) for class_id, _count, value in now},
        before=before,
        known=known,
        everybody=_everybody(actor),
        flows={one: count_flows(scheme_id=one, start=start, actor=actor, limit=MOVES) for one in schemes},
        heat=_heat(actor),
    )


def count_flows(*, scheme_id: int, start: datetime, actor: Actor, limit: int) -> list[tuple[int, int, int]]:
    """Return the commonest moves of a type since a moment: (class before, class now, customers)."""
    owners = owner_ids(actor)
    facts: dict[str, Any] = {"scheme": scheme_id, "start": start, "limit": limit, "owners": sorted(owners or ())}
    with connection.cursor() as cursor:
        cursor.execute(FLOWS.format(mine="" if owners is None else MINE), facts)
        return list(cursor.fetchall())


def _now(actor: Actor) -> Any:
    rows: Any = _mine(Assignment.objects.filter(valid_to=None), actor).values_list("to_class_id")
    return rows.annotate(count=Count("customer_id"), value=Coalesce(Sum("customer__listing__value"), 0))


def _before(start: datetime, actor: Actor) -> tuple[dict[int, int], frozenset[int]]:
    rows = _mine(Assignment.objects.filter(valid_from__lt=start), actor).exclude(valid_to__lt=start)
    found = list(rows.values_list("scheme_id", "to_class_id").annotate(Count("customer_id")))
    return {class_id: count for _, class_id, count in found}, frozenset(one for one, _class, _count in found)


def _everybody(actor: Actor) -> tuple[int, int]:
    rows: Any = visible_listing(actor).filter(archived=False)
    found = rows.aggregate(count=Count("customer_id"), value=Coalesce(Sum("value", filter=Q(value__gt=0)), 0))
    return found["count"], int(found["value"])


def _heat(actor: Actor) -> dict[tuple[int, int], int]:
    rows = _mine(CustomerMetrics.objects.exclude(rfm_r=None), actor)
    return {(r, f): count for r, f, count in rows.values_list("rfm_r", "rfm_f").annotate(Count("customer_id"))}


def _mine[T: (Assignment, CustomerMetrics)](rows: QuerySet[T], actor: Actor) -> QuerySet[T]:
    owners = owner_ids(actor)
    return rows if owners is None else rows.filter(customer__owner_id__in=owners)
