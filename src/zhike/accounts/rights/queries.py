from django.db.models import Prefetch

from zhike.accounts.models import Role, User
from zhike.kit.actor import Actor, Scope

from .registry import OWN_ACCOUNT
from .rules import WIDTH


def get_actor(*, user_id: int) -> Actor | None:
    """Return a person as an actor with the rights they hold now; None when there is no such active user."""
    user = (
        User.objects.filter(id=user_id, is_active=True)
        .prefetch_related(Prefetch("roles", queryset=Role.objects.only("permissions", "scope")))
        .first()
    )
    return make_actor(user) if user else None


def make_actor(user: User) -> Actor:
    """Return a loaded user as an actor. Several roles add up: all their permissions, the widest scope."""
    roles = list(user.roles.all())
    scope = max((Scope(role.scope) for role in roles), key=WIDTH.__getitem__, default=Scope.OWN)
    team = frozenset({user.id})
    if scope is Scope.TEAM and user.team_id:
        team |= frozenset(User.objects.filter(team_id=user.team_id).values_list("id", flat=True))
    return Actor(
        kind="user",
        id=user.id,
        name=user.name,
        permissions=frozenset(permission for role in roles for permission in role.permissions) | {OWN_ACCOUNT},
        scope=scope,
        team_user_ids=team,
    )


def owner_ids(actor: Actor) -> frozenset[int] | None:
    """Return whose records the actor may see, by owner; None: everyone's, also those without an owner.

    The one place that says what own, team and all mean: pages, API, search, export and counts ask it.
    """
    match actor.scope:
        case Scope.ALL:
            return None
        case Scope.TEAM:
            return actor.team_user_ids
        case _:
            return frozenset({actor.id}) if actor.id is not None else frozenset()
