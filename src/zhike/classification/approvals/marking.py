"""Which moves of a scheme owner and followers are told of."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhike.audit.public import record
from zhike.classification.errors import NoSuchClass
from zhike.classification.events import TellingChanged
from zhike.classification.models import CustomerClass, Scheme, Telling
from zhike.classification.schemes.queries import get_scheme
from zhike.kit.actor import Actor

FIELDS = ("tell_into", "tell_out_of")


def get_telling(*, scheme: Scheme) -> Telling:
    """Return of which moves of a scheme people are told; of none, where nobody has set it."""
    return Telling.objects.filter(scheme=scheme).first() or Telling(scheme=scheme)


@transaction.atomic
def set_telling(
    *, key: str, tell_into: Sequence[int] = (), tell_out_of: Sequence[int] = (), by: Actor, at: datetime
) -> Telling:
    """Have owners and followers told of moves into and out of these classes, from the next move on. None: of none.

    :raises NoSuchClass: if a class is not one of the scheme's. Then nothing has changed.
    """
    scheme = Scheme.objects.select_for_update().get(id=get_scheme(key=key).id)
    wanted = {*tell_into, *tell_out_of}
    if CustomerClass.objects.filter(scheme=scheme, retired_at=None, id__in=wanted).count() != len(wanted):
        raise NoSuchClass
    before = get_telling(scheme=scheme)
    after = Telling(scheme=scheme, tell_into=sorted(set(tell_into)), tell_out_of=sorted(set(tell_out_of)))
    differing = [one for one in FIELDS if getattr(before, one) != getattr(after, one)]
    if not differing:
        return before
    Telling.objects.filter(scheme=scheme).delete()
    if wanted:
        after.save(force_insert=True)
    old, new = ({one: getattr(each, one) for one in differing} for each in (before, after))
    record(event=TellingChanged(scheme.id, old, new), by=by)
    return after
