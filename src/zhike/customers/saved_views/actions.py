from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.http import QueryDict

from zhike.customers.errors import BadValue
from zhike.customers.models import ColumnChoice, SavedView
from zhike.customers.saved_views.queries import get_own_view, lasting_query
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

LONGEST_NAME, LONGEST_QUERY = 60, 4000
KEPT_REMOVED = timedelta(days=1)
MOST_COLUMNS = 60


@transaction.atomic
def save_view(*, name: str, query: str, shared: bool, by: Actor, at: datetime) -> SavedView:
    """Keep a list (the query string of its address) under a name. :raises BadValue: if the name is empty or long."""
    return SavedView.objects.create(
        owner_id=by.id or 0, name=_clean_name(name), query=_clean_query(query), shared=shared, created_at=at
    )


@transaction.atomic
def change_view(
    *,
    view_id: int,
    name: str | None = None,
    query: str | None = None,
    shared: bool | None = None,
    by: Actor,
    at: datetime,
) -> SavedView:
    """Rename one's view, or keep another list under its name. :raises NoSuchView: if it is not the actor's own."""
    view = get_own_view(view_id=view_id, actor=by)
    if name is not None:
        view.name = _clean_name(name)
    if query is not None:
        view.query = _clean_query(query)
    if shared is not None:
        view.shared = shared
    view.save()
    return view


@transaction.atomic
def remove_view(*, view_id: int, by: Actor, at: datetime) -> None:
    """Take one's view away; for a day it can come back. :raises NoSuchView: if it is not the actor's own."""
    view = get_own_view(view_id=view_id, actor=by)
    SavedView.objects.filter(owner_id=by.id, removed_at__lt=at - KEPT_REMOVED).delete()
    view.removed_at = at
    view.save(update_fields=["removed_at"])


@transaction.atomic
def restore_view(*, view_id: int, by: Actor, at: datetime) -> SavedView:
    """Bring a removed view back. :raises NoSuchView: if it is not the actor's own, or gone for good."""
    view = get_own_view(view_id=view_id, actor=by, removed=True)
    view.removed_at = None
    view.save(update_fields=["removed_at"])
    return view


@transaction.atomic
def choose_columns(*, listing: str, columns: Sequence[str], known: Collection[str], by: Actor, at: datetime) -> None:
    """Remember the columns of a list that a person wants to see; none: the usual ones. Those not `known` are left out.

    :raises BadValue: if there is none of them.
    """
    keys = [key for key in columns[:MOST_COLUMNS] if key in known]
    if columns and not keys:
        raise BadValue(field="col", value=columns[0])
    ColumnChoice.objects.update_or_create(user_id=by.id or 0, listing=listing, defaults={"columns": keys})


def _clean_name(name: str) -> str:
    name = tidy(name)
    if not name or len(name) > LONGEST_NAME:
        raise BadValue(field="name", value=name[:LONGEST_NAME])
    return name


def _clean_query(query: str) -> str:
    if len(query) > LONGEST_QUERY:
        raise BadValue(field="query", value=query[:LONGEST_NAME])
    return lasting_query(QueryDict(query.removeprefix("?")))
