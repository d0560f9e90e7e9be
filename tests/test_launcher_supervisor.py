"""Web server and worker are kept running, and end with the supervisor, however that ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app as django_app

from zhike.config.supervisor import Child, Supervisor
from zhike.config.worker import retry_stalled_jobs

SOURCE = Path(__file__).resolve().parent.parent / "src"
FOLLOWER = "from zhike.config.parent import follow_parent; import time; follow_parent(); time.sleep(60)"


def wait_until(true: Callable[[], bool], seconds: float = 50) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def sleeper(name: str) -> Child:
    return Child(name, [sys.executable, "-c", "import time; time.sleep(60)"], os.environ)


def test_a_child_that_dies_is_started_again(capfd: pytest.CaptureFixture[str]) -> None:
    supervisor = Supervisor(os.environ, [sleeper("worker")])
    child = supervisor.children[0]
    child.pause = 0.05
    child.start()
    watching = threading.Thread(target=supervisor.watch)
    watching.start()
    try:
        assert child.process
        first = child.process.pid
        child.process.kill()
        assert wait_until(lambda: bool(child.process and child.process.pid != first and child.process.poll() is None))
    finally:
        supervisor.stop()
        watching.join()
    assert child.is_down()
    assert "zhike: worker ended (-9); starting it again in 0.05 s." in capfd.readouterr().err


def test_a_child_that_keeps_dying_is_started_ever_more_slowly() -> None:
    supervisor = Supervisor(os.environ, [Child("worker", [sys.executable, "-c", ""], os.environ, pause=0.05)])
    child = supervisor.children[0]
    child.start()
    for _ in range(2):
        assert child.process
        child.process.wait()
        supervisor._start_again(child)
    supervisor.stop()
    assert child.pause == 0.2


def test_a_child_that_did_not_hear_is_asked_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("zhike.config.supervisor.FIRST_ASKING", 0.2)
    up = tmp_path / "up"
    deaf_once = """
import signal, sys, time
from pathlib import Path
def first(*_):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
signal.signal(signal.SIGTERM, first)
Path(sys.argv[1]).touch()
time.sleep(60)
time.sleep(60)
"""
    child = Child("worker", [sys.executable, "-c", deaf_once, str(up)], os.environ)
    supervisor = Supervisor(os.environ, [child])
    child.start()
    assert wait_until(up.exists)
    supervisor.stop()
    assert child.process
    assert child.process.returncode == 7


def test_a_worker_asked_twice_lets_its_job_have_its_time() -> None:
    code = """
import asyncio, os, signal, time
from procrastinate import App
from procrastinate.testing import InMemoryConnector
from zhike.config.worker import asked_once_is_enough
app = App(connector=InMemoryConnector())

@app.task(name="slow")
def slow():
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.3)
    print("done", flush=True)

async def work():
    async with app.open_async():
        await slow.defer_async()
        with asked_once_is_enough():
            await app.run_worker_async(shutdown_graceful_timeout=10)

asyncio.run(work())
print("in order")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.stdout, done.returncode) == ("done\nin order\n", 0), done.stderr


def test_children_end_when_their_supervisor_is_killed() -> None:
    code = f"""
import os, sys
from zhike.config.supervisor import Child, Supervisor
supervisor = Supervisor(os.environ)
child = Child("worker", [sys.executable, "-c", {FOLLOWER!r}], os.environ)
child.start()
print(child.process.pid, flush=True)
supervisor.watch()
"""
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    parent = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    assert wait_until(lambda: not is_running(child))


def is_running(pid: int) -> bool:
    stat = Path("/proc", str(pid), "stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_dead_worker_runs_again_and_that_of_a_living_one_does_not() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s), (now()) RETURNING id",
            [timedelta(minutes=1)],
        )
        dead, living = (row[0] for row in cursor.fetchall())
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, worker_id) "
            "VALUES ('default', 'x', 'doing', 1, %s), ('default', 'x', 'doing', 1, %s) RETURNING id",
            [dead, living],
        )
        left, running = (row[0] for row in cursor.fetchall())
    assert sweep() == [left]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs WHERE task_name = 'x' ORDER BY id")
        assert cursor.fetchall() == [(left, "todo"), (running, "doing")]
    assert sweep() == []


@pytest.mark.django_db(transaction=True)
def test_a_dead_job_makes_way_for_the_same_work_queued_after_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s) RETURNING id",
            [timedelta(minutes=1)],
        )
        (dead,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, lock, queueing_lock, worker_id) "
            "VALUES ('default', 'y', 'doing', 'y', 'y', %s), ('default', 'y', 'todo', 'y', 'y', NULL) RETURNING id",
            [dead],
        )
        left, queued = (row[0] for row in cursor.fetchall())
    assert sweep() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs WHERE task_name = 'y' ORDER BY id")
        assert cursor.fetchall() == [(left, "failed"), (queued, "todo")]


@async_to_sync
async def sweep() -> list[int]:
    with django_app.replace_connector(django_app.connector.get_worker_connector()) as app:
        async with app.open_async():
            return await retry_stalled_jobs(app)
