"""What is done to many customers at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from zhike.audit.public import record
from zhike.customers.errors import BadValue, NobodyChosen, TooManyTags
from zhike.customers.events import CustomersChanged
from zhike.customers.listing.actions import refresh_listing
from zhike.customers.models import Customer
from zhike.customers.profile.actions import check_can_own
from zhike.customers.profile.rules import TAGS, clean_tags
from zhike.customers.rights import visible_customers
from zhike.kit.actor import Actor

MOST = 10_000  # customers changed at once
TAG = "UPDATE customers_customer SET tags = array_append(tags, %s), updated_at = %s WHERE id = ANY(%s)"
UNTAG = "UPDATE customers_customer SET tags = array_remove(tags, %s::varchar), updated_at = %s WHERE id = ANY(%s)"
HAND_OVER = "UPDATE customers_customer SET owner_id = %s, updated_at = %s WHERE id = ANY(%s)"


@transaction.atomic
def tag_customers(*, customer_ids: Sequence[int], tag: str, by: Actor, at: datetime) -> int:
    """Give a tag to customers; return how many did not have it. Those that the actor may not see are left alone.

    :raises NobodyChosen: if there are none. :raises BadValue: if the tag is empty. :raises TooManyTags: if one is full.
    """
    tag = _clean_tag(tag)
    chosen = _locked(customer_ids, by).exclude(tags__contains=[tag])
    if full := chosen.filter(tags__len__gte=TAGS).first():
        raise TooManyTags(count=len(full.tags) + 1, limit=TAGS)
    ids = list(chosen.values_list("id", flat=True))
    _change(TAG, tag, ids, at)
    return _note(ids, "tagged", tag, by)


@transaction.atomic
def untag_customers(*, customer_ids: Sequence[int], tag: str, by: Actor, at: datetime) -> int:
    """Take a tag from customers; return how many had it."""
    tag = _clean_tag(tag)
    ids = list(_locked(customer_ids, by).filter(tags__contains=[tag]).values_list("id", flat=True))
    _change(UNTAG, tag, ids, at)
    return _note(ids, "untagged", tag, by)


@transaction.atomic
def hand_over_customers(*, customer_ids: Sequence[int], owner: object, by: Actor, at: datetime) -> int:
    """Make somebody the owner of customers (None: nobody); return how many changed hands.

    :raises NoSuchOwner: if that person is not within the actor's reach.
    """
    owner_id = check_can_own(owner, by=by)
    owners = dict(_locked(customer_ids, by).values_list("id", "owner_id"))
    ids = [customer_id for customer_id, old in owners.items() if old != owner_id]
    _change(HAND_OVER, owner_id, ids, at)
    return _note(ids, "handed over", str(owner_id or ""), by)


def _locked(customer_ids: Sequence[int], by: Actor) -> QuerySet[Customer]:
    """Return the chosen customers that the actor may see and that are not archived, locked in order."""
    if not customer_ids:
        raise NobodyChosen
    chosen = visible_customers(by).filter(id__in=customer_ids[:MOST], archived_at__isnull=True)
    return chosen.order_by("id").select_for_update(of=("self",))


def _clean_tag(tag: str) -> str:
    tags = clean_tags([tag])
    if not tags:
        raise BadValue(field="tags", value=tag)
    return tags[0]


def _change(statement: str, value: str | int | None, ids: list[int], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [value, at, ids])
    refresh_listing(select_ids="SELECT unnest(%s::bigint[])", params=[ids])


def _note(ids: Sequence[int], action: str, value: str, by: Actor) -> int:
    if ids:
        record(event=CustomersChanged(list(ids), action, value), by=by)
    return len(ids)
