from zhike.accounts.models import User
from zhike.accounts.plain_rows import read_models
from zhike.kit.actor import Actor, Scope

from .registry import OWN_ACCOUNT
from .rules import WIDTH

# Every request of a person asks this: one plain statement costs a fifth of what the ORM's two do.
# The organisation comes along: every page asks for it next.
PERSON = """
SELECT person.*, (SELECT to_jsonb(firm) FROM accounts_organisation firm WHERE id = 1) AS organisation,
  ARRAY(SELECT DISTINCT unnest(role.permissions) FROM accounts_role role
    JOIN accounts_user_roles held ON held.role_id = role.id WHERE held.user_id = person.id) AS held_permissions,
  ARRAY(SELECT role.scope FROM accounts_role role
    JOIN accounts_user_roles held ON held.role_id = role.id WHERE held.user_id = person.id) AS held_scopes
FROM accounts_user person WHERE person.id = %s
"""
HOLDERS = """
SELECT person.*,
  ARRAY(SELECT DISTINCT unnest(role.permissions) FROM accounts_role role
    JOIN accounts_user_roles held ON held.role_id = role.id WHERE held.user_id = person.id) AS held_permissions,
  ARRAY(SELECT role.scope FROM accounts_role role
    JOIN accounts_user_roles held ON held.role_id = role.id WHERE held.user_id = person.id) AS held_scopes
FROM accounts_user person WHERE person.is_active AND EXISTS (
  SELECT 1 FROM accounts_role role JOIN accounts_user_roles held ON held.role_id = role.id
  WHERE held.user_id = person.id AND %s = ANY(role.permissions))
ORDER BY person.id
"""


def get_actor(*, user_id: int) -> Actor | None:
    """Return a person as an actor with the rights they hold now; None when there is no such active user."""
    person = find_person_with_rights(user_id=user_id)
    return make_actor(person) if person and person.is_active else None


def find_person_with_rights(*, user_id: int) -> User | None:
    """Return a person, whether active or not, with the permissions and scopes that their roles hold now."""
    return next(iter(read_models(User, PERSON, [user_id])), None)


def make_actor(user: User) -> Actor:
    """Return a user as an actor. Several roles add up: all their permissions, the widest scope.

    The roles are looked up, unless `find_person_with_rights` has just read them together with the user.
    """
    person = user if hasattr(user, "held_scopes") else find_person_with_rights(user_id=user.id)
    scopes = [Scope(scope) for scope in getattr(person, "held_scopes", ())]
    scope = max(scopes, key=WIDTH.__getitem__, default=Scope.OWN)
    team = frozenset({user.id})
    if scope is Scope.TEAM and user.team_id:
        team |= frozenset(User.objects.filter(team_id=user.team_id).values_list("id", flat=True))
    return Actor(
        kind="user",
        id=user.id,
        name=user.name,
        permissions=frozenset(getattr(person, "held_permissions", ())) | {OWN_ACCOUNT},
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


def list_holders(*, permission: str) -> list[Actor]:
    """Return the people who may sign in and hold a permission, as actors with the rights they hold now."""
    return [make_actor(one) for one in read_models(User, HOLDERS, [permission])]
