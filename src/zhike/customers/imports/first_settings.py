"""The first import tells what an organisation counts in, when nobody has chosen that yet."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.accounts.public import Actor, get_organisation, save_organisation
from zhike.customers.models import Fact


@transaction.atomic
def adopt_settings(*, currency: str, time_zone: str, by: Actor, at: datetime) -> bool:
    """Make the currency and time zone of a first import the organisation's; say whether that was done.

    Done only while nobody has chosen them and nothing has happened yet.

    :raises Invalid: if there is no such currency or zone.
    """
    organisation = get_organisation()
    same = (currency.upper(), time_zone) == (organisation.currency, organisation.time_zone)
    if organisation.configured or same or Fact.objects.exists():
        return False
    save_organisation(
        name=organisation.name or str(_("Our firm")),
        time_zone=time_zone,
        currency=currency,
        language=organisation.language,
        week_start=organisation.week_start,
        by=by,
        at=at,
    )
    return True
