from datetime import datetime

from zhike.accounts.models import SignInLink, User

from . import rules
from .errors import LinkNotValid


def get_link_user(*, secret: str, at: datetime) -> User:
    """Return whom a link would sign in, without using it up.

    :raises LinkNotValid: if it would not.
    """
    links = SignInLink.objects.filter(used_at=None, expires_at__gt=at, user__is_active=True).select_related("user")
    link = links.filter(token_hash=rules.hash_secret(secret)).first()
    if link is None:
        raise LinkNotValid(hours=rules.LINK_LIFETIME.days * 24)
    return link.user


def has_password(user: User) -> bool:
    """Return whether a person has chosen a password."""
    return bool(user.password) and user.has_usable_password()
