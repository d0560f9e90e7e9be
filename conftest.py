"""Rules for every test: no network beyond this machine; a browser comes last."""

import gc
import ipaddress
import signal
import socket
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

LOCAL_NAMES = {"localhost", ""}
KEPT = {"django_content_type", "auth_permission"}
OF_JOBS = [f"procrastinate_{name}" for name in ("jobs", "events", "periodic_defers", "workers")]
ENDING = (signal.SIGINT, signal.SIGTERM)
DAY, SHORTLY = 86_400, 30  # seconds
MIDNIGHTS = (0, 16 * 3600)  # seconds after midnight in UTC at which a day begins: there and in China
MOST = 16 * 1024 * 1024  # bytes of tables that are emptied row by row
TOUCHED = """
SELECT relname, pg_relation_size(oid), current_setting('is_superuser') = 'on'
FROM pg_class WHERE oid = ANY (SELECT to_regclass(name) FROM unnest(%s::text[]) AS n (name))
AND pg_relation_size(oid) > 0"""


def _is_local(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket in the file system
    host = str(address[0])
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


# What tests draw by chance is the same each time and everywhere; new cases are for who asks for them.
_ANY_SPEED = {"deadline": None, "suppress_health_check": [*HealthCheck], "database": None, "print_blob": True}
settings.register_profile("repeatable", **_ANY_SPEED, derandomize=True)
settings.register_profile("fresh", **_ANY_SPEED, derandomize=False)
settings.load_profile("repeatable")


def pytest_configure() -> None:
    """End in order when asked to: fixtures end what they started and drop their databases.

    Who is asked twice at once, by a terminal and by who started it, goes on ending.
    """
    asked = 0.0

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        before, asked = asked, time.monotonic()
        if asked - before > 2:
            raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        for number in ENDING:
            signal.signal(number, end)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests in a browser last: Playwright leaves an event loop running, in which Django refuses to work.

    Files with slow tests come first, so that no process is left alone with one at the end.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None, item.path not in slow))


def pytest_collection_finish() -> None:
    """What is there now stays: to look through it for garbage again and again is a fourteenth of the work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_unconfigure() -> None:
    gc.unfreeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """A test ends on the day on which it began, in UTC and where our firms are: shortly before midnight it waits."""
    left = min((midnight - time.time()) % DAY for midnight in MIDNIGHTS)
    if left < SHORTLY:
        time.sleep(left + 0.1)


@pytest.fixture(autouse=True, scope="session")
def _emptied_quickly() -> Iterator[None]:
    """After a test that committed, delete the rows that are there; Django would make all tables anew, which costs most
    of them more than what they do. Kinds of content and permissions of our apps are always the same, so they stay.
    """
    from django.db import connections
    from django.test import testcases

    def empty(command: str, **options: Any) -> None:
        connection = connections[options["database"]]
        if delete_rows(connection):
            return
        call_command(command, **options)
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")

    call_command = testcases.call_command
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(testcases, "call_command", empty)
        yield


def delete_rows(connection: Any) -> bool:
    """Empty all tables, those of the jobs too, which Django does not know as its own; tell whether that was possible.

    It is for a superuser, whom no reference and no trigger holds up, and where little was written: what is deleted
    still takes its place, so from time to time tables are made anew.
    """
    from django.apps import apps
    from django.db import transaction

    own = connection.introspection.django_table_names(only_existing=False, include_views=False)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(TOUCHED, [[*(name for name in own if name not in KEPT), *OF_JOBS]])
        touched = cursor.fetchall()
        if sum(size for _, size, _ in touched) > MOST or not all(may for *_, may in touched):
            return False
        words = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name, _, _ in touched]
        strange = sql.SQL("DELETE FROM django_content_type WHERE app_label <> ALL ({})").format([*apps.app_configs])
        cursor.execute(sql.SQL("; ").join([sql.SQL("SET LOCAL session_replication_role = replica"), strange, *words]))
    return True


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What the test before wrote is rolled back or deleted; what this process remembers of it is neither.

    Nor does it still speak the language of the page that was asked for last, or keep its time.
    """
    from django.apps import apps

    if not apps.ready:  # tests of how tests run have no Django
        return
    from django.core.cache import cache
    from django.utils import timezone, translation

    from zhike.accounts.organisation.queries import forget_organisation
    from zhike.customers.remembering import Remembered

    Remembered.forget_all()
    forget_organisation()
    cache.clear()
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _asked_to_end_as_before() -> Iterator[None]:
    """A command that a test runs in this process may answer Ctrl-C and SIGTERM; afterwards they are ours again."""
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, answer in before.items():
        if signal.getsignal(number) is not answer:
            signal.signal(number, answer)


@pytest.fixture(autouse=True, scope="session")
def _network_off() -> Iterator[None]:
    """A test that reaches out fails, and says where to."""
    connect = socket.socket.connect

    def connect_nearby(self: socket.socket, address: Any) -> None:
        if not _is_local(address):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_nearby)
        yield
