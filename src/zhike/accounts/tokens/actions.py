from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from zhike.accounts.events import TokenCreated, TokenRevoked
from zhike.accounts.models import ApiToken
from zhike.accounts.rights.registry import OWN_ACCOUNT
from zhike.audit.public import record
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

from .errors import NoSuchToken, TokenBeyondPerson, TokenNameMissing
from .rules import new_token


@transaction.atomic
def create_token(
    *, user_id: int, name: str, permissions: Collection[str], lifetime: timedelta | None, by: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """Make an API token for a person. Returns it with its text, which is kept nowhere: show it now.

    :raises TokenNameMissing: if the name is empty.
    :raises TokenBeyondPerson: if it should do what `by` may not.
    """
    name = tidy(name)
    if not name:
        raise TokenNameMissing
    if beyond := sorted(set(permissions) - by.permissions):
        raise TokenBeyondPerson(permissions=", ".join(beyond))
    text, prefix, token_hash = new_token()
    token = ApiToken.objects.create(
        user_id=user_id,
        name=name,
        prefix=prefix,
        token_hash=token_hash,
        permissions=sorted(set(permissions) - {OWN_ACCOUNT}),
        created_at=at,
        expires_at=at + lifetime if lifetime else None,
    )
    record(event=TokenCreated(token.id, user_id, name, tuple(token.permissions)), by=by)
    return token, text


@transaction.atomic
def revoke_token(*, token_id: int, user_id: int, by: Actor, at: datetime) -> None:
    """Stop a person's token at once.

    :raises NoSuchToken: if the person has no such token.
    """
    token = ApiToken.objects.select_for_update().filter(id=token_id, user_id=user_id).first()
    if token is None:
        raise NoSuchToken
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record(event=TokenRevoked(token.id, user_id, token.name), by=by)
