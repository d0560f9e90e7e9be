"""Policies in a set-up file: what each class gets, by scheme and class key, and which type goes before which."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zhike.classification.models import CustomerClass, PolicyRank, Scheme
from zhike.classification.policies.actions import order_schemes, set_policy
from zhike.classification.policies.kinds import policy_kinds
from zhike.classification.policies.queries import list_ordered_schemes, policies_in_force
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
        scheme_key, _slash, class_key = place.partition("/")
        one = CustomerClass.objects.filter(scheme__key=scheme_key, key=class_key, retired_at=None).first()
        if one is None:
            raise SetupWrong(place=f"policies.{place}", reason=_("there is no such class."))
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


def export_policy_order() -> list[str]:
    """Return the keys of the active types in the order that somebody gave them; nothing where nobody did."""
    placed = set(PolicyRank.objects.values_list("scheme_id", flat=True))
    return [one.key for one in list_ordered_schemes() if one.id in placed]


def apply_policy_order(found: Any, by: Actor, at: datetime) -> list[str]:
    """Let the types go before each other as the file says; those that it does not name follow as they stood."""
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise SetupWrong(place="policy_order", reason=_("a list of keys of types is expected."))
    before = [one.key for one in list_ordered_schemes()]
    idle = set(Scheme.objects.exclude(status=Scheme.Status.ACTIVE).values_list("key", flat=True))
    try:
        order_schemes(scheme_keys=[one for one in found if one not in idle], by=by, at=at)
    except Refusal as refusal:
        raise SetupWrong(place="policy_order", reason=refusal.message) from refusal
    after = [one.key for one in list_ordered_schemes()]
    return [] if after == before else [f"~ {' > '.join(before)} → {' > '.join(after)}"]


def _meant(names: Travelling, kind: str, value: Any) -> Any:
    known = policy_kinds.get(kind)
    return names.from_file(known, value) if known and isinstance(value, Mapping) else value
