"""Policies in a set-up file: what each class gets, by scheme and class key."""

from datetime import datetime
from typing import Any

from zhike.classification.models import CustomerClass
from zhike.classification.policies.actions import set_policy
from zhike.classification.policies.queries import policies_in_force
from zhike.kit.actor import Actor
from zhike.kit.errors import Refusal

from .errors import SetupWrong


def export_policies() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in policies_in_force().select_related("to_class__scheme"):
        found.setdefault(f"{one.to_class.scheme.key}/{one.to_class.key}", {})[one.kind] = one.value
    return found


def apply_policies(found: Any, by: Actor, at: datetime) -> list[str]:
    """Set the policies that the file names; people and teams in them are numbers of this installation."""
    held = {(one.to_class_id, one.kind): one.value for one in policies_in_force()}
    changes = []
    for place, kinds in sorted(found.items()):
        scheme_key, _, class_key = place.partition("/")
        one = CustomerClass.objects.filter(scheme__key=scheme_key, key=class_key, retired_at=None).first()
        if one is None:
            raise SetupWrong(place=f"policies.{place}", reason="there is no such class.")
        for kind, value in sorted(kinds.items()):
            try:
                made = set_policy(class_id=one.id, kind=kind, value=value, by=by, at=at)
            except Refusal as refusal:
                raise SetupWrong(place=f"policies.{place}.{kind}", reason=refusal.message) from refusal
            before = held.get((one.id, kind))
            if before != made.value:
                changes.append(f"~ {place}: {kind} {before or '–'} → {made.value}")
    return changes
