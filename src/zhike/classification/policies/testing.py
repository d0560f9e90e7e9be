"""Makers for the tests of policies and reviews."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from zhike.accounts.public import SYSTEM
from zhike.classification.assignments.actions import assign_class
from zhike.classification.models import CustomerClass, Policy
from zhike.classification.policies.actions import set_policy
from zhike.classification.schemes.actions import create_scheme
from zhike.classification.schemes.class_actions import add_class

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def make_scheme(key: str, *class_keys: str, zh: str = "") -> list[CustomerClass]:
    """Return the classes of a new scheme that people keep by hand."""
    create_scheme(key=key, kind="hand", name_zh=zh or key, name_en=key.capitalize(), by=SYSTEM, at=NOON)
    return [
        add_class(scheme_key=key, key=one, name_zh=one, name_en=one.capitalize(), by=SYSTEM, at=NOON)
        for one in class_keys
    ]


def put(customer: Any, one: CustomerClass, *, at: datetime = NOON) -> None:
    put_all([customer], one, at=at)


def put_all(customers: Sequence[Any], one: CustomerClass, *, at: datetime = NOON) -> None:
    ids = [each.id for each in customers]
    assign_class(customer_ids=ids, scheme_key=one.scheme.key, class_id=one.id, reason="Test", by=SYSTEM, at=at)


def give(one: CustomerClass, kind: str, value: Mapping[str, Any], *, at: datetime = NOON, by: Any = SYSTEM) -> Policy:
    return set_policy(class_id=one.id, kind=kind, value=value, by=by, at=at)
