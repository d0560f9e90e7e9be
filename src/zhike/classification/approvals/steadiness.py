"""What keeps the classes of a scheme from changing too soon or unasked."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhike.audit.public import record
from zhike.classification.errors import MarginNeedsThresholds, NoSuchClass, SteadinessWrong
from zhike.classification.evaluation.schedule import run_soon
from zhike.classification.events import SteadinessChanged
from zhike.classification.models import CustomerClass, PendingMove, Scheme, Steadiness
from zhike.classification.schemes.queries import get_scheme
from zhike.kit.actor import Actor

MOST_DAYS, MOST_PERCENT = 3650, 90
FIELDS = ("stay_days", "grace_days", "leave_percent", "ask_into", "ask_out_of")


def get_steadiness(*, scheme: Scheme) -> Steadiness:
    """Return what a scheme asks; nothing, where nobody has set it."""
    return Steadiness.objects.filter(scheme=scheme).first() or Steadiness(scheme=scheme)


@transaction.atomic
def set_steadiness(
    *,
    key: str,
    stay_days: int = 0,
    grace_days: int = 0,
    leave_percent: int = 0,
    ask_into: Sequence[int] = (),
    ask_out_of: Sequence[int] = (),
    by: Actor,
    at: datetime,
) -> Steadiness:
    """Set what keeps a scheme's classes steady; it counts from the next move on. All empty: they follow the rule.

    What waits for something that is asked no longer is judged by the next run.

    Where classes overlap, each is held by itself: to leave one is the step down that has a grace.

    :raises SteadinessWrong, MarginNeedsThresholds, NoSuchClass: for wrong input. Then nothing has changed.
    """
    scheme = Scheme.objects.select_for_update().get(id=get_scheme(key=key).id)
    _check(scheme, stay_days, grace_days, leave_percent, {*ask_into, *ask_out_of})
    before = get_steadiness(scheme=scheme)
    after = Steadiness(
        scheme=scheme, stay_days=stay_days, grace_days=grace_days, leave_percent=leave_percent,
        ask_into=sorted(set(ask_into)), ask_out_of=sorted(set(ask_out_of)),
    )  # fmt: skip
    differing = [one for one in FIELDS if getattr(before, one) != getattr(after, one)]
    if not differing:
        return before
    Steadiness.objects.filter(scheme=scheme).delete()
    if any(getattr(after, one) for one in FIELDS):
        after.save(force_insert=True)
    PendingMove.objects.filter(scheme=scheme, due_at__gt=at).update(due_at=at)  # judged anew by the next sweep
    old, new = ({one: getattr(each, one) for one in differing} for each in (before, after))
    record(event=SteadinessChanged(scheme.id, old, new), by=by)
    run_soon()
    return after


def _check(scheme: Scheme, stay_days: int, grace_days: int, leave_percent: int, classes: set[int]) -> None:
    limits = (
        ("stay_days", stay_days, MOST_DAYS),
        ("grace_days", grace_days, MOST_DAYS),
        ("leave_percent", leave_percent, MOST_PERCENT),
    )
    for field, value, most in limits:
        if not 0 <= value <= most:
            raise SteadinessWrong(field=field, value=value, most=most)
    if leave_percent and scheme.kind != Scheme.Kind.VALUE_TIER:
        raise MarginNeedsThresholds(name=scheme.name)
    known = CustomerClass.objects.filter(scheme=scheme, retired_at=None, id__in=classes).count()
    if known != len(classes):
        raise NoSuchClass
