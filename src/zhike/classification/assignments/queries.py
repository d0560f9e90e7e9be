"""What is known of one customer's classes, and of the classes of many at once for lists."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from zhike.accounts.public import User, read_models
from zhike.classification.models import (
    Assignment,
    ClassifyRun,
    CustomerClass,
    CustomerMetrics,
    PendingMove,
    Scheme,
)
from zhike.classification.schemes.overlapping import place_of, track_of

HISTORY_ROWS = 100
# The page of a customer asks all of these: plain statements cost a third of what the ORM's do.
HISTORY = """
SELECT a.*, p.class_id AS says_id, p.cause AS says_cause, p.due_at AS says_due
FROM classification_assignment a LEFT JOIN classification_pendingmove p
  ON a.valid_to IS NULL AND p.customer_id = a.customer_id AND p.track = a.track
WHERE a.customer_id = %s
ORDER BY (a.valid_to IS NULL) DESC, a.valid_from DESC LIMIT %s
"""
# The schemes of a history, those into which people put customers who are in none of the classes, and those of which the
# customer would enter a class that nobody has approved; each with what its version in force says.
SCHEMES = """
SELECT s.*, v.parameters::text AS parameters_in_force, v.rules::text AS rules_in_force, asked.entering
FROM classification_scheme s
LEFT JOIN (
  SELECT p.scheme_id, array_agg(p.class_id) AS entering FROM classification_pendingmove p
  WHERE p.customer_id = %(customer)s AND p.cause = 5 AND p.class_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM classification_assignment a
    WHERE a.customer_id = p.customer_id AND a.track = p.track AND a.valid_to IS NULL)
  GROUP BY p.scheme_id) AS asked ON asked.scheme_id = s.id
LEFT JOIN unnest(%(ids)s::bigint[], %(numbers)s::int[]) AS held (scheme_id, number) ON held.scheme_id = s.id
LEFT JOIN classification_schemeversion v
  ON v.scheme_id = s.id AND v.number = coalesce(nullif(s.version, 0), held.number)
WHERE held.scheme_id IS NOT NULL OR asked.scheme_id IS NOT NULL
  OR ((s.kind = 'hand' OR s.overlapping AND s.version > 0) AND s.status = 'active')
ORDER BY s.position, s.id
"""
CLASSES = """
SELECT * FROM classification_customerclass
WHERE id = ANY(%(ids)s::bigint[]) OR (retired_at IS NULL AND scheme_id = ANY(%(schemes)s::bigint[]))
ORDER BY position, id
"""
FIGURES = """
SELECT m.*, run.id AS run_id, run.as_of, run.revenue FROM (VALUES (%s::bigint)) AS asked (id)
LEFT JOIN classification_customermetrics m ON m.customer_id = asked.id
LEFT JOIN LATERAL (
  SELECT id, as_of, (cuts #>> '{points,revenue}')::bigint AS revenue
  FROM classification_classifyrun WHERE status = 'done' ORDER BY id DESC LIMIT 1
) AS run ON true
"""
LAST_RUN = "SELECT * FROM classification_classifyrun WHERE status = %s ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Says:
    """What the rule says where something else holds: a class (None: none), why it waits, until when (None: open)."""

    to_class: CustomerClass | None
    cause: PendingMove.Cause
    due_at: datetime | None


class InForce:
    """What the version of a scheme that is in force says; read when it is asked for: rules can be long."""

    def __init__(self, scheme: Scheme) -> None:
        self._held = scheme.__dict__

    @cached_property
    def parameters(self) -> dict[str, Any]:
        return dict(json.loads(self._held["parameters_in_force"]))

    @cached_property
    def rules(self) -> dict[str, Any]:
        return dict(json.loads(self._held["rules_in_force"]))


@dataclass(frozen=True, slots=True)
class HeldClass:
    """An open assignment with all that explains it: the version in force; of a graded scheme its classes in order.

    `says` is what the rule says where that is something else.
    """

    assignment: Assignment
    scheme: Scheme
    held: CustomerClass
    version: InForce | None
    classes: Sequence[CustomerClass] = field(default_factory=list)
    says: Says | None = None

    @property
    def is_overridden(self) -> bool:
        return self.assignment.source == Assignment.Source.OVERRIDE


@dataclass(frozen=True, slots=True)
class Waiting:
    """A move that waits for a person's yes: from which class (None: the customer is in none), to which (None: none)."""

    scheme: Scheme
    held: CustomerClass | None
    to_class: CustomerClass | None


@dataclass(frozen=True, slots=True)
class History:
    """A customer's assignments, newest first, with scheme, class and person loaded, and what stands around them."""

    rows: Sequence[Assignment]
    schemes: Mapping[int, Scheme]  # of the assignments; active ones that people set, or whose classes overlap
    classes: Mapping[int, Sequence[CustomerClass]]  # scheme → its classes in order, but for schemes by a profile field
    entering: Sequence[Waiting] = ()  # classes that wait, where the customer holds nothing beside which they could


def list_waiting_of(history: History) -> list[Waiting]:
    """Return the customer's moves that wait for approval, in the order of the schemes."""
    leaving = [
        Waiting(one.scheme, one.held, one.says.to_class)
        for one in explain_held(history)
        if one.says and one.says.cause == PendingMove.Cause.APPROVAL
    ]
    return sorted([*leaving, *history.entering], key=lambda one: (one.scheme.position, one.scheme.id))


def list_held_classes(*, customer_id: int) -> list[HeldClass]:
    """Return the classes that a customer is in now, in the order of the schemes."""
    return explain_held(read_history(customer_id=customer_id))


def explain_held(history: History) -> list[HeldClass]:
    """Return the open ones of a customer's assignments with all that explains them, in the order of the schemes."""
    rows = sorted(
        (row for row in history.rows if row.valid_to is None),
        key=lambda row: (row.scheme.position, row.scheme_id, row.to_class.position if row.apart else 0),
    )
    return [
        HeldClass(
            row,
            row.scheme,
            row.to_class,
            version_in_force(row.scheme),
            history.classes.get(row.scheme_id, []) if row.scheme.kind == Scheme.Kind.VALUE_TIER else [],
            row.__dict__.get("says"),
        )
        for row in rows
    ]


def version_in_force(scheme: Scheme) -> InForce | None:
    """Return what the version in force of a scheme of a history says; None before the first."""
    return InForce(scheme) if scheme.__dict__["parameters_in_force"] is not None else None


def list_history(*, customer_id: int, limit: int = HISTORY_ROWS) -> Sequence[Assignment]:
    """Return a customer's assignments, newest first, with scheme, class and person loaded: open ones, then others."""
    return read_history(customer_id=customer_id, limit=limit).rows


def read_history(*, customer_id: int, limit: int = HISTORY_ROWS) -> History:
    """Return a customer's assignments with all that explains them: three queries, and one for people."""
    rows = read_models(Assignment, HISTORY, [customer_id, limit])
    numbers = {row.scheme_id: row.rule_version for row in reversed(rows)}
    asked = {"customer": customer_id, "ids": list(numbers), "numbers": list(numbers.values())}
    schemes = {one.id: one for one in read_models(Scheme, SCHEMES, asked)}
    entering = [class_id for one in schemes.values() for class_id in one.__dict__["entering"] or ()]
    waiting = entering + [one for row in rows if (one := row.__dict__["says_id"]) is not None]
    told = [one.id for one in schemes.values() if one.kind != Scheme.Kind.ATTRIBUTE]
    asked = {"ids": [*waiting, *(row.to_class_id for row in rows)], "schemes": told}
    classes = {one.id: one for one in read_models(CustomerClass, CLASSES, asked)} if schemes else {}
    people = User.objects.in_bulk([row.by_id for row in rows if row.by_id])
    for row in rows:
        row.scheme, row.to_class, row.by = schemes[row.scheme_id], classes[row.to_class_id], people.get(row.by_id or 0)
        if cause := row.__dict__["says_cause"]:
            says = Says(classes.get(row.__dict__["says_id"]), PendingMove.Cause(cause), row.__dict__["says_due"])
            row.__dict__["says"] = says
    rows.sort(key=lambda row: row.scheme.position)
    rows.sort(key=lambda row: row.valid_from, reverse=True)
    graded: dict[int, list[CustomerClass]] = {scheme_id: [] for scheme_id in told}
    for one in classes.values():
        if one.retired_at is None and one.scheme_id in graded:
            graded[one.scheme_id].append(one)
    asked_into = [Waiting(schemes[one.scheme_id], None, one) for one in classes.values() if one.id in entering]
    return History(rows, schemes, graded, asked_into)


def list_classes_at(*, customer_id: int, at: datetime) -> list[Assignment]:
    """Return the assignments that held at an instant, in the order of the schemes."""
    rows = Assignment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), customer_id=customer_id)
    rows = rows.filter(valid_from__lte=at).select_related("scheme", "to_class", "by")
    return list(rows.order_by("scheme__position", "scheme_id"))


def get_metrics(*, customer_id: int) -> CustomerMetrics:
    """Return a customer's figures; all empty before the first run."""
    return get_judged(customer_id=customer_id)[0]


class LastRun(NamedTuple):
    """The last run that ended well: its day, and what everybody brought, where a rule asks for shares of it."""

    id: int | None
    as_of: date | None
    revenue: int | None


def get_judged(*, customer_id: int) -> tuple[CustomerMetrics, LastRun]:
    """Return a customer's figures, all empty before the first run, and the last run; before the first it is empty."""
    (found,) = read_models(CustomerMetrics, FIGURES, [customer_id])
    run = LastRun(found.__dict__["run_id"], found.__dict__["as_of"], found.__dict__["revenue"])
    return (found if found.customer_id else CustomerMetrics(customer_id=customer_id)), run


def get_last_run() -> ClassifyRun | None:
    """Return the last run that ended well."""
    return next(iter(read_models(ClassifyRun, LAST_RUN, [ClassifyRun.Status.DONE])), None)


def list_class_ids(customer_ids: Sequence[int], *, scheme_id: int) -> dict[int, int]:
    """Return customer id → class id now, of a type whose classes do not overlap; one query by an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, class_id FROM classification_assignment"
            " WHERE customer_id = ANY(%s::bigint[]) AND track = %s::bigint AND valid_to IS NULL",
            [list(customer_ids), scheme_id],
        )
        return dict(cursor.fetchall())


def is_in_class(*, customer_id: int, scheme: Scheme, class_id: int) -> bool:
    """Tell whether a customer is in a class now."""
    rows = Assignment.objects.filter(customer_id=customer_id, track=place_of(scheme, class_id), valid_to=None)
    return rows.filter(to_class_id=class_id).exists()


def list_overlapping_ids(customer_ids: Sequence[int], *, class_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return customer id → those of these classes in which the customer is now, in the order given."""
    place = {class_id: number for number, class_id in enumerate(class_ids)}
    found: dict[int, list[int]] = {}
    tracks = [track_of(one) for one in class_ids]
    rows = Assignment.objects.filter(customer_id__in=customer_ids, track__in=tracks, valid_to=None)
    for customer_id, class_id in rows.values_list("customer_id", "to_class_id"):
        found.setdefault(customer_id, []).append(class_id)
    return {one: sorted(ids, key=place.__getitem__) for one, ids in found.items()}


def list_metrics(customer_ids: Sequence[int]) -> Mapping[int, CustomerMetrics]:
    return CustomerMetrics.objects.in_bulk(list(customer_ids))


def last_judged_at() -> datetime | None:
    run = get_last_run()
    return run.judged_at if run else None


def evidence_of(assignment: Assignment) -> dict[str, Any]:
    return dict(assignment.evidence or {})


@dataclass(frozen=True, slots=True)
class Move:
    """A change of class: from what, to what; `to` is None where the customer left all classes of the scheme."""

    at: datetime
    scheme: Scheme
    before: CustomerClass | None
    to: CustomerClass | None
    assignment: Assignment
    ended: Assignment | None = None  # what was before

    @property
    def left(self) -> str:
        """Why what was before ended, in words, where it was not the rule."""
        left = self.ended.left if self.ended else None
        return str(Assignment.Left(left).label) if left and left != Assignment.Left.RULE else ""

    @property
    def is_keeping_out(self) -> bool:
        """Whether a person took the customer out of the class, and keeps them out."""
        return self.to is None and self.ended is not None and self.ended.left == Assignment.Left.KEPT_OUT

    @property
    def is_by_hand(self) -> bool:
        return self.assignment.source in (Assignment.Source.HAND, Assignment.Source.OVERRIDE) or self.is_keeping_out


def list_moves(rows: Sequence[Assignment]) -> list[Move]:
    """Return what happened, newest first, from a customer's assignments newest first."""
    moves: list[Move] = []
    later: dict[int, Assignment] = {}
    for row in rows:
        after = later.get(row.track)
        if row.valid_to is not None and (after is None or after.valid_from > row.valid_to):
            moves.append(Move(row.valid_to, row.scheme, row.to_class, None, row, row))
        if after is not None and after.valid_from == row.valid_to:
            moves = [_follow(one, row) if one.assignment is after and one.to else one for one in moves]
        moves.append(Move(row.valid_from, row.scheme, None, row.to_class, row))
        later[row.track] = row
    return sorted(moves, key=lambda one: one.at, reverse=True)


def _follow(move: Move, before: Assignment) -> Move:
    return Move(move.at, move.scheme, before.to_class, move.to, move.assignment, before)
