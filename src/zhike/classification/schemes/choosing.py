from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhike.classification.evaluation.schedule import run_soon
from zhike.classification.models import Scheme
from zhike.kit.actor import Actor

from . import queries
from .actions import put_draft_in_force, restore_scheme, retire_scheme


@transaction.atomic
def choose_schemes(*, keys: Sequence[str], by: Actor, at: datetime) -> None:
    """Use these of the built-in schemes, in this order, and retire the others; types that people made stay as they are.

    Retired ones keep their history and can be brought back.

    :raises NoSuchScheme: if there is none with a key; `SchemeStillAsked` if rules ask for one that would go.
    """
    for key in keys:
        queries.get_scheme(key=key)
    found = list(Scheme.objects.filter(built_in=True).order_by("position", "id"))
    found.sort(key=lambda one: keys.index(one.key) if one.key in keys else len(keys) + one.position)
    restored = False
    for position, scheme in enumerate(found):
        Scheme.objects.filter(id=scheme.id).update(position=position)
        retired, waits = scheme.status == Scheme.Status.RETIRED, scheme.status == Scheme.Status.DRAFT
        if waits and scheme.key in keys:
            put_draft_in_force(key=scheme.key, by=by, at=at)
            restored = True
        elif scheme.key in keys and retired:
            restore_scheme(key=scheme.key, by=by, at=at)
            restored = True
        elif scheme.key not in keys and not retired and not waits:
            retire_scheme(key=scheme.key, by=by, at=at)
    if restored:
        run_soon()
