"""A class that a person sets above what a scheme's rule says, with a reason and perhaps an end."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhike.audit.public import record
from zhike.classification.errors import (
    EndInPast,
    NoOverride,
    NoSuchClass,
    ReasonMissing,
    SchemeIsRetired,
    SchemeOverlaps,
)
from zhike.classification.evaluation.at_once import judge_at_once
from zhike.classification.events import ClassOverridden, OverrideEnded
from zhike.classification.models import Assignment, ClassOverride, CustomerClass, PendingMove, Scheme, Steadiness
from zhike.classification.schemes.queries import get_scheme
from zhike.customers.public import get_customer
from zhike.kit.actor import SYSTEM, Actor
from zhike.kit.text import tidy

from .moves import lock_customers, put_into, show_moves, source_of

REASON_LENGTH = 300
BATCH = 500


@transaction.atomic
def set_override(
    *,
    customer_id: int,
    scheme_key: str,
    class_id: int,
    reason: str,
    ends_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> ClassOverride:
    """Hold a customer in a class whatever the rule says, until `ends_at` or until somebody takes it off.

    The rule goes on being judged beside it. An override that is in force is replaced.

    :raises NoSuchCustomer: if the customer is not the actor's to see. :raises SchemeIsRetired, NoSuchClass,
        ReasonMissing, EndInPast, SchemeOverlaps: for wrong input. Then nothing has changed.
    """
    get_customer(customer_id=customer_id, actor=by)
    scheme, reason = get_scheme(key=scheme_key), tidy(reason)
    _check(scheme, class_id, reason, ends_at, at)
    lock_customers([customer_id])
    ruled = _ruled_class(scheme, customer_id)
    _end(scheme, customer_id, ClassOverride.Ended.REPLACED, by, at)
    override = ClassOverride.objects.create(
        customer_id=customer_id, scheme=scheme, to_class_id=class_id, reason=reason, set_by_id=_person(by), set_at=at,
        ends_at=ends_at,
    )  # fmt: skip
    evidence = {"reason": reason, "until": ends_at.isoformat() if ends_at else None}
    source, left = Assignment.Source.OVERRIDE, Assignment.Left.OVERRIDDEN
    put_into(
        scheme=scheme, customer_id=customer_id, class_id=class_id, source=source, evidence=evidence, left=left, by=by,
        at=at,
    )  # fmt: skip
    _keep_ruled(scheme, customer_id, ruled, class_id, at)
    show_moves([customer_id])
    record(event=ClassOverridden(customer_id, scheme.id, class_id, reason, ends_at), by=by)
    return override


@transaction.atomic
def remove_override(*, customer_id: int, scheme_key: str, by: Actor, at: datetime) -> None:
    """Take off what a person set; the customer is where the rule says from now on.

    :raises NoSuchCustomer: if the customer is not the actor's to see. :raises NoOverride: if nothing is set.
    """
    get_customer(customer_id=customer_id, actor=by)
    scheme = get_scheme(key=scheme_key)
    lock_customers([customer_id])
    if not end_override(scheme=scheme, customer_id=customer_id, cause=ClassOverride.Ended.REMOVED, by=by, at=at):
        raise NoOverride(name=scheme.name)


def end_override(*, scheme: Scheme, customer_id: int, cause: ClassOverride.Ended, by: Actor, at: datetime) -> bool:
    """End what a person set and go back to the rule; return whether there was something. The caller holds the lock."""
    ruled, pending = _class_after(scheme, customer_id), _pending(scheme, customer_id)
    if not _end(scheme, customer_id, cause, by, at):
        return False
    PendingMove.objects.filter(customer_id=customer_id, scheme=scheme, cause=PendingMove.Cause.OVERRIDE).delete()
    put_into(
        scheme=scheme, customer_id=customer_id, class_id=ruled, source=source_of(scheme),
        evidence=pending.evidence if pending else None, left=Assignment.Left.OVERRIDE_ENDED, by=by, at=at,
        version=pending.rule_version if pending else None,
    )  # fmt: skip
    show_moves([customer_id])
    record(event=OverrideEnded(customer_id, scheme.id, ClassOverride.Ended(cause).name.lower()), by=by)
    judge_at_once(customer_ids=[customer_id], at=at)  # what the rule says of now, with its evidence
    return True


def end_due_overrides(*, at: datetime) -> int:
    """End the overrides whose time is over; return how many. Each on its own, so that one that fails stops no other."""
    due = (
        ClassOverride.objects.filter(ended_at=None, ends_at__lte=at).order_by("ends_at", "id").select_related("scheme")
    )
    count = 0
    for one in due[:BATCH]:
        with transaction.atomic():
            lock_customers([one.customer_id])
            still = ClassOverride.objects.filter(id=one.id, ended_at=None).exists()
            if still:
                cause = ClassOverride.Ended.TIME
                end_override(scheme=one.scheme, customer_id=one.customer_id, cause=cause, by=SYSTEM, at=at)
                count += 1
    return count


def list_overrides(*, customer_ids: Sequence[int]) -> dict[tuple[int, int], ClassOverride]:
    """Return what people set for these customers and is in force, by customer and scheme."""
    rows = ClassOverride.objects.filter(customer_id__in=customer_ids, ended_at=None).select_related(
        "set_by", "to_class"
    )
    return {(one.customer_id, one.scheme_id): one for one in rows}


def _check(scheme: Scheme, class_id: int, reason: str, ends_at: datetime | None, at: datetime) -> None:
    if scheme.status != Scheme.Status.ACTIVE:
        raise SchemeIsRetired(name=scheme.name)
    if scheme.overlapping:
        raise SchemeOverlaps(name=scheme.name)
    if not CustomerClass.objects.filter(id=class_id, scheme=scheme, retired_at=None).exists():
        raise NoSuchClass
    if not 0 < len(reason) <= REASON_LENGTH:
        raise ReasonMissing(most=REASON_LENGTH)
    if ends_at is not None and ends_at <= at:
        raise EndInPast


def _pending(scheme: Scheme, customer_id: int) -> PendingMove | None:
    return PendingMove.objects.filter(customer_id=customer_id, scheme=scheme).first()


def _ruled_class(scheme: Scheme, customer_id: int) -> int | None:
    """Return the class in which the rule has the customer: what waits beside that which holds, else what holds."""
    pending = _pending(scheme, customer_id)
    held = Assignment.objects.filter(customer_id=customer_id, scheme=scheme, valid_to=None)
    if pending is not None and pending.cause == PendingMove.Cause.OVERRIDE:
        return pending.to_class_id
    return held.values_list("to_class_id", flat=True).first()


def _class_after(scheme: Scheme, customer_id: int) -> int | None:
    """Return the class to go back to: where moves wait for approval, the one held before, as nobody said yes."""
    steadiness = Steadiness.objects.filter(scheme=scheme).first()
    if steadiness is None or not (steadiness.ask_into or steadiness.ask_out_of):
        return _ruled_class(scheme, customer_id)
    before = Assignment.objects.filter(customer_id=customer_id, scheme=scheme)
    before = before.exclude(source=Assignment.Source.OVERRIDE).order_by("-valid_from")
    return before.values_list("to_class_id", flat=True).first()


def _keep_ruled(scheme: Scheme, customer_id: int, ruled: int | None, set_to: int, at: datetime) -> None:
    """Write down what the rule says beside the override; nothing where both say the same."""
    pending = PendingMove.objects.filter(customer_id=customer_id, scheme=scheme)
    if ruled == set_to:
        pending.delete()
        return
    before = Assignment.objects.filter(customer_id=customer_id, scheme=scheme, to_class_id=ruled)
    last = before.order_by("-valid_from").first()
    PendingMove.objects.update_or_create(
        customer_id=customer_id,
        scheme=scheme,
        defaults={
            "to_class_id": ruled, "cause": PendingMove.Cause.OVERRIDE, "since": at, "due_at": None, "told_at": None,
            "rule_version": last.rule_version if last else scheme.version, "evidence": last.evidence if last else None,
        },
    )  # fmt: skip


def _end(scheme: Scheme, customer_id: int, cause: ClassOverride.Ended, by: Actor, at: datetime) -> bool:
    in_force = ClassOverride.objects.filter(customer_id=customer_id, scheme=scheme, ended_at=None)
    return bool(in_force.update(ended_at=at, ended_cause=cause, ended_by_id=_person(by)))


def _person(by: Actor) -> int | None:
    return by.id if by.kind == "user" else None
