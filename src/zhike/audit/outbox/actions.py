import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from zhike.audit.jobs import ask_once
from zhike.audit.models import Delivery, OutboxMessage

from . import registry, rules

log = logging.getLogger(__name__)
KEPT = timedelta(days=30)
NO_HANDLER = "no such handler"


def wake_after_commit(*, keys: Sequence[str]) -> None:
    """Have the worker woken for each handler once what is owed to it is committed.

    Waking inside the transaction would make every writer wait for the one that woke it first; should the process die
    between the two, `wake_waiting` wakes it within a minute.
    """
    for key in keys:
        transaction.on_commit(partial(wake, key=key), robust=True)


def wake(*, key: str, after: timedelta = timedelta(0)) -> None:
    """Have the worker deliver to a handler, unless it is already about to."""
    ask_once("audit.deliver", lock=f"deliver {key}", after=after, key=key)


def wake_waiting(*, at: datetime) -> None:
    """Wake every handler to which something has been owed for a while."""
    overdue = waiting().filter(due_at__lt=at - timedelta(seconds=30))
    for key in overdue.values_list("handler", flat=True).distinct():
        wake(key=key)


def deliver(*, key: str, at: datetime) -> int:
    """Call a handler with what it is owed, oldest first, and return how many calls succeeded.

    A failure ends the round, so that order holds; the next round starts after a pause. A message that keeps failing is
    parked and lets the others pass.
    """
    done = 0
    while delivery := waiting().filter(handler=key).select_related("message").order_by("message_id").first():
        if delivery.due_at > at:
            wake(key=key, after=delivery.due_at - at)
            return done
        if not _deliver_one(delivery):
            wake(key=key, after=rules.pause_after(delivery.attempts))
            return done
        done += 1
    return done


@transaction.atomic
def try_again(*, delivery_id: int, at: datetime) -> bool:
    """Owe a parked delivery to its handler once more; False where it is not parked."""
    delivery = Delivery.objects.select_for_update().filter(id=delivery_id, parked_at__isnull=False).first()
    if delivery is None:
        return False
    Delivery.objects.filter(id=delivery.id).update(parked_at=None, attempts=0, due_at=at)
    OutboxMessage.objects.filter(id=delivery.message_id).update(sent_at=None)
    transaction.on_commit(partial(wake, key=delivery.handler), robust=True)
    return True


def sweep_sent(*, at: datetime) -> int:
    """Remove messages that were passed on long ago, and return how many rows went. The trail stays."""
    return OutboxMessage.objects.filter(sent_at__lt=at - KEPT).delete()[0]


def waiting() -> Any:
    return Delivery.objects.filter(done_at__isnull=True, parked_at__isnull=True)


def _deliver_one(delivery: Delivery) -> bool:
    """Call the handler once. False: it failed and stays first in line."""
    handler = registry.find_handler(delivery.message.event, delivery.handler)
    if handler is None:
        _close(delivery, parked_at=now(), problem=NO_HANDLER)
        return True
    try:
        handler(delivery.message.facts)
    except Exception as error:
        log.exception("%s could not take %s %s", delivery.handler, delivery.message.event, delivery.message_id)
        return _postpone(delivery, f"{type(error).__name__}: {error}")
    _close(delivery, done_at=now(), problem="")
    return True


def _postpone(delivery: Delivery, problem: str) -> bool:
    delivery.attempts += 1
    delivery.due_at = now() + rules.pause_after(delivery.attempts)
    delivery.problem = problem[:2000]
    delivery.save(update_fields=["attempts", "due_at", "problem"])
    if delivery.attempts < rules.MAX_ATTEMPTS:
        return False
    _close(delivery, parked_at=now(), problem=delivery.problem)
    return True


@transaction.atomic
def _close(delivery: Delivery, **marks: Any) -> None:
    message = OutboxMessage.objects.select_for_update().get(id=delivery.message_id)
    Delivery.objects.filter(id=delivery.id).update(**marks)
    if not waiting().filter(message=message).exists():
        message.sent_at = now()
        message.save(update_fields=["sent_at"])
