from django.utils.timezone import now
from procrastinate.contrib.django import app

from .runs.actions import start_due_runs
from .runs.running import compute_run


@app.task(name="analytics.run", lock="analytics.run")
def run(run_id: int) -> None:
    """Compute a run of an analysis. Does nothing for one that has ended."""
    compute_run(run_id=run_id)


@app.periodic(cron="20 * * * *")
@app.task(name="analytics.weekly", queueing_lock="analytics.weekly")
def run_weekly(timestamp: int) -> None:
    """Run what was never run, or a week ago."""
    start_due_runs(at=now())
