"""Putting customers into the classes of schemes that are kept by hand."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from django.db import transaction

from zhike.audit.public import record
from zhike.classification.approvals.telling import moves_between, tell_of_moves
from zhike.classification.errors import (
    CustomerNotYours,
    NoSuchClass,
    NotByHand,
    OverrideInForce,
    ReasonMissing,
    SchemeIsRetired,
    TooManyAtOnce,
)
from zhike.classification.events import ClassAssigned
from zhike.classification.models import Assignment, ClassOverride, CustomerClass, Scheme
from zhike.classification.schemes.queries import get_scheme
from zhike.customers.public import visible_customers
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

from .moves import lock_customers, put_into, show_moves

REASON_LENGTH = 300
MOST_AT_ONCE = 1000


@transaction.atomic
def assign_class(
    *, customer_ids: Sequence[int], scheme_key: str, class_id: int | None, reason: str, by: Actor, at: datetime
) -> int:
    """Put customers into a class of a hand scheme, or with None out of all; return how many changed.

    The earlier assignment ends at `at`; one that began at the same instant is replaced.

    :raises NotByHand: if the scheme follows rules; `CustomerNotYours` if the actor may not see one of the customers;
        `OverrideInForce` if a class was set above the type; `ReasonMissing`, `TooManyAtOnce`, `NoSuchClass` for wrong
        input. Then nothing has changed.
    """
    scheme = get_scheme(key=scheme_key)
    reason = tidy(reason)
    _check(scheme, class_id, reason)
    ids = sorted(set(customer_ids))
    _check_customers(ids, by)
    lock_customers(ids)
    _check_overrides(scheme, ids)
    open_rows = {
        one.customer_id: one for one in Assignment.objects.filter(scheme=scheme, customer_id__in=ids, valid_to=None)
    }
    changed = [one for one in ids if _class_of(open_rows.get(one)) != class_id]
    for customer_id in changed:
        put_into(
            scheme=scheme, customer_id=customer_id, class_id=class_id, source=Assignment.Source.HAND,
            evidence={"reason": reason}, left=Assignment.Left.HAND, by=by, at=at, tells=False,
        )  # fmt: skip
        record(event=ClassAssigned(customer_id, scheme.id, class_id, reason), by=by)
    moved = [moves_between(one, scheme.id, _class_of(open_rows.get(one)), class_id) for one in changed]
    tell_of_moves(moves=chain(*moved), by_user=by.id, at=at)
    show_moves(changed)
    return len(changed)


def _check(scheme: Scheme, class_id: int | None, reason: str) -> None:
    if scheme.kind != Scheme.Kind.HAND:
        raise NotByHand(name=scheme.name)
    if scheme.status != Scheme.Status.ACTIVE:
        raise SchemeIsRetired(name=scheme.name)
    known = CustomerClass.objects.filter(scheme=scheme, retired_at=None)
    if class_id is not None and not known.filter(id=class_id).exists():
        raise NoSuchClass
    if not 0 < len(reason) <= REASON_LENGTH:
        raise ReasonMissing(most=REASON_LENGTH)


def _check_customers(ids: Sequence[int], by: Actor) -> None:
    if len(ids) > MOST_AT_ONCE:
        raise TooManyAtOnce(count=len(ids), most=MOST_AT_ONCE)
    seen = visible_customers(by).filter(id__in=ids).count()
    if seen != len(ids):
        raise CustomerNotYours(count=len(ids) - seen)


def _class_of(row: Assignment | None) -> int | None:
    return row.to_class_id if row else None


def _check_overrides(scheme: Scheme, ids: Sequence[int]) -> None:
    count = ClassOverride.objects.filter(scheme=scheme, customer_id__in=ids, ended_at=None).count()
    if count:
        raise OverrideInForce(count=count, name=scheme.name)
