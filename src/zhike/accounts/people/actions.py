from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import translation

from zhike.accounts.events import PersonAdded, PersonChanged, PersonDeactivated, PersonReactivated
from zhike.accounts.models import Role, SignInLink, Team, User
from zhike.accounts.organisation.queries import get_organisation
from zhike.accounts.rights.actions import check_holds
from zhike.accounts.rights.registry import ADMINISTRATOR
from zhike.accounts.roles.actions import sync_built_in_roles
from zhike.accounts.sign_in.actions import make_sign_in_link
from zhike.audit.public import record
from zhike.kit.actor import SYSTEM, Actor
from zhike.kit.text import tidy

from .errors import LastAdministrator, LoginTaken, NameMissing, NoSuchPerson, NotYourself, RoleMissing

FIRST_LOGIN = "admin"


@transaction.atomic
def add_person(
    *, login: str, name: str, team: Team | None, roles: Sequence[Role], by: Actor, at: datetime, sample: bool = False
) -> User:
    """Add somebody who may sign in. They have no password yet: pass a sign-in link on.

    :raises NameMissing: if name or login is empty.
    :raises LoginTaken: if somebody signs in with that name, in capitals or not.
    :raises RoleMissing: without a role.
    :raises AboveYourself: if a role may do what `by` may not.
    """
    login, name = tidy(login).casefold(), tidy(name)
    if not login or not name:
        raise NameMissing
    if User.objects.filter(login__iexact=login).exists():
        raise LoginTaken(login=login)
    if not roles:
        raise RoleMissing(name=name)
    check_holds(by, roles)
    user = User(login=login, name=name, team=team, created_at=at, sample=sample)
    user.set_unusable_password()
    user.save()
    user.roles.set(roles)
    record(event=PersonAdded(user.id, login, team.name if team else "", _keys(roles)), by=by)
    return user


@transaction.atomic
def change_person(
    *, user_id: int, name: str, team: Team | None, roles: Sequence[Role], by: Actor, at: datetime
) -> User:
    """Change a person's name, team and roles. It counts from their next click.

    :raises NoSuchPerson: if there is none.
    :raises NameMissing: if the name is empty.
    :raises RoleMissing: without a role.
    :raises AboveYourself: if they hold, or would hold, rights that `by` does not.
    :raises LastAdministrator: if no active administrator would be left.
    """
    administrators = _lock_administrators()
    user = _get_locked(user_id)
    before = _describe(user)
    user.name, user.team = tidy(name), team
    if not user.name:
        raise NameMissing
    if not roles:
        raise RoleMissing(name=user.name)
    check_holds(by, [*user.roles.all(), *roles])
    if administrators == [user.id] and not any(role.key == ADMINISTRATOR for role in roles):
        raise LastAdministrator(name=user.name)
    user.save(update_fields=["name", "team"])
    user.roles.set(roles)
    if (after := _describe(user)) != before:
        record(event=PersonChanged(user.id, before, after), by=by)
    return user


@transaction.atomic
def deactivate_person(*, user_id: int, by: Actor, at: datetime) -> User:
    """Shut a person out: sessions, sign-in links and API tokens stop at once. What they did stays under their name.

    :raises NoSuchPerson: if there is none.
    :raises NotYourself: if it is `by`.
    :raises AboveYourself: if they hold rights that `by` does not.
    :raises LastAdministrator: if no active administrator would be left.
    """
    administrators = _lock_administrators()
    user = _get_locked(user_id)
    if by.id == user.id:
        raise NotYourself
    check_holds(by, user.roles.all())
    if administrators == [user.id]:
        raise LastAdministrator(name=user.name)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        SignInLink.objects.filter(user=user, used_at=None).delete()
        user.tokens.filter(revoked_at=None).update(revoked_at=at)
        record(event=PersonDeactivated(user.id), by=by)
    return user


@transaction.atomic
def reactivate_person(*, user_id: int, by: Actor, at: datetime) -> User:
    """Let a person in again, with the password they had. API tokens stay revoked.

    :raises NoSuchPerson: if there is none.
    :raises AboveYourself: if they hold rights that `by` does not.
    """
    user = _get_locked(user_id)
    check_holds(by, user.roles.all())
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        record(event=PersonReactivated(user.id), by=by)
    return user


@transaction.atomic
def invite_person(*, user_id: int, by: Actor, at: datetime) -> str:
    """Return the path of a sign-in link to pass on to a person.

    :raises NoSuchPerson: if there is no such active person.
    :raises AboveYourself: if they hold rights that `by` does not: who has the link is that person.
    """
    user = _get_locked(user_id)
    if not user.is_active:
        raise NoSuchPerson
    check_holds(by, user.roles.all())
    return make_sign_in_link(user=user, by=by, at=at)


@transaction.atomic
def ensure_administrator(*, at: datetime) -> User:
    """Return the first active administrator; makes one, without a password, where there is none."""
    sync_built_in_roles()
    role = Role.objects.select_for_update().get(key=ADMINISTRATOR)  # two starts at once make one person
    if found := role.users.filter(is_active=True).order_by("id").first():
        return found
    with translation.override(get_organisation().language):
        name = translation.gettext("Administrator")
    login = FIRST_LOGIN
    while User.objects.filter(login__iexact=login).exists():
        login += "-1"
    return add_person(login=login, name=name, team=None, roles=[role], by=SYSTEM, at=at)


def _lock_administrators() -> list[int]:
    """Return the ids of the active administrators; nobody else changes who they are until the transaction ends."""
    role = Role.objects.select_for_update().filter(key=ADMINISTRATOR).first()
    return list(role.users.filter(is_active=True).values_list("id", flat=True)) if role else []


def _get_locked(user_id: int) -> User:
    user = User.objects.select_for_update(of=["self"]).select_related("team").filter(id=user_id).first()
    if user is None:
        raise NoSuchPerson
    return user


def _describe(user: User) -> dict[str, object]:
    return {"name": user.name, "team": user.team.name if user.team else "", "roles": list(_keys(user.roles.all()))}


def _keys(roles: Iterable[Role]) -> tuple[str, ...]:
    return tuple(sorted(role.key for role in roles))
