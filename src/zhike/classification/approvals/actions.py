"""A person says yes or no to what a rule says of a customer."""

from datetime import datetime

from django.db import transaction

from zhike.audit.public import record
from zhike.classification.assignments.moves import lock_customers, put_into, show_moves, source_of
from zhike.classification.errors import MoveChanged
from zhike.classification.events import MoveDecided
from zhike.classification.models import Assignment, PendingMove, Scheme
from zhike.classification.schemes.overlapping import track_of
from zhike.customers.public import get_customer
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

REASON_LENGTH = 300


@transaction.atomic
def decide_move(
    *,
    customer_id: int,
    scheme_id: int,
    class_id: int | None,
    out_of: int | None = None,
    approve: bool,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Let a waiting move happen, or decline it. `class_id` is the class that the person saw the rule ask for.

    `out_of`: where classes overlap and the move leads to none, the class that the customer would leave.

    A declined move stays so until the rule says something else.

    :raises NoSuchCustomer: if the customer is not the actor's to see. :raises MoveChanged: if the rule says something
        else by now, or somebody has decided. Then nothing has changed.
    """
    get_customer(customer_id=customer_id, actor=by)
    lock_customers([customer_id])
    waiting = PendingMove.objects.filter(customer_id=customer_id, scheme_id=scheme_id, to_class_id=class_id)
    overlapping = Scheme.objects.filter(id=scheme_id, overlapping=True).exists()
    out_of = out_of if overlapping and class_id is None else None
    if overlapping:
        waiting = waiting.filter(track=track_of(class_id or out_of or 0))
    move = waiting.filter(cause=PendingMove.Cause.APPROVAL).select_for_update().first()
    if move is None:
        raise MoveChanged
    if approve:
        _let_happen(move, by, at)
    else:
        person = by.id if by.kind == "user" else None
        waiting.update(
            cause=PendingMove.Cause.DECLINED, decided_at=at, decided_by_id=person, reason=tidy(reason)[:REASON_LENGTH]
        )
    event = MoveDecided(customer_id, scheme_id, class_id, approve, tidy(reason)[:REASON_LENGTH], out_of)
    record(event=event, by=by)


def _let_happen(move: PendingMove, by: Actor, at: datetime) -> None:
    scheme = Scheme.objects.get(id=move.scheme_id)
    put_into(
        scheme=scheme, customer_id=move.customer_id, track=move.track, class_id=move.to_class_id,
        source=source_of(scheme), evidence=move.evidence, left=Assignment.Left.APPROVED, by=by, at=at,
        version=move.rule_version,
    )  # fmt: skip
    PendingMove.objects.filter(customer_id=move.customer_id, track=move.track).delete()
    show_moves([move.customer_id])
