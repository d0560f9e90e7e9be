from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from zhike.audit.models import AuditEntry
from zhike.audit.outbox.actions import post_message
from zhike.kit.actor import Actor


def record(*, event: Any, by: Actor) -> None:
    """Write an event to the trail and the outbox. Call it in the transaction of the change.

    `event` is a frozen dataclass in the past tense. Its subject is the first field named `<noun>_id`.

    :raises TypeError: if `event` is no dataclass, or holds a value that JSON cannot.
    """
    if not is_dataclass(event) or isinstance(event, type):
        raise TypeError(f"{event!r} is not an event")
    name = type(event).__name__
    facts = {key: _plain(value) for key, value in asdict(event).items()}
    noun = next((key for key in facts if key.endswith("_id")), "")
    AuditEntry.objects.create(
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        event=name,
        subject_kind=noun.removesuffix("_id"),
        subject_id=facts.get(noun),
        facts=facts,
    )
    post_message(event=name, facts=facts)


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case dict():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(one) for one in value]
        case None | bool() | int() | str():
            return value
    raise TypeError(f"an event cannot hold {type(value).__name__}")
