"""What accounts gives the frame of the pages."""

from django.http import HttpRequest
from django.utils.timezone import now

from zhike.ui.public import language_keepers

from .own_account.actions import choose_language


def keep_language(request: HttpRequest, language: str) -> None:
    """Keep a choice of language with the person, where somebody is signed in."""
    if request.actor is not None:
        choose_language(user_id=request.actor.id, language=language, by=request.actor, at=now())


language_keepers.add("accounts", keep_language)
