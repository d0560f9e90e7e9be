"""What the workbench says while there is nothing to work on, or only sample data."""

from typing import Any

from zhike.accounts.public import get_organisation
from zhike.config.demo.queries import demo_loaded, get_demo_state
from zhike.customers.public import visible_customers
from zhike.kit.actor import Actor


def load_sample_note(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return whether the person may clear the sample data; None where there is none."""
    return {"may_clear": actor.may("config.manage_demo")} if demo_loaded() else None


def load_nothing_yet(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return the ways on for who has no customers yet; None for who has some."""
    if visible_customers(actor).exists():
        return None
    may_load = actor.may("config.manage_demo")
    return {
        "may_import": actor.may("customers.import_records"),
        "may_load": may_load,
        "loading": may_load and get_demo_state().job == "load",
    }


def knows_the_firm(actor: Actor) -> bool:
    return get_organisation().configured
