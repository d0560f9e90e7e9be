from datetime import datetime

from axes.models import AccessAttempt
from django.contrib.auth import authenticate, password_validation
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from zhike.accounts.events import PasswordChanged, PersonSignedIn, PersonSignedOut, SignInLinkMade
from zhike.accounts.models import SignInLink, User
from zhike.accounts.rights.queries import make_actor
from zhike.audit.public import record
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

from . import rules
from .errors import LinkNotValid, PasswordTooWeak, WrongSignIn


@transaction.atomic
def make_sign_in_link(*, user: User, by: Actor, at: datetime) -> str:
    """Return the path of a link that signs a person in once within a day. Only its hash is kept: show it now.

    The person's earlier links stop working.
    """
    secret = rules.new_secret()
    expires_at = at + rules.LINK_LIFETIME
    SignInLink.objects.filter(user=user, used_at=None).delete()
    SignInLink.objects.create(user=user, token_hash=rules.hash_secret(secret), created_at=at, expires_at=expires_at)
    record(event=SignInLinkMade(user.id, expires_at.isoformat()), by=by)
    return reverse("accounts:sign-in-link", args=[secret])


@transaction.atomic
def use_sign_in_link(*, secret: str, at: datetime) -> User:
    """Use up a link and return whom it signs in.

    :raises LinkNotValid: if there is no such link, it is used or too old, or the person was deactivated.
    """
    link = (
        SignInLink.objects.select_for_update(of=["self"])
        .select_related("user")
        .filter(token_hash=rules.hash_secret(secret), used_at=None, expires_at__gt=at, user__is_active=True)
        .first()
    )
    if link is None:
        raise LinkNotValid(hours=rules.LINK_LIFETIME.days * 24)
    link.used_at = at
    link.save(update_fields=["used_at"])
    record(event=PersonSignedIn(link.user_id, "link"), by=make_actor(link.user))
    return link.user


def check_password(*, request: HttpRequest, login: str, password: str) -> User:
    """Return who signs in with this name and password; the throttle sees the request.

    :raises WrongSignIn: the same for an unknown name, a wrong password, and somebody who was deactivated.
    """
    user = authenticate(request, login=tidy(login).casefold(), password=password)
    if not isinstance(user, User):
        raise WrongSignIn
    with transaction.atomic():  # not around the check: the throttle's count of failures must stay
        record(event=PersonSignedIn(user.id, "password"), by=make_actor(user))
    return user


@transaction.atomic
def choose_password(*, user: User, password: str, by: Actor, at: datetime) -> User:
    """Set a person's password. Their other sessions end with it.

    :raises PasswordTooWeak: with the reasons.
    """
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(reasons=" ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    record(event=PasswordChanged(user.id), by=by)
    return user


def sweep_sign_ins(*, at: datetime) -> None:
    """Forget sessions that ended, links older than a month, and wrong passwords that no longer count."""
    Session.objects.filter(expire_date__lt=at).delete()
    SignInLink.objects.filter(expires_at__lt=at - rules.LINKS_KEPT).delete()
    AccessAttempt.objects.filter(attempt_time__lt=at - rules.LINKS_KEPT).delete()


@transaction.atomic
def sign_out(*, by: Actor) -> None:
    """Note that somebody signed out; the session itself is the web server's."""
    if by.id is not None:
        record(event=PersonSignedOut(by.id), by=by)
