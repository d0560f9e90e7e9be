import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from zhike.accounts.events import RoleAdded, RoleChanged, RoleRemoved
from zhike.accounts.models import Role
from zhike.accounts.rights.actions import check_holds
from zhike.accounts.rights.registry import permissions as known_permissions
from zhike.audit.public import record
from zhike.kit.actor import Actor, Scope
from zhike.kit.text import tidy

from . import rules
from .errors import BuiltInRole, NoSuchRole, RoleInUse, RoleNameMissing, RoleNameTaken, UnknownPermission
from .naming import BUILT_IN_NAMES, name_of


@transaction.atomic
def add_role(*, name: str, scope: Scope, permissions: Collection[str], by: Actor, at: datetime) -> Role:
    """Add a role of one's own.

    :raises RoleNameMissing: if the name is empty.
    :raises RoleNameTaken: if a role has that name.
    :raises UnknownPermission: if no room names one of the permissions.
    :raises AboveYourself: if it may do what `by` may not.
    """
    role = Role(key=_fresh_key(name))
    _fill(role, name, scope, permissions)
    check_holds(by, [role])
    role.save()
    record(event=RoleAdded(role.id, role.name, role.scope, tuple(role.permissions)), by=by)
    return role


@transaction.atomic
def change_role(
    *, role_id: int, name: str, scope: Scope, permissions: Collection[str], by: Actor, at: datetime
) -> Role:
    """Change a role of one's own. It counts from the next click of who has it.

    :raises NoSuchRole: if there is none.
    :raises BuiltInRole: if it is built in.
    :raises RoleNameMissing, RoleNameTaken, UnknownPermission, AboveYourself: as for a new one.
    """
    role = _get_own(role_id)
    before = _describe(role)
    check_holds(by, [role])
    _fill(role, name, scope, permissions)
    check_holds(by, [role])
    role.save()
    if (after := _describe(role)) != before:
        record(event=RoleChanged(role.id, before, after), by=by)
    return role


@transaction.atomic
def remove_role(*, role_id: int, by: Actor, at: datetime) -> None:
    """Remove a role that nobody has.

    :raises NoSuchRole: if there is none.
    :raises BuiltInRole: if it is built in.
    :raises RoleInUse: if somebody has it.
    """
    role = _get_own(role_id)
    if count := role.users.count():
        raise RoleInUse(name=role.name, count=count)
    record(event=RoleRemoved(role.id, role.name), by=by)
    role.delete()


@transaction.atomic
def sync_built_in_roles() -> None:
    """Give the built-in roles the permissions that this version's rooms name for them. Roles of one's own stay.

    Run it at every start; running it again changes nothing.
    """
    for key, scope in rules.BUILT_IN_SCOPES.items():
        held = [permission.key for permission in known_permissions if key in permission.roles]
        role, made = Role.objects.get_or_create(
            key=key, defaults={"built_in": True, "permissions": held, "scope": scope}
        )
        if not made and (role.permissions, role.scope, role.built_in) != (held, scope, True):
            role.permissions, role.scope, role.built_in = held, scope, True
            role.save()


def _fill(role: Role, name: str, scope: Scope, permissions: Collection[str]) -> None:
    role.name, role.scope, role.permissions = tidy(name), Scope(scope), sorted(permissions)
    if not role.name:
        raise RoleNameMissing
    others = Role.objects.exclude(id=role.id)
    if others.filter(name__iexact=role.name).exists() or role.name in map(str, BUILT_IN_NAMES.values()):
        raise RoleNameTaken(name=role.name)
    if unknown := rules.unknown_permissions(role.permissions, known_permissions.keys()):
        raise UnknownPermission(permissions=", ".join(unknown))


def _get_own(role_id: int) -> Role:
    role = Role.objects.select_for_update().filter(id=role_id).first()
    if role is None:
        raise NoSuchRole
    if role.built_in:
        raise BuiltInRole(name=name_of(role))
    return role


def _describe(role: Role) -> dict[str, object]:
    return {"name": role.name, "scope": str(role.scope), "permissions": list(role.permissions)}


def _fresh_key(name: str) -> str:
    return f"{slugify(name)[:30] or 'role'}-{secrets.token_hex(3)}"
