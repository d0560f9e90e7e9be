from django.utils.timezone import now
from procrastinate.contrib.django import app

from zhike.audit.outbox import actions


@app.task(name="audit.deliver")
def deliver(key: str) -> None:
    actions.deliver(key=key, at=now())


@app.periodic(cron="* * * * *")
@app.task(name="audit.wake_waiting", queueing_lock="audit.wake_waiting")
def wake_waiting(timestamp: int) -> None:
    actions.wake_waiting(at=now())


@app.periodic(cron="17 3 * * *")
@app.task(name="audit.sweep_sent", queueing_lock="audit.sweep_sent")
def sweep_sent(timestamp: int) -> None:
    actions.sweep_sent(at=now())
