from django.utils.timezone import now
from procrastinate.contrib.django import app

from zhike.kit.actor import SYSTEM

from .evaluation import actions, schedule
from .simulation.running import run_simulation

QUEUE = "classification.run"


@app.task(name=QUEUE, lock=QUEUE, queueing_lock=QUEUE)
def run_classification() -> None:
    """Bring all classes up to date with what is known now. Does nothing twice."""
    actions.run_classification(by=SYSTEM, at=now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="classification.daily", queueing_lock="classification.daily")
def run_daily(timestamp: int) -> None:
    schedule.run_if_new_day(at=now())


@app.task(name="classification.simulate")
def simulate(simulation_id: int) -> None:
    """Compute a simulation. Does nothing for one that has ended."""
    run_simulation(simulation_id=simulation_id)
