from typing import Any

from django.http import HttpRequest
from ninja import Schema

from zhike.api.public import make_router

from .rights.decorators import needs
from .rights.registry import OWN_ACCOUNT

router = make_router("accounts")


class Me(Schema):
    """Who the token or session acts for, and what that person may do through it."""

    id: int
    name: str
    scope: str
    permissions: list[str]


@router.get("/me", response=Me, summary="Who am I")
@needs(OWN_ACCOUNT)
def who_am_i(request: HttpRequest) -> Any:
    actor = request.actor
    return {"id": actor.id, "name": actor.name, "scope": actor.scope, "permissions": sorted(actor.permissions)}
