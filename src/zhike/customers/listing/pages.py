"""What the pages of the list need, loaded and worded."""

from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhike.api.public import Count, round_estimate
from zhike.customers.listing.facets import owner_choices
from zhike.customers.listing.filters import Filters, chosen_columns, read_filters
from zhike.customers.listing.queries import count_customers, list_customers, load_cells
from zhike.customers.listing.rows import Row
from zhike.customers.listing.table import draw_rows
from zhike.customers.registries import Choice, Column, Facet, all_columns, bulk_pages
from zhike.customers.rights import CHANGE, EXPORT, IMPORT
from zhike.customers.saved_views.queries import get_columns, lasting_query, list_tabs
from zhike.kit.actor import Actor
from zhike.kit.paging import Page
from zhike.ui.public import draw_boxes, draw_heads, draw_options, format_number, kept_params


class FacetInput(NamedTuple):
    """A filter to choose: choices with those that hold, or a text. `searched`: too many to look through, so typed."""

    facet: Facet
    choices: list[tuple[Choice, bool]]
    groups: list[tuple[Any, list[tuple[Choice, bool]]]]
    text: str
    few: bool
    searched: bool


FEW = 12  # choices that are shown as boxes to tick
MANY = 40  # from here on choices that are their own words, such as tags, are typed and offered while typing


def list_page(params: QueryDict, *, actor: Actor, currency: str) -> dict[str, Any]:
    """Return the context of the list. :raises BadCursor: if the address was tampered with."""
    filters = read_filters(params)
    shown = [column for column in all_columns() if column.cell or column.load]
    columns = chosen_columns(params, shown, get_columns(actor=actor))
    page = list_customers(
        actor=actor, filters=filters, after=params.get("after", ""), before=params.get("before", ""), currency=currency
    )
    may_change, keys = actor.may(CHANGE), {column.key for column in columns}
    name = Column("name", _("Customer"), sort="name")
    return {
        "lines": page.rows,
        "rows": draw_rows(page.rows, load_cells(columns, page.rows), columns, ticks=may_change),
        "heads": draw_heads([name, *columns], sort=filters.sort, address=filters.address),
        "page": page,
        "columns": columns,
        "filters": filters,
        "chips": filters.chips(),
        "tabs": (tabs := list_tabs(params, actor=actor)),
        "tab": next((tab for tab in tabs if tab.current), None),
        "lasting": lasting_query(params),
        "count": count_text(_count(page, filters, actor)),
        "boxes": draw_boxes((column, column.key in keys) for column in shown),
        "query": filters.address().removeprefix("?"),
        "kept": kept_params(params, "q"),
        "query_but_columns": filters.address(col=None).removeprefix("?"),
        "owners": draw_options(owner_choices(actor)) if may_change else "",
        "may_change": may_change,
        "may_export": actor.may(EXPORT),
        "bulk_pages": [one for one in bulk_pages if actor.may(one.permission)],
        "may_import": actor.may(IMPORT),
    }


def _count(page: Page[Row], filters: Filters, actor: Actor) -> Count:
    """Return how many customers the list holds; what stands on one page needs no counting."""
    if page.next or filters.params.get("after") or filters.params.get("before"):
        return count_customers(actor=actor, filters=filters)
    return Count(len(page.rows), True)


def filter_page(filters: Filters, *, actor: Actor) -> dict[str, Any]:
    """Return the context of the form of filters: every facet with its choices."""
    only = filters.params.get("only", "")
    facets = [facet for facet in filters.facets.values() if not only or facet.key == only]
    inputs = [_input(facet, filters.chosen.get(facet.key, []), actor) for facet in facets]
    shown = {"q", "archived", *(facet.key for facet in facets)} if not only else {only}
    kept = [pair for pair in kept_params(filters.params, "only") if pair[0] not in shown]
    return {"inputs": inputs, "filters": filters, "kept": kept, "only": only}


def chosen_ids(texts: list[str]) -> list[int]:
    """Return the ids of ticked rows; what is no id is left out."""
    return [int(one) for one in texts if one.isdecimal() and len(one) < 19]


def ids_of_list(params: QueryDict, *, actor: Actor, limit: int) -> list[int]:
    """Return whom a list holds, all of its pages, at most `limit`."""
    rows = read_filters(params).rows_for(actor)
    return list(rows.order_by("customer_id").values_list("customer_id", flat=True)[:limit])


def list_chosen(params: QueryDict, *, actor: Actor, limit: int) -> list[int]:
    """Return whom an address means: those ticked (`id`), else all of the list that its filters let through."""
    ids = chosen_ids(params.getlist("id"))
    return ids[:limit] if ids else ids_of_list(params, actor=actor, limit=limit)


def receipt(*, chosen: int, changed: int) -> str:
    """Say what a change of many did: how many were chosen, and how many were like that before."""
    done = ngettext("{count} customer changed", "{count} customers changed", changed)
    text = done.format(count=format_number(changed))
    if changed == chosen:
        return text
    rest = _("{count} of {chosen} stayed as they were").format(
        count=format_number(chosen - changed), chosen=format_number(chosen)
    )
    return f"{text} · {rest}"


def count_text(count: Count) -> str:
    if count.exact:
        return ngettext("{count} customer", "{count} customers", count.number).format(count=format_number(count.number))
    return _("About {count} customers").format(count=format_number(round_estimate(count.number)))


def _input(facet: Facet, values: list[str], actor: Actor) -> FacetInput:
    choices = [(choice, choice.value in values) for choice in facet.choices(actor)]
    groups: dict[Any, list[tuple[Choice, bool]]] = {}
    for choice, chosen in choices:
        groups.setdefault(choice.group, []).append((choice, chosen))
    plain = all(choice.value == choice.label for choice, _held in choices)
    many = len(choices) >= MANY and plain
    text = values[0] if values else ""
    return FacetInput(facet, choices, list(groups.items()), text, 0 < len(choices) <= FEW, many)
