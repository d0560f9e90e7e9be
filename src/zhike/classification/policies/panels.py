"""What the customer page shows: each policy that applies, which class gives it, and what gave way to it."""

from typing import Any

from zhike.classification import permissions
from zhike.customers.public import Customer, CustomerPanel, customer_panels
from zhike.kit.actor import Actor

from .applying import resolve_all
from .keeping import held_classes, kept_book


def register() -> None:
    customer_panels.add(
        "policies",
        CustomerPanel("policies", "rail", 20, permissions.VIEW, "classification/policies/panel.html", load_panel),
    )


def load_panel(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return the policies that apply to a customer; None where none does."""
    class_ids, is_any = held_classes(customer_id=customer.id)
    applied = resolve_all(class_ids, kept_book()) if is_any else []
    return {"applied": applied} if applied else None
