"""The background worker: runs jobs from the database, and takes up those whose worker died."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

HEARTBEAT = 5.0  # seconds between a worker's signs of life
SILENCE = 20.0  # seconds without one, after which a worker counts as dead
SWEEP = 5.0  # seconds between looks for the jobs of dead workers
GRACE = 20.0  # seconds that running jobs get when the worker is asked to stop
log = logging.getLogger(__name__)


def run_worker(*, wait: bool = True, concurrency: int = 2) -> None:
    """Run jobs until asked to stop; with `wait=False`, until none is left."""
    connector = django_app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("the worker needs Django to be set up")
    with django_app.replace_connector(connector.get_worker_connector()) as app:
        asyncio.run(_work(app, wait=wait, concurrency=concurrency))


async def _work(app: App, *, wait: bool, concurrency: int) -> None:
    async with app.open_async():
        sweeper = asyncio.create_task(_sweep_for_ever(app))
        try:
            with asked_once_is_enough():
                await app.run_worker_async(
                    wait=wait,
                    concurrency=concurrency,
                    fetch_job_polling_interval=2.0,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=SILENCE,
                    shutdown_graceful_timeout=GRACE,
                    delete_jobs="never",
                )
        finally:
            sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await sweeper


@contextmanager
def asked_once_is_enough() -> Iterator[None]:
    """Let running jobs have their time although the supervisor asks twice.

    The worker hears SIGTERM once and then puts back what stood before, which would end it, and its jobs, at once.
    """
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def _sweep_for_ever(app: App) -> None:
    while True:
        try:
            await retry_stalled_jobs(app)
        except Exception:  # the database may be restarting: the next round comes
            log.exception("looking for stalled jobs")
        await asyncio.sleep(SWEEP)


async def retry_stalled_jobs(app: App, *, silence: float = SILENCE) -> list[int]:
    """Make the jobs of dead workers run again; return their ids. Jobs are idempotent, so a doubt costs only time."""
    retried = []
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silence):
        log.warning("job %s (%s) lost its worker and starts again", job.id, job.task_name)
        try:
            await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
        except UniqueViolation:
            # The same work is queued anew and waits for this job's lock: end this one, and that one does the work.
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            retried.append(job.id or 0)
    return retried
