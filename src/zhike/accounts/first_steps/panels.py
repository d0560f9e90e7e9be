from typing import Any

from zhike.kit.actor import Actor
from zhike.ui.public import list_steps

from . import queries


def get_first_steps(actor: Actor) -> dict[str, Any]:
    """Return a person's first steps, how many are done, and the first that is not."""
    steps = list_steps(actor=actor)
    done = sum(step.done for step in steps)
    following = next((step for step in steps if not step.done), None)
    return {"steps": steps, "done": done, "count": len(steps), "share": done / len(steps), "next": following}


def load_first_steps(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return the checklist for the workbench; None once it is put away, or all of it is done."""
    if queries.are_hidden(actor=actor):
        return None
    found = get_first_steps(actor)
    return found if found["next"] else None
