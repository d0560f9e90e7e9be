"""A person's own notices. What they may no longer see is not among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import connection
from django.db.models import Max, Q, QuerySet

from zhike.accounts.public import owner_ids
from zhike.api.public import key_page
from zhike.customers.errors import NoSuchNotice
from zhike.customers.models import Notice
from zhike.kit.actor import Actor
from zhike.kit.paging import Page

from .registry import NoticeWords, notice_kinds

NEWEST_FIRST = ("-at", "-id")
MOST_COUNTED = 100
# Every page asks this: a plain statement costs a third of what the ORM's does.
UNREAD = """
SELECT count(*) FROM (
  SELECT 1 FROM customers_notice n LEFT JOIN customers_customer c ON c.id = n.customer_id
  WHERE n.user_id = %(user)s AND n.read_at IS NULL AND n.kind = ANY(%(kinds)s) AND (n.customer_id IS NULL
    OR c.archived_at IS NULL AND (%(owners)s::bigint[] IS NULL OR c.owner_id = ANY(%(owners)s::bigint[])))
  LIMIT %(most)s) AS unread"""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with its words and its icon."""

    notice: Notice
    words: NoticeWords
    icon: str


def visible_notices(actor: Actor) -> QuerySet[Notice]:
    """Return the actor's notices, but those of customers or of things that are not theirs to see any more."""
    seen = Q(customer__archived_at=None)
    if (owners := owner_ids(actor)) is not None:
        seen &= Q(customer__owner_id__in=owners)
    return Notice.objects.filter(Q(customer=None) | seen, user_id=actor.id or 0, kind__in=_kinds(actor))


def list_notices(*, actor: Actor, after: str = "", before: str = "", limit: int = 50) -> Page[Told]:
    """Return the actor's notices in words, the newest first. :raises BadCursor: if `after` is none of this list."""
    rows = visible_notices(actor).select_related("customer")
    page = key_page(rows, order=NEWEST_FIRST, limit=limit, after=after, before=before)
    return Page(say(page.rows), page.next, page.previous)


def count_unread(*, actor: Actor) -> int:
    """Return how many of the actor's notices are unread, counted to at most MOST_COUNTED."""
    owners = owner_ids(actor)
    asked = {"user": actor.id, "kinds": _kinds(actor), "owners": None if owners is None else list(owners)}
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, {**asked, "most": MOST_COUNTED})
        return int(cursor.fetchone()[0])


def newest_notice(*, actor: Actor) -> int:
    """Return the highest id of the actor's notices, 0 without any; a notice to which more was added keeps its id."""
    return visible_notices(actor).aggregate(newest=Max("id"))["newest"] or 0


def get_notice(*, notice_id: int, actor: Actor) -> Notice:
    """:raises NoSuchNotice: if it is somebody else's, or not the actor's to see any more."""
    found = visible_notices(actor).select_related("customer").filter(id=notice_id).first()
    if found is None:
        raise NoSuchNotice
    return found


def say(notices: Sequence[Notice]) -> list[Told]:
    """Return notices with their words, in order, without those that mean nothing any more."""
    words: dict[int, NoticeWords | None] = {}
    by_kind = sorted(notices, key=lambda one: one.kind)
    for kind, group in groupby(by_kind, key=lambda one: one.kind):
        rows = list(group)
        words |= zip((one.id for one in rows), notice_kinds[kind].say(rows), strict=True)
    return [Told(one, found, notice_kinds[one.kind].icon) for one in notices if (found := words[one.id])]


def _kinds(actor: Actor) -> list[str]:
    return [one.key for one in notice_kinds if actor.may(one.permission)]
