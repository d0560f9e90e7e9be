"""What is recorded reaches every handler that listens, in order, and failures stay with the handler that failed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.timezone import now
from procrastinate.contrib.django.models import ProcrastinateJob

from zhike.audit.models import AuditEntry, Delivery, OutboxMessage
from zhike.audit.outbox import actions, registry
from zhike.audit.public import ask_once, record, subscribe
from zhike.audit.testing import deliver_recorded
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db
FIRST, SECOND = "tests.first", "tests.second"


@dataclass(frozen=True, slots=True)
class KettleBoiled:
    kettle_id: int


@dataclass(frozen=True, slots=True)
class NobodyListens:
    kettle_id: int


class Listener:
    def __init__(self) -> None:
        self.heard: list[int] = []
        self.broken = False

    def __call__(self, facts: Any) -> None:
        if self.broken:
            raise RuntimeError("no steam")
        self.heard.append(facts["kettle_id"])


@pytest.fixture(autouse=True)
def _no_jobs_of_others(db: None) -> None:
    """Tests that commit leave jobs behind: the queue's tables are not emptied between tests."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")


@pytest.fixture
def listeners(monkeypatch: pytest.MonkeyPatch) -> tuple[Listener, Listener]:
    monkeypatch.setattr(registry.subscriptions, "_items", dict(registry.subscriptions._items))
    first, second = Listener(), Listener()
    subscribe("KettleBoiled", FIRST, first)
    subscribe("KettleBoiled", SECOND, second)
    return first, second


def boil(*numbers: int) -> None:
    for number in numbers:
        record(event=KettleBoiled(number), by=SYSTEM)


def jobs() -> list[tuple[str, dict[str, Any]]]:
    waiting = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return [(job.task_name, job.args) for job in waiting]


def test_every_handler_hears_every_event_in_order(listeners):
    boil(1, 2, 3)
    for key in (FIRST, SECOND):
        assert actions.deliver(key=key, at=now()) == 3
    assert [one.heard for one in listeners] == [[1, 2, 3], [1, 2, 3]]
    assert OutboxMessage.objects.filter(sent_at=None).count() == 0


def test_a_message_counts_as_sent_only_when_all_handlers_have_it(listeners):
    boil(1)
    actions.deliver(key=FIRST, at=now())
    assert OutboxMessage.objects.get().sent_at is None
    actions.deliver(key=SECOND, at=now())
    assert OutboxMessage.objects.get().sent_at is not None


def test_a_failing_handler_is_tried_again_alone_and_keeps_the_order(listeners):
    first, second = listeners
    first.broken = True
    boil(1, 2)
    assert actions.deliver(key=FIRST, at=now()) == 0
    assert actions.deliver(key=SECOND, at=now()) == 2
    failed = Delivery.objects.get(handler=FIRST, attempts=1)
    assert failed.problem == "RuntimeError: no steam"

    first.broken = False
    assert actions.deliver(key=FIRST, at=now()) == 0  # not before the pause is over
    assert actions.deliver(key=FIRST, at=now() + timedelta(seconds=6)) == 2
    assert (first.heard, second.heard) == ([1, 2], [1, 2])


def test_what_keeps_failing_is_parked_and_lets_the_others_pass(listeners):
    first, _ = listeners
    first.broken = True
    boil(1)
    for day in range(10):
        actions.deliver(key=FIRST, at=now() + timedelta(days=day + 1))
    assert Delivery.objects.get(handler=FIRST).parked_at is not None
    first.broken = False
    boil(2)
    assert actions.deliver(key=FIRST, at=now()) == 1
    assert first.heard == [2]


def test_a_handler_killed_in_the_middle_is_called_again(listeners):
    first, _ = listeners
    boil(1)

    def killed(facts: Any) -> None:
        first(facts)
        raise KeyboardInterrupt

    registry.subscriptions._items[f"KettleBoiled → {FIRST}"] = registry.Subscription("KettleBoiled", FIRST, killed)
    with pytest.raises(KeyboardInterrupt):
        actions.deliver(key=FIRST, at=now())
    registry.subscriptions._items[f"KettleBoiled → {FIRST}"] = registry.Subscription("KettleBoiled", FIRST, first)
    assert actions.deliver(key=FIRST, at=now()) == 1
    assert first.heard == [1, 1]


def test_a_handler_whose_code_is_gone_does_not_hold_the_message(listeners):
    boil(1)
    del registry.subscriptions._items[f"KettleBoiled → {FIRST}"]
    actions.deliver(key=FIRST, at=now())
    actions.deliver(key=SECOND, at=now())
    assert Delivery.objects.get(handler=FIRST).problem == "no such handler"
    assert OutboxMessage.objects.get().sent_at is not None


def test_the_worker_is_woken_once_after_the_commit(listeners, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        boil(1, 2)
        assert jobs() == []
    assert jobs() == [("audit.deliver", {"key": FIRST}), ("audit.deliver", {"key": SECOND})]


def test_a_job_that_waits_already_is_not_asked_for_again():
    assert ask_once("audit.deliver", lock="tests.first", key=FIRST)
    assert not ask_once("audit.deliver", lock="tests.first", key=FIRST)
    assert jobs() == [("audit.deliver", {"key": FIRST})]


def test_an_event_without_listeners_wakes_nobody(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        record(event=NobodyListens(1), by=SYSTEM)
    assert jobs() == []
    assert OutboxMessage.objects.get().sent_at is not None


def test_what_was_rolled_back_is_never_passed_on(listeners):
    with transaction.atomic():
        boil(1)
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == OutboxMessage.objects.count() == Delivery.objects.count() == 0


def test_what_was_left_over_by_a_kill_is_woken_within_a_minute(listeners):
    boil(1)  # committed, and the process died before it could wake the worker
    actions.wake_waiting(at=now())
    assert jobs() == []  # too fresh: probably under way
    actions.wake_waiting(at=now() + timedelta(seconds=31))
    assert jobs() == [("audit.deliver", {"key": FIRST}), ("audit.deliver", {"key": SECOND})]


def test_old_messages_are_swept_and_the_trail_stays(listeners):
    boil(1, 2)
    deliver_recorded()
    OutboxMessage.objects.update(sent_at=datetime(2026, 1, 1, tzinfo=UTC))
    boil(3)
    actions.sweep_sent(at=datetime(2026, 2, 1, tzinfo=UTC))
    assert [message.facts for message in OutboxMessage.objects.all()] == [{"kettle_id": 3}]
    assert AuditEntry.objects.count() == 3
