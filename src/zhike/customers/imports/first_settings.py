"""The first import tells what an organisation counts in, when nobody has chosen that yet."""

from django.db import transaction

from zhike.accounts.public import Actor, Organisation, get_organisation
from zhike.customers.models import Fact


@transaction.atomic
def adopt_settings(*, currency: str, time_zone: str, by: Actor) -> bool:
    """Make the currency and time zone of a first import the organisation's; say whether that was done.

    Done only while nobody has chosen them and nothing has happened yet.
    """
    organisation = get_organisation()
    if organisation.configured or not (currency or time_zone) or Fact.objects.exists():
        return False
    organisation.currency = currency.upper() or organisation.currency
    organisation.time_zone = time_zone or organisation.time_zone
    organisation.configured = True
    organisation.save()
    return True
