"""Putting customers into the classes of schemes that are kept by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from zhike.audit.public import record
from zhike.classification.errors import (
    CustomerNotYours,
    NoSuchClass,
    NotByHand,
    ReasonMissing,
    SchemeIsRetired,
    TooManyAtOnce,
)
from zhike.classification.events import ClassAssigned
from zhike.classification.models import Assignment, CustomerClass, Scheme
from zhike.classification.schemes.queries import get_scheme
from zhike.customers.public import Customer, visible_customers
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

from .figures import refresh_figures

REASON_LENGTH = 300
MOST_AT_ONCE = 1000
GIVEN_IDS = "SELECT unnest(%(ids)s::bigint[])"


@transaction.atomic
def assign_class(
    *, customer_ids: Sequence[int], scheme_key: str, class_id: int | None, reason: str, by: Actor, at: datetime
) -> int:
    """Put customers into a class of a hand scheme, or with None out of all; return how many changed.

    The earlier assignment ends at `at`; one that began at the same instant is replaced.

    :raises NotByHand: if the scheme follows rules; `CustomerNotYours` if the actor may not see one of the customers;
        `ReasonMissing`, `TooManyAtOnce`, `NoSuchClass` for wrong input. Then nothing has changed.
    """
    scheme = get_scheme(key=scheme_key)
    reason = tidy(reason)
    _check(scheme, class_id, reason)
    ids = sorted(set(customer_ids))
    _check_customers(ids, by)
    # Lock the customers in one order: two people changing overlapping selections wait instead of deadlocking.
    list(Customer.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id").values_list("id"))
    open_rows = {
        one.customer_id: one for one in Assignment.objects.filter(scheme=scheme, customer_id__in=ids, valid_to=None)
    }
    changed = [one for one in ids if _class_of(open_rows.get(one)) != class_id]
    for customer_id in changed:
        _move(scheme, customer_id, open_rows.get(customer_id), class_id, reason, by, at)
    refresh_figures(select_ids=GIVEN_IDS, params={"ids": changed})
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


def _move(
    scheme: Scheme,
    customer_id: int,
    before: Assignment | None,
    class_id: int | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    start = at
    mine = Assignment.objects.filter(customer_id=customer_id, scheme=scheme)
    if before is not None:
        # A clock that stands still or runs back must not make an interval that ends before it begins.
        start = max(at, before.valid_from + timedelta(microseconds=1))
        mine.filter(valid_from=before.valid_from).update(valid_to=start)
    else:
        last = mine.order_by("-valid_from").first()
        start = max(at, last.valid_to) if last and last.valid_to else at
    if class_id is not None:
        Assignment.objects.create(
            customer_id=customer_id,
            scheme=scheme,
            to_class_id=class_id,
            valid_from=start,
            rule_version=scheme.version,
            source=Assignment.Source.HAND,
            evidence={"reason": reason},
            by_id=by.id if by.kind == "user" else None,
        )
    record(event=ClassAssigned(customer_id, scheme.id, class_id, reason), by=by)
