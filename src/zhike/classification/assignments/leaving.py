"""Customers who leave all their classes because they are merged into another, or erased."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhike.audit.public import record
from zhike.classification.events import ClassesLeft
from zhike.classification.models import Assignment, ClassOverride, PendingMove
from zhike.kit.actor import Actor

from .moves import lock_customers, show_moves


@transaction.atomic
def leave_classes(*, customer_ids: Sequence[int], merged: bool, by: Actor, at: datetime) -> int:
    """End all assignments of customers who were merged into others, or (not `merged`) erased; return how many ended.

    The history stays, with that reason. Of who is erased, the values that decided and the words that people wrote go.
    """
    left = Assignment.Left.MERGED if merged else Assignment.Left.ERASED
    ids = lock_customers(customer_ids)
    ended = 0
    for row in Assignment.objects.filter(customer_id__in=ids, valid_to=None):
        own = Assignment.objects.filter(customer_id=row.customer_id, track=row.track, valid_from=row.valid_from)
        if row.valid_from < at:
            ended += own.update(valid_to=at, left=left)
        else:
            ended += own.delete()[0]
    overrides = ClassOverride.objects.filter(customer_id__in=ids)
    overrides.filter(ended_at=None).update(ended_at=at, ended_cause=ClassOverride.Ended.MERGED)
    PendingMove.objects.filter(customer_id__in=ids).delete()
    if not merged:
        Assignment.objects.filter(customer_id__in=ids).update(evidence=None)
        overrides.update(reason="")
    show_moves(ids)
    for one in ids:
        record(event=ClassesLeft(one, left.name.lower()), by=by)
    return ended
