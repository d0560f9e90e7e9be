from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from zhike.accounts.models import Role
from zhike.accounts.rights.registry import OWN_ACCOUNT, Permission, permissions

from . import rules
from .errors import NoSuchRole
from .naming import name_of, room_title


@dataclass(frozen=True, slots=True)
class PermissionGroup:
    """The permissions of one room."""

    title: str
    permissions: list[Permission]


def list_roles() -> list[Role]:
    """Return all roles, the built-in ones first, each with `shown_name` and the number of its active `people`."""
    roles = Role.objects.annotate(people=Count("users", filter=Q(users__is_active=True)))
    order = list(rules.BUILT_IN_SCOPES)
    found: list[Role] = sorted(
        roles, key=lambda one: (order.index(one.key) if one.key in order else len(order), one.name)
    )
    for role in found:
        role.__dict__["shown_name"] = name_of(role)
    return found


def get_role(*, role_id: int) -> Role:
    """Return a role with `shown_name`.

    :raises NoSuchRole: if there is none.
    """
    role = Role.objects.filter(id=role_id).first()
    if role is None:
        raise NoSuchRole
    role.__dict__["shown_name"] = name_of(role)
    return role


def find_role(*, id_text: str) -> Role | None:
    """Return the role that an address names by its id, if it names one."""
    return Role.objects.filter(id=int(id_text)).first() if id_text.isdecimal() else None


def group_permissions() -> list[PermissionGroup]:
    """Return what can be permitted, by room, in the order of the rooms; without what everybody may."""
    groups: dict[str, list[Permission]] = {}
    for permission in permissions:
        if permission.key != OWN_ACCOUNT:
            groups.setdefault(rules.room_of(permission.key), []).append(permission)
    return [PermissionGroup(room_title(room), found) for room, found in groups.items()]


def choices_by_room() -> list[tuple[str, list[tuple[str, Any]]]]:
    """Return the same as grouped choices of a form field."""
    return [(group.title, [(one.key, one.label) for one in group.permissions]) for group in group_permissions()]
