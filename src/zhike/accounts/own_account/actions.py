from datetime import datetime

from django.conf import settings
from django.db import transaction

from zhike.accounts.events import LanguageChosen, NumberStyleChosen
from zhike.accounts.models import User
from zhike.audit.public import record
from zhike.kit.actor import Actor
from zhike.ui.public import FULL, SHORT

from .errors import UnknownLanguage, UnknownNumberStyle


@transaction.atomic
def choose_language(*, user_id: int, language: str, by: Actor, at: datetime) -> User:
    """Keep the language a person wants to read; empty: as the browser asks.

    :raises UnknownLanguage: if the pages do not speak it.
    """
    if language and language not in dict(settings.LANGUAGES):
        raise UnknownLanguage(language=language)
    user = User.objects.select_for_update().get(id=user_id)
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
        record(event=LanguageChosen(user_id, language), by=by)
    return user


@transaction.atomic
def choose_number_style(*, user_id: int, style: str, by: Actor, at: datetime) -> User:
    """Keep whether a person reads large numbers in full (1,284,500) or in short (128.45万).

    :raises UnknownNumberStyle: if it is neither.
    """
    if style not in (FULL, SHORT):
        raise UnknownNumberStyle(style=style)
    user = User.objects.select_for_update().get(id=user_id)
    if user.number_style != style:
        user.number_style = style
        user.save(update_fields=["number_style"])
        record(event=NumberStyleChosen(user_id, style), by=by)
    return user
