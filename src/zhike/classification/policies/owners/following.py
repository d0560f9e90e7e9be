"""Giving owners by itself: after customers were classified, in the worker."""

from collections.abc import Mapping
from typing import Any

from django.utils.timezone import now

from zhike.classification.policies.own_kinds import OWNER
from zhike.classification.policies.queries import policies_in_force
from zhike.kit.actor import SYSTEM

from .actions import give_owners


def give_after(facts: Mapping[str, Any]) -> None:
    """React to a change of classes: policies that give by themselves do so. Does nothing twice.

    `facts` of an event about one customer name that customer; else everybody is looked at, part by part.
    """
    if not policies_in_force().filter(kind=OWNER, value__automatic=True).exists():
        return
    only = facts.get("customer_id")
    after, more = 0, True
    while more:
        _run, plan = give_owners(by=SYSTEM, at=now(), ids=[only] if only else None, automatic=True, after=after)
        after, more = plan.last_id, plan.more
