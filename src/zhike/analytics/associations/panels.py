"""Panels: what a customer may want next and who buys alike; what is bought together with a product."""

from typing import Any

from zhike.analytics.models import CustomerOffer
from zhike.customers.public import Customer
from zhike.kit.actor import Actor

from . import queries
from .pages import describe_pair


def load_customer(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return a customer's offers with what speaks for them, and the customers alike whom the actor may see."""
    offers = queries.list_offers(customer_id=customer.id)
    if not offers:
        return None
    return {
        "offers": tell_offers(offers),
        "run": offers[0].run,
        "alike": queries.list_alike(customer_id=customer.id, actor=actor),
    }


def tell_offers(offers: list[CustomerOffer]) -> list[dict[str, Any]]:
    """Return offers with their evidence: number and name of each bought product beside the counts."""
    names = queries.product_names({one["product"] for offer in offers for one in offer.evidence})
    return [
        {
            "offer": offer,
            "because": [
                {**one, "sku": names[one["product"]][0], "name": names[one["product"]][1]}
                for one in offer.evidence
                if one["product"] in names
            ],
        }
        for offer in offers
    ]


def load_product(product_id: int, actor: Actor) -> dict[str, Any] | None:
    """Return the products bought together with one more than by chance."""
    found = queries.list_bought_together(product_id=product_id)
    return {"pairs": [describe_pair(one, product_id=product_id) for one in found]} if found else None
