"""The cast, for every room's tests: Ana agent, Li lead, Vic view-only, Max of another team, Ada administrator."""

from collections.abc import Iterable

from zhike.accounts.models import Role, Team, User
from zhike.accounts.rights.queries import make_actor
from zhike.accounts.rights.registry import permissions
from zhike.kit.actor import Actor, Scope

CAST = {  # login: (built-in role, scope, team)
    "ana": ("agent", Scope.OWN, "North"),
    "li": ("lead", Scope.TEAM, "North"),
    "vic": ("viewer", Scope.TEAM, "North"),
    "max": ("agent", Scope.OWN, "South"),
    "ada": ("administrator", Scope.ALL, None),
}


def make_user(login: str, *, may: Iterable[str] | None = None, scope: Scope | None = None) -> User:
    """Return the member of the cast (made on first call), or a new user with the permissions `may` and `scope`."""
    role_key, cast_scope, team_name = CAST.get(login, ("tester", Scope.ALL, None))
    team = Team.objects.get_or_create(name=team_name)[0] if team_name else None
    user, _ = User.objects.get_or_create(login=login, defaults={"name": login.capitalize(), "team": team})
    if may is None:
        held = [one.key for one in permissions if role_key in one.roles]
    else:
        role_key, held = f"{login}-only", list(may)
    role, _ = Role.objects.update_or_create(key=role_key, defaults={"permissions": held, "scope": scope or cast_scope})
    user.roles.set([role])
    return user


def make_cast_actor(login: str, *, may: Iterable[str] | None = None, scope: Scope | None = None) -> Actor:
    """Return `make_user` as an actor with the rights of this moment."""
    return make_actor(make_user(login, may=may, scope=scope))
