"""The lists that a person kept under a name, and the columns that they chose last."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from zhike.accounts.public import read_models
from zhike.api.public import Count
from zhike.customers.errors import NoSuchView
from zhike.customers.listing.filters import read_filters
from zhike.customers.listing.queries import count_customers
from zhike.customers.models import ColumnChoice, SavedView
from zhike.kit.actor import Actor

CUSTOMERS = "customers"  # the list of customers, among those whose columns are remembered
MOST = 30  # views that one person sees
# Every request to the list asks this: a plain statement costs a third of what the ORM's does.
VISIBLE = """
SELECT seen.* FROM customers_savedview seen JOIN accounts_user keeper ON keeper.id = seen.owner_id
WHERE seen.removed_at IS NULL AND (seen.owner_id = %(person)s OR (seen.shared AND (
  keeper.team_id IS NULL OR keeper.team_id = (SELECT team_id FROM accounts_user WHERE id = %(person)s))))
ORDER BY seen.created_at, seen.id LIMIT %(most)s
"""
CHOSEN = "SELECT * FROM customers_columnchoice WHERE user_id = %s AND listing = %s"
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


def list_views(*, actor: Actor) -> list[SavedView]:
    """Return the actor's own views and those that people of the team, or people without a team, share."""
    return read_models(SavedView, VISIBLE, {"person": actor.id, "most": MOST})


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
        for view in list_views(actor=actor)
    ]


def lasting_query(params: QueryDict) -> str:
    """Return what of an address makes the list: filters, order and columns, in one order."""
    return urlencode(sorted((key, value) for key in params if key not in PASSING for value in params.getlist(key)))


def get_columns(*, actor: Actor, listing: str = CUSTOMERS) -> Sequence[str]:
    """Return the keys of the columns of a list that the actor chose last; none: the usual ones."""
    found = next(iter(read_models(ColumnChoice, CHOSEN, [actor.id, listing])), None)
    return found.columns if found else []
