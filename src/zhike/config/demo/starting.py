"""Hands loading and clearing to the worker, one at a time."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.timezone import now
from procrastinate.exceptions import AlreadyEnqueued

from zhike.accounts.public import Actor
from zhike.config import tasks
from zhike.config.demo.errors import DemoAlreadyThere, DemoNotThere, DemoUnderWay
from zhike.config.demo.queries import get_demo_state


@transaction.atomic
def start_loading(*, by: Actor, language: str, at: datetime | None = None) -> None:
    """:raises DemoUnderWay, DemoAlreadyThere: and starts nothing."""
    state = get_demo_state()
    if state.job:
        raise DemoUnderWay
    if state.loaded:
        raise DemoAlreadyThere(customers=state.customers)
    _defer(lambda: tasks.load_demo.defer(at=(at or now()).isoformat(), language=language, user_id=by.id))


@transaction.atomic
def start_clearing(*, by: Actor) -> None:
    """:raises DemoUnderWay, DemoNotThere: and starts nothing."""
    state = get_demo_state()
    if state.job:
        raise DemoUnderWay
    if not state.customers and not state.orders:
        raise DemoNotThere
    _defer(lambda: tasks.clear_demo.defer(user_id=by.id))


def _defer(job: Callable[[], object]) -> None:
    try:
        with transaction.atomic():
            job()
    except AlreadyEnqueued as error:
        raise DemoUnderWay from error
