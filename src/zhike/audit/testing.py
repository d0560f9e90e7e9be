"""For other rooms' tests."""

from datetime import UTC, datetime
from typing import Any

from zhike.audit.models import AuditEntry, Delivery, OutboxMessage
from zhike.audit.outbox.actions import waiting
from zhike.audit.outbox.registry import find_handler


def recorded(*names: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events recorded so far as (name, facts), oldest first; only `names` when given."""
    entries = AuditEntry.objects.order_by("id")
    if names:
        entries = entries.filter(event__in=names)
    return [(entry.event, entry.facts) for entry in entries]


def deliver_recorded() -> int:
    """Call every handler with what it is owed, as the worker would, and return how many calls were made.

    A handler that raises fails the test.
    """
    calls = 0
    while delivery := waiting().select_related("message").order_by("message_id", "handler").first():
        handler = find_handler(delivery.message.event, delivery.handler)
        if handler is not None:
            handler(delivery.message.facts)
        Delivery.objects.filter(id=delivery.id).update(done_at=delivery.message.at)
        calls += 1
    return calls


def park_delivery(**marks: Any) -> Delivery:
    """Make a message that one handler is owed, with these marks: `attempts`, `parked_at`, `problem` …"""
    message = OutboxMessage.objects.create(event="CustomerChanged", facts={}, sent_at=datetime(2026, 6, 1, tzinfo=UTC))
    return Delivery.objects.create(message=message, handler="tests.taker", **marks)
