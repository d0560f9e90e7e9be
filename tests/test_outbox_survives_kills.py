"""A worker killed with -9 in the middle of passing events on loses none, and keeps their order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection

from zhike.audit.models import OutboxMessage
from zhike.audit.outbox import registry
from zhike.audit.public import record, subscribe
from zhike.kit.actor import SYSTEM

SOURCE = Path(__file__).resolve().parent.parent / "src"
EVENTS = 6
WORKER = """
import sys, time, django
django.setup()
from pathlib import Path
from zhike.audit.public import subscribe
from zhike.config import worker

def hear(facts):
    with open(sys.argv[1], "a") as file:
        file.write(f"{facts['kettle_id']}\\n")
    while facts["kettle_id"] >= 1 and not Path(sys.argv[2]).exists():
        time.sleep(0.02)  # in the middle of the second one

subscribe("KettleBoiled", "tests.hear", hear)
worker.SWEEP = 0.2
worker.run_worker()
"""


@dataclass(frozen=True, slots=True)
class KettleBoiled:
    kettle_id: int


@pytest.fixture
def workers() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for worker in started:
        worker.kill()
        worker.wait()


def start_worker(heard: Path, go_on: Path) -> subprocess.Popen[bytes]:
    made = connection.settings_dict
    place = urlencode({key: made[key.upper()] for key in ("host", "port", "user", "password") if made[key.upper()]})
    environment = os.environ | {"DATABASE_URL": f"postgresql:///{made['NAME']}?{place}", "PYTHONPATH": str(SOURCE)}
    return subprocess.Popen([sys.executable, "-c", WORKER, str(heard), str(go_on)], env=environment)


def lines(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_event_is_lost_and_the_order_holds(tmp_path, workers, monkeypatch):
    monkeypatch.setattr(registry.subscriptions, "_items", dict(registry.subscriptions._items))
    subscribe("KettleBoiled", "tests.hear", print)
    for number in range(EVENTS):
        record(event=KettleBoiled(number), by=SYSTEM)
    heard, go_on = tmp_path / "heard", tmp_path / "go on"
    workers.append(start_worker(heard, go_on))
    wait_until(lambda: len(lines(heard)) >= 2)
    workers[0].send_signal(signal.SIGKILL)
    workers[0].wait()
    record(event=KettleBoiled(EVENTS), by=SYSTEM)  # queued behind the dead one
    before = len(lines(heard))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    go_on.touch()
    workers.append(start_worker(heard, go_on))
    wait_until(lambda: not OutboxMessage.objects.filter(sent_at=None).exists())
    told = lines(heard)
    assert before == 2
    assert sorted(set(told)) == list(range(EVENTS + 1))
    assert told == sorted(told)
    assert len(told) <= EVENTS + 2  # the one under way when the worker died may be told twice
