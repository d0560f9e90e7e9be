"""The lists that a person kept under a name, and the columns that they chose last."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from zhike.accounts.public import User
from zhike.customers.errors import NoSuchView
from zhike.customers.listing.filters import read_filters
from zhike.customers.listing.queries import Count, count_customers
from zhike.customers.models import ListColumns, SavedView
from zhike.kit.actor import Actor

MOST = 30  # views that one person sees
PASSING = ("after", "before", "view", "csrfmiddlewaretoken")  # of the moment, not of the view


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A saved view as a tab of the list; `is_changed` tells that the address differs from what was saved."""

    view: SavedView
    url: str
    current: bool
    is_changed: bool
    is_mine: bool
    count: Count | None = None


def visible_views(actor: Actor) -> QuerySet[SavedView]:
    """Return the actor's own views and those that people of the team, or people without a team, share."""
    team = User.objects.filter(id=actor.id or 0).values("team_id")
    shared = Q(shared=True) & (Q(owner__team_id__in=team) | Q(owner__team_id=None))
    return SavedView.objects.filter(Q(owner_id=actor.id) | shared, removed_at=None).order_by("created_at", "id")


def get_own_view(*, view_id: int, actor: Actor, removed: bool = False) -> SavedView:
    """:raises NoSuchView: if there is none, or it is somebody else's."""
    found = SavedView.objects.filter(id=view_id, owner_id=actor.id, removed_at__isnull=not removed).first()
    if found is None:
        raise NoSuchView
    return found


def list_tabs(params: QueryDict, *, actor: Actor, counted: bool = False) -> list[ViewTab]:
    """Return the views as tabs, that of the address current; `counted` ones tell how many customers they hold."""
    asked, query = params.get("view", ""), lasting_query(params)
    return [
        ViewTab(
            view=view,
            url=f"?{view.query}&view={view.id}" if view.query else f"?view={view.id}",
            current=asked == str(view.id),
            is_changed=asked == str(view.id) and query != view.query,
            is_mine=view.owner_id == actor.id,
            count=count_customers(actor=actor, filters=read_filters(QueryDict(view.query))) if counted else None,
        )
        for view in visible_views(actor)[:MOST]
    ]


def lasting_query(params: QueryDict) -> str:
    """Return what of an address makes the list: filters, order and columns, in one order."""
    return urlencode(sorted((key, value) for key in params if key not in PASSING for value in params.getlist(key)))


def get_columns(*, actor: Actor) -> Sequence[str]:
    """Return the keys of the columns that the actor chose last; none: the usual ones."""
    found = ListColumns.objects.filter(user_id=actor.id or 0).values_list("columns", flat=True).first()
    return found or []
