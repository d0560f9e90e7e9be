from django.utils.timezone import now
from procrastinate.contrib.django import app

from zhike.api.idempotency import actions


@app.periodic(cron="41 3 * * *")
@app.task(name="api.sweep_keys", queueing_lock="api.sweep_keys")
def sweep_keys(timestamp: int) -> None:
    actions.sweep_keys(at=now())
