"""Background entry: loading and clearing of the sample data."""

from datetime import datetime

from django.utils.timezone import now
from procrastinate.contrib.django import app

from zhike.accounts.public import SYSTEM, get_actor
from zhike.config.demo import actions
from zhike.kit.actor import Actor


@app.task(name="config.load_demo", lock="config.demo", queueing_lock="config.demo")
def load_demo(at: str, language: str, user_id: int | None) -> None:
    actions.load_demo(by=_who(user_id), at=datetime.fromisoformat(at), language=language)


@app.task(name="config.clear_demo", lock="config.demo", queueing_lock="config.demo")
def clear_demo(user_id: int | None) -> None:
    actions.clear_demo(by=_who(user_id), at=now())


def _who(user_id: int | None) -> Actor:
    return (get_actor(user_id=user_id) if user_id else None) or SYSTEM
