from collections.abc import Iterable, Sequence

from django.db import connection

from zhike.accounts.models import User
from zhike.kit.actor import Actor, Scope

from .registry import OWN_ACCOUNT
from .rules import WIDTH

# Every request of a person asks this: a plain statement costs a third of what the ORM's does.
HELD = """
SELECT role.permissions, role.scope FROM accounts_role role
JOIN accounts_user_roles held ON held.role_id = role.id WHERE held.user_id = %s
"""


def get_actor(*, user_id: int) -> Actor | None:
    """Return a person as an actor with the rights they hold now; None when there is no such active user."""
    user = User.objects.filter(id=user_id, is_active=True).first()
    return make_actor(user) if user else None


def make_actor(user: User) -> Actor:
    """Return a loaded user as an actor. Several roles add up: all their permissions, the widest scope."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [user.id])
        roles: Sequence[tuple[Iterable[str], str]] = cursor.fetchall()
    scope = max((Scope(scope) for _, scope in roles), key=WIDTH.__getitem__, default=Scope.OWN)
    team = frozenset({user.id})
    if scope is Scope.TEAM and user.team_id:
        team |= frozenset(User.objects.filter(team_id=user.team_id).values_list("id", flat=True))
    return Actor(
        kind="user",
        id=user.id,
        name=user.name,
        permissions=frozenset(one for permissions, _ in roles for one in permissions) | {OWN_ACCOUNT},
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
