from typing import Any

from django.urls import reverse

from zhike.customers.listing.columns import place_of
from zhike.customers.registries import Hit
from zhike.customers.search.queries import find_customers, find_elsewhere
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

SHORT, LONG = 8, 50


def search_page(text: str, *, actor: Actor, short: bool) -> dict[str, Any]:
    """Return what was found, customers first; few of each for the palette."""
    text = tidy(text)
    if not text:
        return {"text": "", "hits": [], "elsewhere": []}
    rows = find_customers(text=text, actor=actor, limit=SHORT if short else LONG)
    base = reverse("customers:list")
    hits = [
        Hit(
            row.name,
            f"{base}{row.customer_id}/",
            note=" · ".join(word for word in (place_of(row), row.owner_name) if word),
            icon="building" if row.kind == "company" else "user",
        )
        for row in rows
    ]
    return {"text": text, "hits": hits, "elsewhere": find_elsewhere(text=text, actor=actor, limit=5 if short else 20)}
