from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from zhike.accounts.public import needs
from zhike.analytics.answers import get_shown_to_all
from zhike.analytics.class_names import name_schemes
from zhike.analytics.permissions import VIEW

from .pages import ANALYSIS
from .schemas import ConcentrationOut, Window, tell_concentration


class WindowIn(Schema):
    window: Window = Field("year", description="Amounts of the last 365 days before the run's day, or of all time")


def add_operations(router: Router) -> None:
    """Put the operations of the page of value on the room's router."""
    router.get("/value", response=ConcentrationOut, summary="Read how few customers bring how much")(get_concentration)


@needs(VIEW)
def get_concentration(request: HttpRequest, asked: Query[WindowIn]) -> Any:
    run = get_shown_to_all(ANALYSIS, request.actor)
    return tell_concentration(run, asked.window, name_schemes())
