from procrastinate.contrib.django import app

from .runs.running import compute_run


@app.task(name="analytics.run", lock="analytics.run")
def run(run_id: int) -> None:
    """Compute a run of an analysis. Does nothing for one that has ended."""
    compute_run(run_id=run_id)
