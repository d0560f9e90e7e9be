"""Policies in a set-up file: what each class gets, by scheme and class key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhike.classification.models import CustomerClass
from zhike.classification.policies.actions import set_policy
from zhike.classification.policies.kinds import policy_kinds
from zhike.classification.policies.queries import policies_in_force
from zhike.kit.actor import Actor
from zhike.kit.errors import Refusal

from .errors import SetupWrong
from .travelling import NotHere, Travelling, read_travelling


def export_policies() -> dict[str, Any]:
    found: dict[str, Any] = {}
    names = read_travelling()
    for one in policies_in_force().select_related("to_class__scheme"):
        kind = policy_kinds.get(one.kind)
        value = names.to_file(kind, one.value) if kind else one.value
        found.setdefault(f"{one.to_class.scheme.key}/{one.to_class.key}", {})[one.kind] = value
    return found


def apply_policies(found: Any, by: Actor, at: datetime) -> list[str]:
    """Set the policies that the file names; people in them by sign-in name (@ana), teams by name."""
    names = read_travelling()
    held = {(one.to_class_id, one.kind): one.value for one in policies_in_force()}
    changes = []
    for place, kinds in sorted(found.items()):
        scheme_key, _, class_key = place.partition("/")
        one = CustomerClass.objects.filter(scheme__key=scheme_key, key=class_key, retired_at=None).first()
        if one is None:
            raise SetupWrong(place=f"policies.{place}", reason="there is no such class.")
        for kind, value in sorted(kinds.items()):
            try:
                meant = _meant(names, kind, value)
                made = set_policy(class_id=one.id, kind=kind, value=meant, by=by, at=at)
            except NotHere as missing:
                raise SetupWrong(place=f"policies.{place}.{kind}", reason=str(missing)) from missing
            except Refusal as refusal:
                raise SetupWrong(place=f"policies.{place}.{kind}", reason=refusal.message) from refusal
            before = held.get((one.id, kind))
            if before != made.value:
                changes.append(f"~ {place}: {kind} {before or '–'} → {made.value}")
    return changes


def _meant(names: Travelling, kind: str, value: Any) -> Any:
    known = policy_kinds.get(kind)
    return names.from_file(known, value) if known and isinstance(value, Mapping) else value
