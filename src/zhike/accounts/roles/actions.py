from django.db import transaction

from zhike.accounts.models import Role
from zhike.accounts.rights.registry import permissions

from . import rules


@transaction.atomic
def sync_built_in_roles() -> None:
    """Give the built-in roles the permissions that this version's rooms name for them. Roles of one's own stay.

    Run it after every migration; running it again changes nothing.
    """
    for key, scope in rules.BUILT_IN_SCOPES.items():
        held = [permission.key for permission in permissions if key in permission.roles]
        role, made = Role.objects.get_or_create(
            key=key, defaults={"built_in": True, "permissions": held, "scope": scope}
        )
        if not made and (role.permissions, role.scope, role.built_in) != (held, scope, True):
            role.permissions, role.scope, role.built_in = held, scope, True
            role.save()
