"""Whose class is due for review, what is known of them, and how far the reviews have come."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from zhike.accounts.public import get_organisation, owner_ids
from zhike.classification.classes.remembering import remember
from zhike.classification.models import Policy, Review
from zhike.classification.policies.kinds import policy_kinds
from zhike.classification.policies.own_kinds import REVIEW
from zhike.classification.policies.queries import PolicyBook, read_book
from zhike.classification.schemes.overlapping import track_of
from zhike.kit.actor import Actor
from zhike.kit.clock import local_day

# A customer is reviewed by the one class whose review policy applies. The next review is due on the day that the last
# one named, or an interval after the customer came into the class, where there was none since. Where classes overlap,
# each is reviewed by itself.
DUTIES = """
WITH duty (class_id, scheme_id, track, days, above) AS (VALUES {values}),
rows AS (
  SELECT l.customer_id, l.name, l.value, l.owner_id, d.class_id, d.days, r.id AS review_id, r.at AS reviewed_at,
    r.outcome, coalesce(r.next_on, (coalesce(a.valid_from, l.created_at) AT TIME ZONE %(zone)s)::date + d.days) AS due
  FROM duty d
  JOIN customers_listing l ON l.classes @> ARRAY[d.class_id] AND NOT l.classes && d.above AND NOT l.archived
  LEFT JOIN classification_assignment a
    ON a.customer_id = l.customer_id AND a.track = d.track AND a.valid_to IS NULL
  LEFT JOIN LATERAL (
    SELECT r.id, r.at, r.outcome, r.next_on FROM classification_review r
    WHERE r.customer_id = l.customer_id AND r.scheme_id = d.scheme_id AND r.at >= coalesce(a.valid_from, l.created_at)
      AND (d.track > 0 OR r.class_id = d.class_id)
    ORDER BY r.at DESC, r.id DESC LIMIT 1) r ON true
  WHERE {visible})
"""
DUE = """
SELECT customer_id, name, value, owner_id, class_id, review_id, due, count(*) OVER ()
FROM rows WHERE due <= %(today)s ORDER BY due, value DESC, customer_id LIMIT %(limit)s"""
ONE = "SELECT customer_id, name, value, owner_id, class_id, review_id, due, 1 FROM rows"
COVERAGE = """
SELECT class_id, owner_id, count(*) FILTER (WHERE due <= %(today)s),
  count(*) FILTER (WHERE due > %(today)s AND outcome IN ('confirmed', 'changed')),
  count(*) FILTER (WHERE due > %(today)s AND outcome = 'postponed'), count(*)
FROM rows GROUP BY class_id, owner_id"""
ROWS = 50


@dataclass(frozen=True, slots=True)
class DueRow:
    """A customer whose class is reviewed. `value` in minor units; `review_id` is the last review, 0 without one."""

    customer_id: int
    name: str
    value: int
    owner_id: int | None
    policy: Policy
    review_id: int
    due: date


@dataclass(frozen=True, slots=True)
class Worklist:
    rows: Sequence[DueRow]
    count: int


@dataclass(frozen=True, slots=True)
class Covered:
    """How far the reviews of a class and a person have come: still due, reviewed within the interval, put off, all."""

    class_id: int
    owner_id: int | None
    due: int
    reviewed: int
    postponed: int
    customers: int

    @property
    def share(self) -> int:
        """Percent of those who came due that were reviewed; 100 where nobody came due."""
        came = self.due + self.reviewed + self.postponed
        return round(100 * self.reviewed / came) if came else 100


def list_due(*, actor: Actor, at: datetime, limit: int = ROWS, book: PolicyBook | None = None) -> Worklist:
    """Return whose review is due, of whom the actor may see: the longest overdue first, then the dearest."""
    book = book or read_book(with_names=False)
    rows = _read(DUE, book=book, actor=actor, at=at, limit=limit)
    return Worklist([_due_row(row, book) for row in rows], rows[0][7] if rows else 0)


def find_duty(*, customer_id: int, at: datetime, actor: Actor, book: PolicyBook | None = None) -> DueRow | None:
    """Return when a customer's class is to be reviewed and by which policy; None where no class of theirs is."""
    book = book or read_book(with_names=False)
    rows = _read(ONE, book=book, actor=actor, at=at, customer_id=customer_id)
    return _due_row(rows[0], book) if rows else None


def list_coverage(*, actor: Actor, at: datetime, book: PolicyBook | None = None) -> list[Covered]:
    """Return how far the reviews have come, by class and owner, of the customers that the actor may see."""
    rows = _read(COVERAGE, book=book or read_book(with_names=False), actor=actor, at=at)
    return [Covered(*row) for row in rows]


def list_reviews(*, customer_id: int, limit: int = 20) -> list[Review]:
    """Return a customer's reviews, newest first, with class and person."""
    rows = Review.objects.filter(customer_id=customer_id).select_related("to_class", "new_class", "scheme", "by")
    return list(rows.order_by("-at", "-id")[:limit])


def today_of(at: datetime) -> date:
    return local_day(at, get_organisation().time_zone)


def _read(
    select: str, *, book: PolicyBook, actor: Actor, at: datetime, limit: int = ROWS, customer_id: int | None = None
) -> list[Any]:
    kind = policy_kinds[REVIEW]
    held = book.candidates(kind)
    if not held:
        return []
    zone = get_organisation().time_zone
    facts: dict[str, Any] = {"zone": zone, "today": local_day(at, zone), "limit": limit, "customer": customer_id}
    values = []
    for place, (class_id, one) in enumerate(sorted(held.items())):
        scheme = one.to_class.scheme
        track = track_of(class_id) if scheme.overlapping else scheme.id
        duty = [class_id, scheme.id, track, one.value["every_days"], book.above(class_id, kind)]
        facts |= {f"d{place}_{number}": value for number, value in enumerate(duty)}
        kinds = ("int", "bigint", "bigint", "int", "int[]")
        values.append("(" + ", ".join(f"%(d{place}_{number})s::{kind}" for number, kind in enumerate(kinds)) + ")")
    reach = owner_ids(actor)
    visible = ["true" if reach is None else "l.owner_id = ANY(%(owners)s::bigint[])"]
    visible += ["l.customer_id = %(customer)s"] if customer_id is not None else []
    statement = DUTIES.format(values=", ".join(values), visible=" AND ".join(visible)) + select
    if customer_id is not None:
        return _ask(statement, facts | {"owners": list(reach or ())})
    # Among very many customers the answer is kept until a run, a review or a policy changes it, or the day ends.
    state = repr((statement, facts, Review.objects.aggregate(last=Max("id"))["last"]))
    name = f"reviews:{hashlib.sha256(state.encode()).hexdigest()[:24]}"
    return remember(name, actor, lambda: _ask(statement, facts | {"owners": list(reach or ())}))


def _ask(statement: str, facts: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return list(cursor.fetchall())


def _due_row(row: Sequence[Any], book: PolicyBook) -> DueRow:
    customer_id, name, value, owner_id, class_id, review_id, due, _count = row
    return DueRow(customer_id, name, value, owner_id, book.policies[REVIEW][class_id], review_id or 0, due)
