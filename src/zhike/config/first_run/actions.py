from datetime import datetime

from django.db import transaction

from zhike.accounts.public import Actor, Organisation, User, change_person, get_organisation, save_organisation
from zhike.classification.public import choose_schemes

from .errors import UnknownFirmKind
from .firm_kinds import FIRM_KINDS


@transaction.atomic
def set_up_organisation(
    *,
    name: str,
    time_zone: str,
    currency: str,
    firm_kind: str,
    language: str,
    person: str = "",
    by: Actor,
    at: datetime,
) -> Organisation:
    """Keep who the firm is, and begin with the management types of its kind. The language becomes the firm's.

    `person` is the name of whoever does it; empty: it stays.

    :raises UnknownFirmKind: and what `save_organisation` and `choose_schemes` raise; then nothing has changed.
    """
    kind = next((one for one in FIRM_KINDS if one.key == firm_kind), None)
    if kind is None:
        raise UnknownFirmKind
    organisation = save_organisation(
        name=name,
        time_zone=time_zone,
        currency=currency,
        language=language,
        week_start=get_organisation().week_start,
        by=by,
        at=at,
    )
    choose_schemes(keys=kind.schemes, by=by, at=at)
    if person.strip() and by.id is not None:
        own = User.objects.get(id=by.id)
        change_person(user_id=own.id, name=person, team=own.team, roles=list(own.roles.all()), by=by, at=at)
    return organisation
