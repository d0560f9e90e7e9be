from typing import Any

from zhike.audit.public import count_parked
from zhike.kit.actor import Actor


def load_parked(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return how many messages were given up; None where there are none."""
    count = count_parked()
    return {"count": count} if count else None
