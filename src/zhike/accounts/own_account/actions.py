from datetime import datetime

from django.conf import settings
from django.db import transaction

from zhike.accounts.events import LanguageChosen
from zhike.accounts.models import User
from zhike.audit.public import record
from zhike.kit.actor import Actor

from .errors import UnknownLanguage


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
