from collections.abc import Iterable

from zhike.accounts.models import Role
from zhike.kit.actor import Actor

from .errors import AboveYourself
from .rules import rights_beyond


def check_holds(actor: Actor, roles: Iterable[Role]) -> None:
    """Make sure that nobody gains rights by giving them, or by acting on who has more.

    :raises AboveYourself: if the roles may do or see what the actor may not.
    """
    roles = list(roles)
    permissions = [permission for role in roles for permission in role.permissions]
    if beyond := rights_beyond(actor, permissions, [role.scope for role in roles]):
        raise AboveYourself(rights=", ".join(beyond))
