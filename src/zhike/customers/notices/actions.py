from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from zhike.customers.models import Notice
from zhike.kit.actor import Actor

from .queries import get_notice, visible_notices

READ_KEPT, UNREAD_KEPT = timedelta(days=90), timedelta(days=365)


@transaction.atomic
def read_notice(*, notice_id: int, by: Actor, at: datetime) -> Notice:
    """Note that the actor has read a notice. :raises NoSuchNotice: if it is not the actor's to see."""
    notice = get_notice(notice_id=notice_id, actor=by)
    if notice.read_at is None:
        notice.read_at = at
        Notice.objects.filter(id=notice_id, read_at=None).update(read_at=at)
    return notice


@transaction.atomic
def read_all_notices(*, until: int, by: Actor, at: datetime) -> int:
    """Note that the actor has read every notice up to the id `until`, the newest they saw; return how many that were.

    All get the same `read_at`, by which `unread_notices` finds them.
    """
    return visible_notices(by).filter(read_at=None, id__lte=until).update(read_at=at)


@transaction.atomic
def unread_notices(*, read_at: datetime, by: Actor) -> int:
    """Take back that the actor's notices were read at that moment; return how many are unread again."""
    return Notice.objects.filter(user_id=by.id or 0, read_at=read_at).update(read_at=None)


def sweep_notices(*, at: datetime) -> int:
    """Remove notices that were read, or that nobody has read, long ago; return how many. The trail stays."""
    old = Q(read_at__lt=at - READ_KEPT) | Q(read_at=None, at__lt=at - UNREAD_KEPT)
    return Notice.objects.filter(old).delete()[0]
