from django.utils.timezone import now
from procrastinate.contrib.django import app

from zhike.kit.actor import SYSTEM

from .assignments.overrides import end_due_overrides
from .evaluation import actions, checking, schedule
from .evaluation.at_once import judge_due
from .simulation.running import run_simulation

QUEUE = schedule.RUN


@app.task(name=QUEUE, lock=QUEUE, queueing_lock=QUEUE)
def run_classification() -> None:
    """Bring all classes up to date with what is known now. Does nothing twice."""
    actions.run_classification(by=SYSTEM, at=now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="classification.daily", queueing_lock="classification.daily")
def run_daily(timestamp: int) -> None:
    schedule.run_if_new_day(at=now())


@app.periodic(cron="20 * * * *")
@app.task(name="classification.check", lock=QUEUE, queueing_lock="classification.check")
def check_nightly(timestamp: int) -> None:
    """Once each night: does the engine's copy hold what the database holds? What differs is copied anew."""
    checking.check_at_night(at=now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="classification.sweep", lock="classification.sweep", queueing_lock="classification.sweep")
def sweep(timestamp: int) -> None:
    """Do what time alone brings within the day: ends of overrides, of stays and of graces, and rules with hours."""
    at = now()
    end_due_overrides(at=at)
    judge_due(at=at)
    schedule.run_if_hours_count(at=at)


@app.task(name="classification.simulate")
def simulate(simulation_id: int) -> None:
    """Compute a simulation. Does nothing for one that has ended."""
    run_simulation(simulation_id=simulation_id)
