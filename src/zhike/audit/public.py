"""What other rooms may use of audit."""

from .outbox.registry import subscribe
from .trail.actions import record

__all__ = ["record", "subscribe"]
