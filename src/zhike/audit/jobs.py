"""Asking the worker for a job that need not wait twice."""

from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from .prepared import prepared_cursor

WAITS = "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo')"


def ask_once(name: str, *, lock: str, after: timedelta = timedelta(0), **given: str) -> bool:
    """Have the worker do a job with what is given, after a while; False where one of this lock waits already.

    Two jobs of one lock never run at once. What is committed before the call, a job sees that waits already.
    """
    # Nearly always one waits already: to look costs a fifth of being refused, and a transaction that is rolled back,
    # even to a savepoint, takes all statements with it that the session keeps prepared.
    with prepared_cursor() as cursor:
        cursor.execute(WAITS, [lock])
        if cursor.fetchone()[0]:
            return False
    task = app.configure_task(name, lock=lock, queueing_lock=lock, schedule_in={"seconds": after.seconds})
    try:
        with transaction.atomic():
            task.defer(**given)
    except AlreadyEnqueued:
        return False
    return True
