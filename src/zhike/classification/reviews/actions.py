"""Going through the classes of customers on schedule: confirming, changing, putting off."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from zhike.accounts.public import get_organisation
from zhike.audit.public import record
from zhike.classification import permissions
from zhike.classification.assignments.actions import REASON_LENGTH, assign_class
from zhike.classification.assignments.overrides import set_override
from zhike.classification.assignments.queries import get_metrics, is_in_class
from zhike.classification.errors import NoSuchClass, ReasonMissing
from zhike.classification.events import CustomerReviewed
from zhike.classification.models import CustomerClass, Policy, Review, Scheme
from zhike.classification.policies.own_kinds import REVIEW
from zhike.classification.policies.queries import PolicyBook, read_book
from zhike.customers.public import Customer, get_customer
from zhike.kit.actor import Actor
from zhike.kit.clock import day_end
from zhike.kit.text import tidy

from .errors import DayWrong, MayNotChange, NotInIt, NotUnderReview, ReviewedMeanwhile, SameClass
from .queries import DueRow, find_duty, today_of


@dataclass(frozen=True, slots=True)
class Held:
    """A customer held for a review: what is due, and the day it is."""

    customer: Customer
    duty: DueRow
    today: date
    book: PolicyBook

    @property
    def days(self) -> int:
        return int(self.duty.policy.value["every_days"])


@transaction.atomic
def confirm_class(
    *,
    customer_id: int,
    reason: str = "",
    seen: int | None = None,
    seen_class: int | None = None,
    by: Actor,
    at: datetime,
) -> Review:
    """Say that a customer is in the right class; the next review is an interval from today.

    `seen` is the id of the last review that the person saw (0: none), `seen_class` the class that they looked at.

    :raises NotUnderReview: if no class of the customer's is reviewed; `ReviewedMeanwhile` if somebody was faster.
    """
    held = _hold(customer_id, seen, seen_class, by, at)
    return _keep(held, Review.Outcome.CONFIRMED, _tidied(reason), held.today + timedelta(days=held.days), by, at)


@transaction.atomic
def postpone_review(
    *,
    customer_id: int,
    reason: str,
    next_on: date,
    seen: int | None = None,
    seen_class: int | None = None,
    by: Actor,
    at: datetime,
) -> Review:
    """Put a review off to a day, at most one interval ahead.

    :raises ReasonMissing: without a reason; `DayWrong` for a day that is over or too far.
    """
    held = _hold(customer_id, seen, seen_class, by, at)
    least, most = held.today + timedelta(days=1), held.today + timedelta(days=held.days)
    if not least <= next_on <= most:
        raise DayWrong(least=least.isoformat(), most=most.isoformat())
    return _keep(held, Review.Outcome.POSTPONED, _required(reason), next_on, by, at)


@transaction.atomic
def change_class(
    *,
    customer_id: int,
    class_id: int,
    reason: str,
    kept_out: bool = False,
    ends_on: date | None = None,
    seen: int | None = None,
    seen_class: int | None = None,
    by: Actor,
    at: datetime,
) -> Review:
    """Move a customer to another class of the type that is reviewed; the next review follows the new class.

    Where the type follows rules, the class is set above them until the day `ends_on` is over, or that of the next
    review. Where classes overlap, the customer is put into one more class, or `kept_out` of one they are in.

    :raises SameClass: if it is the class now; `NotInIt` for keeping out of a class they are not in; `NoSuchClass`,
        `EndInPast`, `KeepsOutOfOne`, `ReasonMissing` without a reason.
    """
    held = _hold(customer_id, seen, seen_class, by, at)
    scheme, now_in = held.duty.policy.to_class.scheme, held.duty.policy.to_class_id
    to = CustomerClass.objects.filter(id=class_id, scheme=scheme, retired_at=None).first()
    if to is None:
        raise NoSuchClass
    is_in = (
        is_in_class(customer_id=customer_id, scheme=scheme, class_id=to.id) if scheme.overlapping else to.id == now_in
    )
    if is_in and not kept_out:
        raise SameClass(name=to.name)
    if scheme.overlapping and kept_out and not is_in:
        raise NotInIt(name=to.name)
    reason = _required(reason)
    follows: Policy = (
        held.duty.policy if scheme.overlapping else held.book.policies[REVIEW].get(to.id, held.duty.policy)
    )
    next_on = held.today + timedelta(days=int(follows.value["every_days"]))
    given: dict[str, Any] = {"scheme_key": scheme.key, "class_id": to.id, "reason": reason, "by": by, "at": at}
    if scheme.kind == Scheme.Kind.HAND and not (kept_out or ends_on):
        assign_class(customer_ids=[customer_id], **given)
    else:
        end = day_end(ends_on or next_on, get_organisation().time_zone)
        set_override(customer_id=customer_id, ends_at=end, kept_out=kept_out, **given)
    return _keep(held, Review.Outcome.CHANGED, reason, next_on, by, at, to=to, kept_out=kept_out)


def _hold(customer_id: int, seen: int | None, seen_class: int | None, by: Actor, at: datetime) -> Held:
    customer = get_customer(customer_id=customer_id, actor=by)
    Customer.objects.select_for_update(no_key=True).get(id=customer_id)  # two who review at once queue here
    book = read_book(with_names=False)
    duty = find_duty(customer_id=customer_id, at=at, actor=by, book=book)
    if duty is None:
        raise NotUnderReview(name=customer.name)
    is_other = seen_class not in (None, duty.policy.to_class_id)
    if is_other or seen not in (None, duty.review_id):
        done = Review.objects.select_related("by").filter(customer=customer)
        last = done.order_by("-at", "-id").first() if is_other else done.filter(id=duty.review_id).first()
        who = last.by.name if last and last.by else "–"
        raise ReviewedMeanwhile(who=who, name=customer.name, day=duty.due.isoformat())
    return Held(customer, duty, today_of(at), book)


def _keep(
    held: Held,
    outcome: str,
    reason: str,
    next_on: date,
    by: Actor,
    at: datetime,
    *,
    to: CustomerClass | None = None,
    kept_out: bool = False,
) -> Review:
    metrics = get_metrics(customer_id=held.customer.id)
    one = held.duty.policy.to_class
    review = Review.objects.create(
        customer=held.customer,
        scheme_id=one.scheme_id,
        to_class=one,
        new_class=to,
        kept_out=kept_out,
        policy=held.duty.policy,
        outcome=outcome,
        reason=reason,
        due_on=held.duty.due,
        next_on=next_on,
        figures={
            "monetary": metrics.monetary,
            "frequency": metrics.frequency,
            "last_day": metrics.last_day.isoformat() if metrics.last_day else None,
        },
        by_id=by.id if by.kind == "user" else None,
        at=at,
    )
    record(event=CustomerReviewed(held.customer.id, one.scheme_id, one.id, outcome, reason, next_on), by=by)
    return review


def _required(reason: str) -> str:
    reason = _tidied(reason)
    if not reason:
        raise ReasonMissing(most=REASON_LENGTH)
    return reason


def _tidied(reason: str) -> str:
    reason = tidy(reason)
    if len(reason) > REASON_LENGTH:
        raise ReasonMissing(most=REASON_LENGTH)
    return reason


def decide(
    *,
    customer_id: int,
    outcome: str,
    reason: str = "",
    class_id: int | None = None,
    kept_out: bool = False,
    ends_on: date | None = None,
    next_on: date | None = None,
    seen: int | None = None,
    seen_class: int | None = None,
    by: Actor,
    at: datetime,
) -> Review:
    """Confirm, change or postpone, as a page or a program asks; see the three actions for what each refuses."""
    given: dict[str, Any] = {"customer_id": customer_id, "reason": reason, "seen": seen, "seen_class": seen_class}
    if outcome == Review.Outcome.CHANGED:
        if not by.may(permissions.ASSIGN):
            raise MayNotChange
        return change_class(class_id=class_id or 0, kept_out=kept_out, ends_on=ends_on, **given, by=by, at=at)
    if outcome == Review.Outcome.POSTPONED:
        return postpone_review(next_on=next_on or date.min, **given, by=by, at=at)
    return confirm_class(**given, by=by, at=at)
