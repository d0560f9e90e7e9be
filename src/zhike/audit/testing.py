"""For other rooms' tests."""

from typing import Any

from zhike.audit.models import AuditEntry


def recorded(*names: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events recorded so far as (name, facts), oldest first; only `names` when given."""
    entries = AuditEntry.objects.order_by("id")
    if names:
        entries = entries.filter(event__in=names)
    return [(entry.event, entry.facts) for entry in entries]
