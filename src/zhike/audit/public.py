"""What other rooms may use of audit."""

from .trail.actions import record

__all__ = ["record"]
