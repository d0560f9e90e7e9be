"""Policies for the sample firm, on classes of the built-in types; nobody set them, so they go when it is cleared."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from zhike.accounts.public import SYSTEM
from zhike.classification.models import CustomerClass, Policy, Scheme

from .actions import end_policy, set_policy

type Bundle = Mapping[str, Mapping[str, Any]]
SAMPLES: Mapping[tuple[str, str], Bundle] = {
    ("value_tier", "A"): {
        "service_level": {"response_hours": 2, "resolve_hours": 8, "clock": "business"},
        "contact": {"every_days": 30, "most_a_month": 4, "channels": ["phone", "wecom", "visit"]},
        "discount": {"most_percent": "12", "above": "lead"},
        "care_plan": {"occasions": ["festival", "anniversary"]},
        "review": {"every_days": 30},
    },
    ("value_tier", "B"): {
        "service_level": {"response_hours": 4, "resolve_hours": 24, "clock": "business"},
        "contact": {"every_days": 60, "channels": ["phone", "wecom"]},
        "discount": {"most_percent": "6", "above": "lead"},
    },
    ("value_tier", "C"): {
        "service_level": {"response_hours": 8, "resolve_hours": 48, "clock": "business"},
        "contact": {"every_days": 180, "channels": ["wecom", "email"]},
    },
    ("lifecycle", "at_risk"): {"contact": {"every_days": 14, "channels": ["phone"]}},
}


@transaction.atomic
def set_sample_policies(*, at: datetime) -> int:
    """Give the built-in classes the sample policies where they have none; return how many were set."""
    classes = {
        (one.scheme.key, one.key): one
        for one in CustomerClass.objects.filter(scheme__built_in=True, retired_at=None).select_related("scheme")
        if one.scheme.status == Scheme.Status.ACTIVE
    }
    count = 0
    for where, bundle in SAMPLES.items():
        one = classes.get(where)
        for kind, value in bundle.items() if one else ():
            if one and not Policy.objects.filter(to_class=one, kind=kind).exists():
                set_policy(class_id=one.id, kind=kind, value=value, by=SYSTEM, at=at)
                count += 1
    return count


@transaction.atomic
def end_sample_policies(*, at: datetime) -> int:
    """End the sample policies that nobody has changed; return how many."""
    open_ones = Policy.objects.filter(valid_to=None, by=None, number=1, to_class__scheme__built_in=True)
    found = [one for one in open_ones.select_related("to_class__scheme") if _is_sample(one)]
    for one in found:
        end_policy(class_id=one.to_class_id, kind=one.kind, by=SYSTEM, at=at)
    return len(found)


def _is_sample(one: Policy) -> bool:
    bundle = SAMPLES.get((one.to_class.scheme.key, one.to_class.key), {})
    return bundle.get(one.kind) == one.value
