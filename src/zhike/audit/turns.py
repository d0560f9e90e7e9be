"""One process at a time for a piece of work that a worker may be given twice."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

PAUSE = 0.1  # seconds between two tries


@contextmanager
def alone(kind: int, number: int, *, patience: float = 0.0) -> Iterator[bool]:
    """Hold a piece of work for this process, by the number of its kind and its own; False: another one has it.

    The database lets go of it a moment after the process died that held it: wait `patience` seconds for that.
    """
    first, until = _take(kind, number), time.monotonic() + patience
    while not first and time.monotonic() < until:
        time.sleep(PAUSE)
        first = _take(kind, number)
    try:
        yield first
    finally:
        if first and connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [kind, number])


def _take(kind: int, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [kind, number])
        return bool(cursor.fetchone()[0])
