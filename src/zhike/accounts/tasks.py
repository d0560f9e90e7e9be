from django.utils.timezone import now
from procrastinate.contrib.django import app

from zhike.accounts.sign_in import actions


@app.periodic(cron="29 3 * * *")
@app.task(name="accounts.sweep_sign_ins", queueing_lock="accounts.sweep_sign_ins")
def sweep_sign_ins(timestamp: int) -> None:
    actions.sweep_sign_ins(at=now())
