from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.timezone import now

from zhike.accounts.models import ApiToken
from zhike.accounts.rights.queries import make_actor
from zhike.accounts.rights.registry import OWN_ACCOUNT
from zhike.accounts.sign_in.rules import hash_secret
from zhike.kit.actor import Actor

USE_NOTED_EVERY = timedelta(minutes=5)  # a busy program does not write at every call


def get_token_actor(*, token: str, at: datetime) -> Actor | None:
    """Return whom a token acts for: its person's rights of this moment, and of these only what the token holds.

    The actor's id is the person's, since what is theirs is the token's too; kind and name tell the token.

    None when the token is unknown, revoked or expired, or its person was deactivated.
    """
    found = (
        ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at), token_hash=hash_secret(token))
        .filter(revoked_at=None, user__is_active=True)
        .select_related("user")
        .first()
    )
    if found is None:
        return None
    if found.last_used_at is None or found.last_used_at < at - USE_NOTED_EVERY:
        ApiToken.objects.filter(id=found.id).update(last_used_at=at)
    person = make_actor(found.user)
    held = person.permissions & {*found.permissions, OWN_ACCOUNT}
    return replace(person, kind="token", name=f"{person.name} ({found.name})", permissions=held)


def list_tokens(*, user_id: int) -> list[ApiToken]:
    """Return a person's tokens, the usable ones first, then the newest; each knows whether it is `usable`."""
    tokens = list(ApiToken.objects.filter(user_id=user_id).order_by("-created_at", "-id"))
    at = now()
    for token in tokens:
        expired = token.expires_at is not None and token.expires_at <= at
        token.__dict__["usable"] = token.revoked_at is None and not expired
    return sorted(tokens, key=lambda one: not one.__dict__["usable"])
