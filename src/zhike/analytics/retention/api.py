from typing import Any

from django.http import HttpRequest
from ninja import Router

from zhike.accounts.public import needs
from zhike.analytics.answers import get_shown_to_all
from zhike.analytics.class_names import name_schemes
from zhike.analytics.permissions import VIEW

from .pages import ANALYSIS
from .schemas import RetentionOut, tell_retention


def add_operations(router: Router) -> None:
    """Put the operation of retention on the room's router."""
    router.get("/retention", response=RetentionOut, summary="Read who buys again, and for how long")(get_retention)


@needs(VIEW)
def get_retention(request: HttpRequest) -> Any:
    return tell_retention(get_shown_to_all(ANALYSIS, request.actor), name_schemes())
