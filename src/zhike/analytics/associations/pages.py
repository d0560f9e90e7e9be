"""What the page of associations shows, loaded and worded."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhike.analytics.models import ModelRun, ProductPair
from zhike.analytics.permissions import RUN
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

from . import queries
from .describing import say_gain, say_gain_interval
from .network import DESK, PHONE, Edge, Node, draw_network
from .queries import SORTS, Wanted

DRAWN = 40  # pairs of the picture
ATTRACTING = Decimal(1)  # lift from which two products are together more often than by chance; what is shown at first
MOST_ORDERS = 2**31 - 1


def associations_page(params: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Return the context of the page; `run` is None as long as no run is in use."""
    run, last = queries.get_run_in_use(queries.PAIRS), queries.get_last_run(queries.PAIRS)
    wanted = read_wanted(params)
    found = {"run": run, "last": last, "may_run": actor.may(RUN), "wanted": wanted, "analysis": queries.PAIRS}
    if run is None:
        return found
    page = queries.list_pairs(run, wanted, after=params.get("after", ""), before=params.get("before", ""))
    offers = queries.get_last_run(queries.OFFERS)
    return {
        **found,
        "page": page,
        "pairs": [describe_pair(one) for one in page.rows],
        "bundles": queries.list_bundles(run),
        "network": draw_pairs(run, wanted),
        "narrowed": bool(wanted.together or wanted.lift != ATTRACTING or wanted.text),
        "sorts": {key: "descending" if key == wanted.sort else "" for key in SORTS},
        "offers": offers,
        "offers_gain": (say_gain(offers.card), say_gain_interval(offers.card)) if offers else ("", ""),
    }


def read_wanted(params: QueryDict) -> Wanted:
    """Return what an address narrows by; what is no number is left out. An empty lift takes all pairs."""
    sort = params.get("sort", "")
    return Wanted(
        int(_number(params.get("together", ""), MOST_ORDERS)),
        _number(params.get("lift", ""), 10**9) if "lift" in params else ATTRACTING,
        tidy(params.get("q", ""))[:100],
        sort if sort in SORTS else SORTS[0],
    )


def _number(text: str, most: int) -> Decimal:
    try:
        found = Decimal(text.strip()[:20] or "0")
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() and 0 <= found <= most else Decimal(0)


def describe_pair(pair: ProductPair, *, product_id: int | None = None) -> dict[str, Any]:
    """Return a pair told from one product, by default the rarer, and where the customers are who bought only that."""
    turned = product_id is not None and product_id == pair.then_id
    first, then = (pair.then, pair.first) if turned else (pair.first, pair.then)
    query = QueryDict(mutable=True)
    query["bought"], query["not_bought"] = first.sku, then.sku
    return {
        "pair": pair,
        "first": first,
        "then": then,
        "confidence": pair.confidence_back if turned else pair.confidence,
        "first_count": pair.then_count if turned else pair.first_count,
        "missing_url": f"{reverse('customers:list')}?{query.urlencode()}",
    }


def draw_pairs(run: ModelRun, wanted: Wanted) -> list[SafeString]:
    """Return the picture of the most frequent of the wanted pairs, for a desk and for a phone; none where none are."""
    found = list(queries.find_pairs(run, wanted).order_by(f"-{wanted.sort}", "-id")[:DRAWN])
    nodes = {}
    for pair in found:
        for product, count in ((pair.first, pair.first_count), (pair.then, pair.then_count)):
            nodes[product.id] = Node(product.id, product.name, reverse("commerce:product", args=[product.id]), count)
    said = _("{first} and {then}: {count} orders with both")
    edges = [
        Edge(
            pair.first_id,
            pair.then_id,
            pair.together,
            said.format(first=pair.first.name, then=pair.then.name, count=pair.together),
        )
        for pair in found
    ]
    if not edges:
        return []
    label = _("Network of the {count} first pairs; the table below has their numbers").format(count=len(edges))
    return [draw_network(list(nodes.values()), edges, label, size=size) for size in (DESK, PHONE)]
