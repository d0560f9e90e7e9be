"""Moving one customer by a person's word: what overrides, approvals and leaving have in common."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from zhike.audit.public import record
from zhike.classification.approvals.telling import moves_between, tell_of_moves
from zhike.classification.evaluation.moving import WRITE_LOCK
from zhike.classification.events import CustomerClassified
from zhike.classification.models import Assignment, Scheme
from zhike.customers.public import Customer
from zhike.kit.actor import Actor

from .figures import refresh_figures

SOURCES = {Scheme.Kind.RULE: Assignment.Source.RULE, Scheme.Kind.ATTRIBUTE: Assignment.Source.RULE,
           Scheme.Kind.HAND: Assignment.Source.HAND}  # fmt: skip


def lock_customers(customer_ids: Sequence[int]) -> list[int]:
    """Wait for a run that writes and for others who move these customers; return those that there are.

    In one order, so that two who move overlapping selections wait instead of stopping each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WRITE_LOCK])
    locked = Customer.objects.select_for_update(no_key=True).filter(id__in=customer_ids).order_by("id")
    return list(locked.values_list("id", flat=True))


def source_of(scheme: Scheme) -> Assignment.Source:
    """Return where the classes of a scheme come from."""
    return SOURCES.get(Scheme.Kind(scheme.kind), Assignment.Source.MODEL)


def put_into(
    *,
    scheme: Scheme,
    customer_id: int,
    class_id: int | None,
    source: Assignment.Source,
    evidence: dict[str, Any] | None,
    left: Assignment.Left,
    by: Actor,
    at: datetime,
    version: int | None = None,
    track: int | None = None,
    tells: bool = True,
) -> datetime:
    """End the customer's assignment, if any, with the reason `left`; begin one in a class, if any; return from when.

    `track`: of a scheme whose classes overlap, the one class that is meant (see `schemes/overlapping.py`).
    Owner and followers are told where the scheme marks the move, but who moves many, without `tells`, tells of all.
    A clock that stands still or runs back makes no interval that ends before it begins. The caller holds the
    customer's lock and brings the listing up to date.
    """
    mine = Assignment.objects.filter(customer_id=customer_id, track=track or scheme.id)
    last = mine.order_by("-valid_from").first()
    start, before = at, None
    if last is not None and last.valid_to is None:
        start, before = max(at, last.valid_from + timedelta(microseconds=1)), last.to_class_id
        mine.filter(valid_from=last.valid_from).update(valid_to=start, left=left)
    elif last is not None and last.valid_to is not None:
        start = max(at, last.valid_to)
    if class_id is not None:
        Assignment.objects.create(
            customer_id=customer_id, scheme=scheme, to_class_id=class_id, apart=scheme.overlapping, valid_from=start,
            rule_version=scheme.version if version is None else version, source=source, evidence=evidence,
            by_id=by.id if by.kind == "user" else None,
        )  # fmt: skip
    if before != class_id:
        cause = Assignment.Left(left).name.lower()
        record(event=CustomerClassified(customer_id, [[scheme.id, before, class_id]], cause), by=by)
        if tells:
            moves = moves_between(customer_id, track or scheme.id, before, class_id)
            tell_of_moves(moves=moves, by_user=by.id, at=start)
    return start


def show_moves(customer_ids: Sequence[int]) -> None:
    """Bring the listing rows of these customers up to date."""
    refresh_figures(select_ids="SELECT unnest(%(ids)s::bigint[])", params={"ids": list(customer_ids)})
