import json
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from zhike.audit.outbox.actions import wake_after_commit
from zhike.audit.outbox.registry import handler_keys
from zhike.audit.prepared import prepared_cursor
from zhike.kit.actor import Actor

# The entry, the message and what is owed to each handler in one statement: nearly every write of the product says what
# it did. A message that nobody listens to counts as sent.
WRITE = """
WITH entry AS (
  INSERT INTO audit_auditentry (actor_kind, actor_id, actor_name, event, subject_kind, subject_id, facts)
  VALUES (%(kind)s, %(actor)s, %(name)s, %(event)s, %(noun)s, %(subject)s, %(facts)s)),
message AS (
  INSERT INTO audit_outboxmessage (event, facts, sent_at)
  VALUES (%(event)s, %(facts)s, CASE WHEN cardinality(%(keys)s::text[]) = 0 THEN statement_timestamp() END)
  RETURNING id)
INSERT INTO audit_delivery (message_id, handler, attempts, problem)
SELECT id, unnest(%(keys)s::text[]), 0, '' FROM message ORDER BY 2"""


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
    keys = handler_keys(name)
    given = {
        "kind": by.kind,
        "actor": by.id,
        "name": by.name,
        "event": name,
        "noun": noun.removesuffix("_id"),
        "subject": facts.get(noun),
        "facts": json.dumps(facts),
        "keys": keys,
    }
    with prepared_cursor() as cursor:
        cursor.execute(WRITE, given)
    wake_after_commit(keys=keys)


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
