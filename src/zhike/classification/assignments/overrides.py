"""A class that a person sets above what a scheme's rule says, with a reason and perhaps an end.

Where classes overlap it is said of each class apart: put into it, or kept out of it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from zhike.audit.public import record
from zhike.classification.errors import (
    EndInPast,
    KeepsOutOfOne,
    NoOverride,
    NoSuchClass,
    ReasonMissing,
    SchemeIsRetired,
    WhichClass,
)
from zhike.classification.evaluation.at_once import judge_at_once
from zhike.classification.events import ClassKeptOut, ClassOverridden, OverrideEnded
from zhike.classification.models import Assignment, ClassOverride, CustomerClass, PendingMove, Scheme, Steadiness
from zhike.classification.schemes.overlapping import place_of
from zhike.classification.schemes.queries import get_scheme
from zhike.customers.public import get_customer
from zhike.kit.actor import SYSTEM, Actor
from zhike.kit.text import tidy

from .moves import lock_customers, put_into, show_moves, source_of

REASON_LENGTH = 300
BATCH = 500
SET_ASIDE = (Assignment.Left.OVERRIDDEN, Assignment.Left.KEPT_OUT)  # by what a person set


@dataclass(frozen=True, slots=True)
class Place:
    """Where one class at a time holds for a customer: a scheme, or one class of a scheme whose classes overlap."""

    scheme: Scheme
    customer_id: int
    track: int

    @property
    def class_id(self) -> int | None:
        """The class, where classes overlap."""
        return -self.track if self.track < 0 else None

    def in_force(self) -> QuerySet[ClassOverride]:
        """Return what a person set and has not ended."""
        return ClassOverride.objects.filter(customer_id=self.customer_id, track=self.track, ended_at=None)

    def pending(self) -> QuerySet[PendingMove]:
        """Return what waits beside that which holds."""
        return PendingMove.objects.filter(customer_id=self.customer_id, track=self.track)

    def assignments(self) -> QuerySet[Assignment]:
        """Return the history."""
        return Assignment.objects.filter(customer_id=self.customer_id, track=self.track)

    def ruled_class(self) -> int | None:
        """Return the class in which the rule has the customer: what waits beside that which holds, else what holds."""
        pending = self.pending().first()
        if pending is not None:
            return pending.to_class_id
        return self.assignments().filter(valid_to=None).values_list("to_class_id", flat=True).first()

    def class_after(self) -> int | None:
        """Return the class to go back to: where moves wait for approval, the one held before, as nobody said yes."""
        steadiness = Steadiness.objects.filter(scheme=self.scheme).first()
        if steadiness is None or not (steadiness.ask_into or steadiness.ask_out_of):
            return self.ruled_class()
        before = self.assignments().exclude(source=Assignment.Source.OVERRIDE).order_by("-valid_from").first()
        if before is None or (self.class_id and before.left not in SET_ASIDE):  # in none when it was set
            return None
        return before.to_class_id

    def keep_ruled(self, ruled: int | None, set_to: int | None, at: datetime) -> None:
        """Write down what the rule says beside what was set; nothing where both say the same."""
        if ruled == set_to:
            self.pending().delete()
            return
        before = self.assignments().filter(to_class_id=ruled).exclude(source=Assignment.Source.OVERRIDE)
        last = before.order_by("-valid_from").first()
        PendingMove.objects.update_or_create(
            customer_id=self.customer_id,
            track=self.track,
            defaults={
                "scheme": self.scheme, "to_class_id": ruled, "cause": PendingMove.Cause.OVERRIDE, "since": at,
                "due_at": None, "told_at": None, "rule_version": last.rule_version if last else self.scheme.version,
                "evidence": last.evidence if last else None,
            },
        )  # fmt: skip


@transaction.atomic
def set_override(
    *,
    customer_id: int,
    scheme_key: str,
    class_id: int,
    reason: str,
    ends_at: datetime | None = None,
    kept_out: bool = False,
    by: Actor,
    at: datetime,
) -> ClassOverride:
    """Hold a customer in a class whatever the rule says, until `ends_at` or until somebody takes it off.

    The rule goes on being judged beside it. An override that is in force is replaced; where classes overlap, only one
    of the same class. There a customer can also be `kept_out` of a class.

    :raises NoSuchCustomer: if the customer is not the actor's to see. :raises SchemeIsRetired, NoSuchClass,
        ReasonMissing, EndInPast, KeepsOutOfOne: for wrong input. Then nothing has changed.
    """
    get_customer(customer_id=customer_id, actor=by)
    scheme, reason = get_scheme(key=scheme_key), tidy(reason)
    _check(scheme, class_id, reason, ends_at, at)
    if kept_out and not scheme.overlapping:
        raise KeepsOutOfOne(name=scheme.name)
    lock_customers([customer_id])
    held = Place(scheme, customer_id, place_of(scheme, class_id))
    ruled, to = held.ruled_class(), None if kept_out else class_id
    held.in_force().update(ended_at=at, ended_cause=ClassOverride.Ended.REPLACED, ended_by_id=_person(by))
    override = ClassOverride.objects.create(
        customer_id=customer_id, scheme=scheme, to_class_id=class_id, reason=reason, set_by_id=_person(by), set_at=at,
        ends_at=ends_at, apart=scheme.overlapping, kept_out=kept_out,
    )  # fmt: skip
    put_into(
        scheme=scheme, customer_id=customer_id, track=held.track, class_id=to, source=Assignment.Source.OVERRIDE,
        evidence={"reason": reason, "until": ends_at.isoformat() if ends_at else None},
        left=Assignment.Left.KEPT_OUT if kept_out else Assignment.Left.OVERRIDDEN, by=by, at=at,
    )  # fmt: skip
    held.keep_ruled(ruled, to, at)
    show_moves([customer_id])
    event = ClassKeptOut if kept_out else ClassOverridden
    record(event=event(customer_id, scheme.id, class_id, reason, ends_at), by=by)
    return override


@transaction.atomic
def remove_override(*, customer_id: int, scheme_key: str, class_id: int | None = None, by: Actor, at: datetime) -> None:
    """Take off what a person set; the customer is where the rule says from now on.

    `class_id`: where classes overlap, of which class; elsewhere it is not needed.

    :raises NoSuchCustomer: if the customer is not the actor's to see. :raises NoOverride: if nothing is set.
        :raises WhichClass: if classes overlap and none is given.
    """
    get_customer(customer_id=customer_id, actor=by)
    scheme = get_scheme(key=scheme_key)
    if scheme.overlapping and class_id is None:
        raise WhichClass(name=scheme.name)
    lock_customers([customer_id])
    held = Place(scheme, customer_id, place_of(scheme, class_id or 0))
    if not end_override(held=held, cause=ClassOverride.Ended.REMOVED, by=by, at=at):
        raise NoOverride(name=scheme.name)


def end_override(*, held: Place, cause: ClassOverride.Ended, by: Actor, at: datetime) -> bool:
    """End what a person set and go back to the rule; return whether there was something. The caller holds the lock."""
    scheme, customer_id = held.scheme, held.customer_id
    ruled, pending = held.class_after(), held.pending().first()
    if not held.in_force().update(ended_at=at, ended_cause=cause, ended_by_id=_person(by)):
        return False
    held.pending().filter(cause=PendingMove.Cause.OVERRIDE).delete()
    put_into(
        scheme=scheme, customer_id=customer_id, track=held.track, class_id=ruled, source=source_of(scheme),
        evidence=pending.evidence if pending else None, left=Assignment.Left.OVERRIDE_ENDED, by=by, at=at,
        version=pending.rule_version if pending else None,
    )  # fmt: skip
    show_moves([customer_id])
    event = OverrideEnded(customer_id, scheme.id, ClassOverride.Ended(cause).name.lower(), held.class_id)
    record(event=event, by=by)
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
                held = Place(one.scheme, one.customer_id, one.track)
                end_override(held=held, cause=ClassOverride.Ended.TIME, by=SYSTEM, at=at)
                count += 1
    return count


def _check(scheme: Scheme, class_id: int, reason: str, ends_at: datetime | None, at: datetime) -> None:
    if scheme.status != Scheme.Status.ACTIVE:
        raise SchemeIsRetired(name=scheme.name)
    if not CustomerClass.objects.filter(id=class_id, scheme=scheme, retired_at=None).exists():
        raise NoSuchClass
    if not 0 < len(reason) <= REASON_LENGTH:
        raise ReasonMissing(most=REASON_LENGTH)
    if ends_at is not None and ends_at <= at:
        raise EndInPast


def _person(by: Actor) -> int | None:
    return by.id if by.kind == "user" else None
