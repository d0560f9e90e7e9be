"""What the page of the list needs, worded."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from zhike.api.public import Count, count_rows, round_estimate
from zhike.commerce.permissions import CHANGE_PRODUCT
from zhike.commerce.products.forms import ProductFilterForm
from zhike.commerce.products.queries import BY_NUMBER, SORTS, find_products, list_products
from zhike.kit.actor import Actor
from zhike.ui.public import ListColumn, draw_heads, format_number, kept_params

COLUMNS = (
    ListColumn("sku", _("SKU"), sort="sku"),
    ListColumn("name", _("Name"), sort="name"),
    ListColumn("category", _("Category"), sort="category"),
)


def products_page(params: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Return the context of the list. :raises BadCursor: if the address was tampered with."""
    form = ProductFilterForm(params)
    filters, sort = form.filters(), params.get("sort", BY_NUMBER)
    sort = sort if sort.removeprefix("-") in SORTS else BY_NUMBER
    return {
        "page": list_products(
            filters=filters, sort=sort, after=params.get("after", ""), before=params.get("before", "")
        ),
        "form": form,
        "chips": form.chips(),
        "heads": draw_heads(COLUMNS, sort=sort, address=form.address, rising=tuple(SORTS)),
        "kept": kept_params(params, "q"),
        "query": form.address().removeprefix("?"),
        "may_change": actor.may(CHANGE_PRODUCT),
        "count": _count_text(count_rows(find_products(filters))),
    }


def _count_text(count: Count) -> str:
    if not count.exact:
        return str(_("About {count} products")).format(count=format_number(round_estimate(count.number)))
    return ngettext("{count} product", "{count} products", count.number).format(count=format_number(count.number))
