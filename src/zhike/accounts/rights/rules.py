from collections.abc import Iterable

from zhike.kit.actor import Actor, Scope

WIDTH = {Scope.OWN: 0, Scope.TEAM: 1, Scope.ALL: 2}


def rights_beyond(actor: Actor, permissions: Iterable[str], scopes: Iterable[Scope | str]) -> list[str]:
    """Return the permissions and scopes that the actor does not hold; empty for the system, which may give all."""
    if actor.kind == "system":
        return []
    beyond = sorted(set(permissions) - actor.permissions)
    wider = sorted({Scope(one).value for one in scopes if WIDTH[Scope(one)] > WIDTH[actor.scope]})
    return beyond + wider
