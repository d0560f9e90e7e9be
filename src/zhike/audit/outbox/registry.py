"""Who is told of which event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhike.kit.registry import Registry

type Handler = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Subscription:
    event: str  # class name of the event
    key: str  # "<room>.<what it does>": names the handler in the database, so it never changes
    handler: Handler


subscriptions: Registry[Subscription] = Registry("subscriptions")


def subscribe(event_name: str, key: str, handler: Handler) -> None:
    """Have `handler` called with the facts of every `event_name` recorded from now on.

    It runs in the worker after the change is committed: at least once, in the order of the changes, outside any
    transaction, so it must be idempotent. When it raises, it alone is tried again, later each time. One key may
    listen to several events; its calls never overlap.
    """
    subscriptions.add(f"{event_name} → {key}", Subscription(event_name, key, handler))


def handler_keys(event_name: str) -> list[str]:
    """Return the keys of the handlers that listen to an event."""
    return [one.key for one in subscriptions if one.event == event_name]


def find_handler(event_name: str, key: str) -> Handler | None:
    """Return the handler; None when the code that listened is gone."""
    subscription = subscriptions.get(f"{event_name} → {key}")
    return subscription.handler if subscription else None
