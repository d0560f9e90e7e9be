"""Who answers for a scheme, what keeps its classes steady and who is told of moves, as a set-up file says it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhike.accounts.public import User
from zhike.classification.approvals.marking import get_telling, set_telling
from zhike.classification.approvals.steadiness import get_steadiness, set_steadiness
from zhike.classification.models import Scheme
from zhike.classification.schemes import actions, queries
from zhike.kit.actor import Actor

from .errors import SetupWrong
from .travelling import NotHere, read_travelling

DAYS = ("stay_days", "grace_days", "leave_percent")
TOLD = ("tell_into", "tell_out_of")
ASKED = ("ask_into", "ask_out_of")


def export_steadiness(scheme: Scheme) -> dict[str, Any]:
    """Return what is set, classes by their keys; nothing where a scheme follows its rule at once."""
    held = get_steadiness(scheme=scheme)
    keys = {one.id: one.key for one in queries.list_classes(scheme_id=scheme.id)}
    said: dict[str, Any] = {name: getattr(held, name) for name in DAYS}
    said |= {name: [keys[one] for one in getattr(held, name) if one in keys] for name in ASKED}
    return {name: value for name, value in said.items() if value}


def export_telling(scheme: Scheme) -> dict[str, Any]:
    """Return of which moves people are told, classes by their keys; nothing where of none."""
    held = get_telling(scheme=scheme)
    keys = {one.id: one.key for one in queries.list_classes(scheme_id=scheme.id)}
    said = {name: [keys[one] for one in getattr(held, name) if one in keys] for name in TOLD}
    return {name: value for name, value in said.items() if value}


def apply_holders(key: str, wanted: Mapping[str, Any], by: Actor, at: datetime) -> list[str]:
    """Set owner, steadiness and who is told where the file names them."""
    scheme = queries.get_scheme(key=key)
    return [*_give_owner(scheme, wanted, by, at), *_hold(scheme, wanted, by, at), *_tell(scheme, wanted, by, at)]


def _give_owner(scheme: Scheme, wanted: Mapping[str, Any], by: Actor, at: datetime) -> list[str]:
    if not wanted.get("owner"):
        return []
    try:
        found = User.objects.get(id=read_travelling().find_login(str(wanted["owner"])))
    except NotHere as missing:
        raise SetupWrong(place=f"schemes.{scheme.key}.owner", reason=str(missing)) from missing
    if found.pk == scheme.owner_id:
        return []
    actions.give_scheme_owner(key=scheme.key, owner=found, by=by, at=at)
    return [f"~ {scheme.key}: @{found.login}"]


def _hold(scheme: Scheme, wanted: Mapping[str, Any], by: Actor, at: datetime) -> list[str]:
    if "steadiness" not in wanted:
        return []
    before, asked = export_steadiness(scheme), dict(wanted["steadiness"])
    ids = {one.key: one.id for one in queries.list_classes(scheme_id=scheme.id)}
    given: dict[str, Any] = {name: int(asked.get(name, 0)) for name in DAYS}
    given |= {name: [ids[one] for one in asked.get(name, [])] for name in ASKED}
    set_steadiness(key=scheme.key, **given, by=by, at=at)
    after = export_steadiness(scheme)
    return [] if before == after else [f"~ {scheme.key}: {before or '–'} → {after or '–'}"]


def _tell(scheme: Scheme, wanted: Mapping[str, Any], by: Actor, at: datetime) -> list[str]:
    if "telling" not in wanted:
        return []
    before, asked = export_telling(scheme), dict(wanted["telling"])
    ids = {one.key: one.id for one in queries.list_classes(scheme_id=scheme.id)}
    given = {name: [ids[one] for one in asked.get(name, [])] for name in TOLD}
    set_telling(key=scheme.key, **given, by=by, at=at)
    after = export_telling(scheme)
    return [] if before == after else [f"~ {scheme.key}: {before or '–'} → {after or '–'}"]
