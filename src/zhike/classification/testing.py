"""For other rooms' tests."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.models import Assignment, ClassifyRun
from zhike.classification.schemes import actions as schemes
from zhike.classification.schemes import class_actions
from zhike.customers.public import Customer, add_fact


def buy(customer: Customer, day: date, amount: int, *, hour: int = 12) -> None:
    """Let a customer buy for an amount in minor units (negative: give back) at a local hour of a day."""
    organisation = get_organisation()
    at = datetime.combine(day, time(hour), ZoneInfo(organisation.time_zone))
    add_fact(
        customer_id=customer.id,
        kind="purchase" if amount >= 0 else "return",
        occurred_at=at,
        source_key=f"test:{customer.id}:{at.isoformat()}:{amount}",
        amount=amount,
        currency=organisation.currency,
        by=SYSTEM,
        at=now(),
    )


def buy_ago(customer: Customer, as_of: date, days_and_amounts: Mapping[int, int]) -> None:
    """Let a customer buy that many days before `as_of`, for these amounts."""
    for days, amount in days_and_amounts.items():
        buy(customer, as_of - timedelta(days=days), amount)


def make_rule_scheme(key: str, rules: Mapping[str, Mapping[str, Any]], **given: Any) -> None:
    """Put a type in force whose classes are those of `rules`: class key → node of a rule's JSON.

    :param given: what else `create_scheme` takes.
    """
    who: dict[str, Any] = {"by": SYSTEM, "at": now()}
    schemes.create_scheme(key=key, kind="rule", name_en=key.title(), **given, **who)
    for one in rules:
        class_actions.add_class(scheme_key=key, key=one, name_en=one.title(), **who)
    documents = {one: {"version": 2, "rule": node} for one, node in rules.items()}
    schemes.save_draft(key=key, rules_by_class=documents, **who)
    schemes.put_draft_in_force(key=key, **who)


def classify_as_of(day: date, *, full: bool = False) -> ClassifyRun:
    """Classify everyone as of a day. The test must not run in a transaction, as the engine reads what is committed."""
    return run_classification(as_of=day, full=full, by=SYSTEM, at=now())


def class_keys(scheme_key: str) -> dict[str, str]:
    """Return customer name → key of the class they are in now."""
    rows = Assignment.objects.filter(scheme__key=scheme_key, valid_to=None)
    return dict(rows.values_list("customer__name", "to_class__key"))
