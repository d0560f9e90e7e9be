from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from zhike.customers.export.columns import DEFAULT
from zhike.customers.listing.filters import read_filters
from zhike.customers.models import Listing
from zhike.customers.registries import all_columns
from zhike.customers.rights import visible_listing
from zhike.kit.actor import Actor


def chosen_rows(params: QueryDict, *, actor: Actor) -> QuerySet[Listing]:
    """Return the listing rows that an address means: those ticked, else those that its filters let through."""
    if ids := [int(one) for one in params.getlist("id") if one.isdecimal() and len(one) < 19]:
        return visible_listing(actor).filter(customer_id__in=ids)
    return read_filters(params).apply(visible_listing(actor), actor)


def export_page(params: QueryDict, *, rows: QuerySet[Listing]) -> dict[str, Any]:
    """Return the context of the page on which columns are chosen."""
    kept = [
        (key, value)
        for key in params
        if key not in {"column", "as", "after", "before"}
        for value in params.getlist(key)
    ]
    columns = [(column, column.key in DEFAULT) for column in all_columns() if column.export]
    return {"columns": columns, "kept": kept, "count": rows.count()}
