"""What is known of one customer's classes, and of the classes of many at once for lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from zhike.accounts.public import User
from zhike.classification.models import (
    Assignment,
    ClassifyRun,
    CustomerClass,
    CustomerMetrics,
    PendingMove,
    Scheme,
    SchemeVersion,
)
from zhike.classification.schemes.overlapping import track_of

HISTORY_ROWS = 100
# The page of a customer asks all of these: plain statements cost a third of what the ORM's do.
HISTORY = """
SELECT a.*, p.class_id AS says_id, p.cause AS says_cause, p.due_at AS says_due
FROM classification_assignment a LEFT JOIN classification_pendingmove p
  ON a.valid_to IS NULL AND p.customer_id = a.customer_id AND p.scheme_id = a.scheme_id
WHERE a.customer_id = %s
ORDER BY (a.valid_to IS NULL) DESC, a.valid_from DESC LIMIT %s
"""
SCHEMES = "SELECT * FROM classification_scheme WHERE id = ANY(%s::bigint[])"
CLASSES = "SELECT * FROM classification_customerclass WHERE id = ANY(%s::bigint[])"
GRADED = """
SELECT * FROM classification_customerclass WHERE scheme_id = ANY(%s::bigint[]) AND retired_at IS NULL
ORDER BY position, id
"""
VERSIONS = "SELECT * FROM classification_schemeversion WHERE scheme_id = ANY(%s::bigint[])"
METRICS = "SELECT * FROM classification_customermetrics WHERE customer_id = %s"
LAST_RUN = "SELECT * FROM classification_classifyrun WHERE status = %s ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Says:
    """What the rule says where something else holds: a class (None: none), why it waits, until when (None: open)."""

    to_class: CustomerClass | None
    cause: PendingMove.Cause
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldClass:
    """An open assignment with all that explains it: the version in force; of a graded scheme its classes in order.

    `says` is what the rule says where that is something else.
    """

    assignment: Assignment
    scheme: Scheme
    held: CustomerClass
    version: SchemeVersion | None
    classes: Sequence[CustomerClass] = field(default_factory=list)
    says: Says | None = None

    @property
    def is_overridden(self) -> bool:
        return self.assignment.source == Assignment.Source.OVERRIDE


def list_held_classes(*, customer_id: int) -> list[HeldClass]:
    """Return the classes that a customer is in now, in the order of the schemes."""
    return explain_held(list_history(customer_id=customer_id))


def explain_held(history: Sequence[Assignment]) -> list[HeldClass]:
    """Return the open ones of a customer's assignments with all that explains them, in the order of the schemes."""
    rows = sorted(
        (row for row in history if row.valid_to is None),
        key=lambda row: (row.scheme.position, row.scheme_id, row.to_class.position if row.apart else 0),
    )
    versions = {
        (one.scheme_id, one.number): one
        for one in SchemeVersion.objects.raw(VERSIONS, [[row.scheme_id for row in rows]])
    }
    classes: dict[int, list[CustomerClass]] = {}
    if graded := [row.scheme_id for row in rows if row.scheme.kind == Scheme.Kind.VALUE_TIER]:
        for one in CustomerClass.objects.raw(GRADED, [graded]):
            classes.setdefault(one.scheme_id, []).append(one)
    return [
        HeldClass(
            row,
            row.scheme,
            row.to_class,
            versions.get((row.scheme_id, row.scheme.version or row.rule_version)),
            classes.get(row.scheme_id, []),
            row.__dict__.get("says"),
        )
        for row in rows
    ]


def list_history(*, customer_id: int, limit: int = HISTORY_ROWS) -> list[Assignment]:
    """Return a customer's assignments, newest first, with scheme, class and person loaded: open ones, then others."""
    rows = list(Assignment.objects.raw(HISTORY, [customer_id, limit]))
    schemes = {one.id: one for one in Scheme.objects.raw(SCHEMES, [[row.scheme_id for row in rows]])}
    waiting = [one for row in rows if (one := row.__dict__["says_id"]) is not None]
    ids = [*waiting, *(row.to_class_id for row in rows)]
    classes = {one.id: one for one in CustomerClass.objects.raw(CLASSES, [ids])}
    people = User.objects.in_bulk([row.by_id for row in rows if row.by_id])
    for row in rows:
        row.scheme, row.to_class, row.by = schemes[row.scheme_id], classes[row.to_class_id], people.get(row.by_id or 0)
        if cause := row.__dict__["says_cause"]:
            says = Says(classes.get(row.__dict__["says_id"]), PendingMove.Cause(cause), row.__dict__["says_due"])
            row.__dict__["says"] = says
    rows.sort(key=lambda row: row.scheme.position)
    return sorted(rows, key=lambda row: row.valid_from, reverse=True)


def list_classes_at(*, customer_id: int, at: datetime) -> list[Assignment]:
    """Return the assignments that held at an instant, in the order of the schemes."""
    rows = Assignment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), customer_id=customer_id)
    rows = rows.filter(valid_from__lte=at).select_related("scheme", "to_class", "by")
    return list(rows.order_by("scheme__position", "scheme_id"))


def get_metrics(*, customer_id: int) -> CustomerMetrics:
    """Return a customer's figures; all empty before the first run."""
    found = CustomerMetrics.objects.raw(METRICS, [customer_id])
    return next(iter(found), None) or CustomerMetrics(customer_id=customer_id)


def get_last_run() -> ClassifyRun | None:
    """Return the last run that ended well."""
    return next(iter(ClassifyRun.objects.raw(LAST_RUN, [ClassifyRun.Status.DONE])), None)


def list_class_ids(customer_ids: Sequence[int], *, scheme_id: int) -> dict[int, int]:
    """Return customer id → class id now, of a type whose classes do not overlap; one query by an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, class_id FROM classification_assignment"
            " WHERE customer_id = ANY(%s::bigint[]) AND track = %s::bigint AND valid_to IS NULL",
            [list(customer_ids), scheme_id],
        )
        return dict(cursor.fetchall())


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
    def is_by_hand(self) -> bool:
        return self.assignment.source in (Assignment.Source.HAND, Assignment.Source.OVERRIDE)


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
