"""What the customer page shows: each policy that applies, which class gives it, and what gave way to it."""

from typing import Any

from zhike.classification import permissions
from zhike.customers.public import Customer, CustomerPanel, customer_panels
from zhike.kit.actor import Actor

from . import queries
from .applying import list_applied


def register() -> None:
    customer_panels.add(
        "policies",
        CustomerPanel("policies", "rail", 20, permissions.VIEW, "classification/policies/panel.html", load_panel),
    )


def load_panel(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return the policies that apply to a customer; None where none does."""
    book = queries.read_book()
    if not book.policies:
        return None
    applied = list_applied(customer_id=customer.id, book=book)
    return {"applied": applied} if applied else None
