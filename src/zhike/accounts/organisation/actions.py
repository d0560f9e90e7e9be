from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.forms import model_to_dict

from zhike.accounts.events import OrganisationChanged
from zhike.accounts.models import Organisation
from zhike.audit.public import record
from zhike.kit.actor import Actor
from zhike.kit.money import currencies
from zhike.kit.text import tidy

from . import rules
from .errors import OrganisationNameMissing, UnknownCurrency, UnknownLanguage, UnknownTimeZone, UnknownWeekday
from .queries import forget_organisation

FIELDS = ["name", "time_zone", "currency", "language", "week_start"]


@transaction.atomic
def save_organisation(
    *, name: str, time_zone: str, currency: str, language: str, week_start: int, by: Actor, at: datetime
) -> Organisation:
    """Keep the organisation's settings. `week_start` is an ISO weekday: 1 Monday … 7 Sunday.

    Business days and values follow at the next classification; what is recorded keeps its own currency.

    :raises OrganisationNameMissing, UnknownTimeZone, UnknownCurrency, UnknownLanguage, UnknownWeekday: for its field.
    """
    Organisation.objects.bulk_create([Organisation(id=1)], ignore_conflicts=True)
    organisation = Organisation.objects.select_for_update().get(id=1)
    before = model_to_dict(organisation, FIELDS)
    organisation.name, organisation.time_zone = tidy(name), time_zone
    organisation.currency, organisation.language = currency.upper(), language
    organisation.week_start, organisation.configured = week_start, True
    _check(organisation)
    organisation.save()
    forget_organisation()
    if (after := model_to_dict(organisation, FIELDS)) != before:
        record(event=OrganisationChanged(organisation.id, before, after), by=by)
    return organisation


def _check(organisation: Organisation) -> None:
    if not organisation.name:
        raise OrganisationNameMissing
    if organisation.time_zone not in rules.time_zones():
        raise UnknownTimeZone(time_zone=organisation.time_zone)
    if organisation.currency not in currencies():
        raise UnknownCurrency(currency=organisation.currency)
    if organisation.language not in dict(settings.LANGUAGES):
        raise UnknownLanguage(language=organisation.language)
    if not 1 <= organisation.week_start <= 7:
        raise UnknownWeekday(week_start=organisation.week_start)
