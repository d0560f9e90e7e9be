from collections.abc import Iterable

from zhike.kit.actor import Scope

BUILT_IN_SCOPES = {"administrator": Scope.ALL, "lead": Scope.TEAM, "agent": Scope.OWN, "viewer": Scope.TEAM}


def room_of(permission: str) -> str:
    """Return the room that a permission belongs to: "customers.view_customer" → "customers"."""
    return permission.partition(".")[0]


def unknown_permissions(asked: Iterable[str], known: Iterable[str]) -> list[str]:
    return sorted(set(asked) - set(known))
