"""What the pages of reviews show."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now

from zhike.accounts.public import User, get_organisation
from zhike.classification import permissions
from zhike.classification.models import CustomerClass, Scheme
from zhike.classification.policies.queries import PolicyBook, read_book
from zhike.classification.schemes.queries import list_classes
from zhike.customers.public import get_customer
from zhike.kit.actor import Actor

from . import queries
from .errors import NotUnderReview
from .evidence import load_evidence
from .queries import Covered

PANEL_ROWS = 5


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """Coverage of a class or of a person."""

    label: str
    one: CustomerClass | None
    covered: Covered


def worklist_page(*, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return whose review is due, with suggestion, and how far the reviews have come."""
    book = read_book(with_names=False)
    work = queries.list_due(actor=actor, at=at, book=book)
    by_class, by_person = coverage_lines(queries.list_coverage(actor=actor, at=at, book=book), book)
    owners = User.objects.in_bulk({one.owner_id for one in work.rows if one.owner_id})
    today = queries.today_of(at)
    return {
        "rows": [
            {
                "evidence": one,
                "owner": owners.get(one.row.owner_id or 0),
                "late": (today - one.row.due).days,
            }
            for one in load_evidence(work.rows)
        ],
        "count": work.count,
        "by_class": by_class,
        "by_person": by_person,
        "any": "review" in book.policies,
        "currency": get_organisation().currency,
        "may_review": actor.may(permissions.REVIEW),
        "may_change_policy": actor.may(permissions.CHANGE_POLICY),
    }


def review_page(*, customer_id: int, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return what decides about a customer's class, and who is next.

    :raises NoSuchCustomer: if the customer is not the actor's to see; `NotUnderReview` if no class is reviewed.
    """
    customer = get_customer(customer_id=customer_id, actor=actor)
    book = read_book(with_names=False)
    row = queries.find_duty(customer_id=customer_id, at=at, actor=actor, book=book)
    if row is None:
        raise NotUnderReview(name=customer.name)
    scheme = row.policy.to_class.scheme
    evidence, today = load_evidence([row])[0], queries.today_of(at)
    held = [row.policy.to_class, *evidence.beside]
    return {
        "customer": customer,
        "evidence": evidence,
        "scheme": scheme,
        "one": row.policy.to_class,
        "choices": [one for one in list_classes(scheme_id=scheme.id) if one not in held],
        "leaving": held if scheme.overlapping else [],
        "may_change": actor.may(permissions.ASSIGN),
        "above_rule": scheme.kind != Scheme.Kind.HAND,
        "may_review": actor.may(permissions.REVIEW),
        "late": (today - row.due).days,
        "tomorrow": (today + timedelta(days=1)).isoformat(),
        "month": (today + timedelta(days=min(30, row.policy.value["every_days"]))).isoformat(),
        "latest": (today + timedelta(days=row.policy.value["every_days"])).isoformat(),
        "history": queries.list_reviews(customer_id=customer_id),
        "next": find_next(but=customer_id, actor=actor, at=at, book=book),
        "currency": get_organisation().currency,
    }


def find_next(*, but: int, actor: Actor, at: datetime, book: PolicyBook | None = None) -> int | None:
    """Return the customer who comes next on the worklist; None when nobody else is due."""
    rows = queries.list_due(actor=actor, at=at, book=book).rows
    ids = [one.customer_id for one in rows]
    if but in ids[:-1]:
        return ids[ids.index(but) + 1]
    return next((one for one in ids if one != but), None)


def coverage_lines(covered: Sequence[Covered], book: PolicyBook) -> tuple[list[CoverageLine], list[CoverageLine]]:
    """Return the coverage by class, in the order of classes, and by person, those with most due first."""
    classes: defaultdict[int, list[Covered]] = defaultdict(list)
    people: defaultdict[int | None, list[Covered]] = defaultdict(list)
    for one in covered:
        classes[one.class_id].append(one)
        people[one.owner_id].append(one)
    users = User.objects.in_bulk([one for one in people if one])
    known = {class_id: policy.to_class for class_id, policy in book.policies.get("review", {}).items()}
    by_class = [
        CoverageLine(known[key].name, known[key], _sum(rows))
        for key, rows in sorted(classes.items(), key=lambda item: book.standings[item[0]])
    ]
    by_person = [
        CoverageLine(users[key].name if key in users else "", None, _sum(rows)) for key, rows in people.items()
    ]
    return by_class, sorted(by_person, key=lambda one: (-one.covered.due, one.label))


def _sum(rows: Sequence[Covered]) -> Covered:
    total = rows[0]
    for one in rows[1:]:
        total = replace(
            total,
            due=total.due + one.due,
            reviewed=total.reviewed + one.reviewed,
            postponed=total.postponed + one.postponed,
            customers=total.customers + one.customers,
        )
    return total


def load_panel(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return the reviews that are due, for the workbench; None where nobody is."""
    at = now()
    work = queries.list_due(actor=actor, at=at, limit=PANEL_ROWS)
    if not work.count:
        return None
    today = queries.today_of(at)
    return {
        "rows": [{"evidence": one, "late": (today - one.row.due).days} for one in load_evidence(work.rows)],
        "count": work.count,
        "currency": get_organisation().currency,
    }
