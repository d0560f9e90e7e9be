"""A person says yes or no to what a rule says of a customer."""

from datetime import datetime

from django.db import transaction

from zhike.audit.public import record
from zhike.classification.assignments.moves import lock_customers, put_into, show_moves, source_of
from zhike.classification.errors import MoveChanged
from zhike.classification.events import MoveDecided
from zhike.classification.models import Assignment, PendingMove, Scheme
from zhike.customers.public import get_customer
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

REASON_LENGTH = 300


@transaction.atomic
def decide_move(
    *, customer_id: int, scheme_id: int, class_id: int | None, approve: bool, reason: str = "", by: Actor, at: datetime
) -> None:
    """Let a waiting move happen, or decline it. `class_id` is the class that the person saw the rule ask for.

    A declined move stays so until the rule says something else.

    :raises NoSuchCustomer: if the customer is not the actor's to see. :raises MoveChanged: if the rule says something
        else by now, or somebody has decided. Then nothing has changed.
    """
    get_customer(customer_id=customer_id, actor=by)
    lock_customers([customer_id])
    waiting = PendingMove.objects.filter(customer_id=customer_id, scheme_id=scheme_id, to_class_id=class_id)
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
    record(event=MoveDecided(customer_id, scheme_id, class_id, approve, tidy(reason)[:REASON_LENGTH]), by=by)


def _let_happen(move: PendingMove, by: Actor, at: datetime) -> None:
    scheme = Scheme.objects.get(id=move.scheme_id)
    put_into(
        scheme=scheme, customer_id=move.customer_id, class_id=move.to_class_id, source=source_of(scheme),
        evidence=move.evidence, left=Assignment.Left.APPROVED, by=by, at=at, version=move.rule_version,
    )  # fmt: skip
    PendingMove.objects.filter(customer_id=move.customer_id, scheme_id=move.scheme_id).delete()
    show_moves([move.customer_id])
