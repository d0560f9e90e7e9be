"""Starting, cancelling and repeating simulations. They change no class: the worker computes, the result is kept."""

from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from procrastinate.contrib.django import app

from zhike.audit.public import record
from zhike.classification.errors import NotPreviewable
from zhike.classification.evaluation.asked_day import find_today
from zhike.classification.events import SimulationAsked
from zhike.classification.models import Scheme, SchemeVersion, Simulation
from zhike.classification.schemes import queries as schemes
from zhike.classification.schemes import rule_checks
from zhike.engine.public import MOST_MONTHS
from zhike.kit.actor import Actor

from .errors import MonthsWrong, NoSuchVersion, SimulationGoesOn, SimulationIsOver

SILENT = timedelta(seconds=90)  # a worker that says nothing for so long was killed or cut off
OPEN = (Simulation.Status.QUEUED, Simulation.Status.RUNNING)


class Change(Protocol):
    """Something that is done to a simulation there is."""

    def __call__(self, *, simulation_id: int, by: Actor, at: datetime) -> Simulation: ...


@transaction.atomic
def start_simulation(
    *,
    key: str,
    before: int | None = None,
    after: int | None = None,
    as_of: date | None = None,
    months: int = 12,
    by: Actor,
    at: datetime,
) -> Simulation:
    """Ask the worker to try a version of a scheme against another one; both are kept as they are at this moment.

    :param after: number of the version to try, by default the draft, else the one in force. :param before: number of
        the version to compare with, by default the one in force; 0: none. :param as_of: default today.
    :raises NoSuchVersion, NotPreviewable, DayInFuture, MonthsWrong, RuleHasProblems: then nothing was started.
    """
    scheme = schemes.get_scheme(key=key)
    if scheme.kind == Scheme.Kind.HAND:
        raise NotPreviewable(name=scheme.name)
    tried = (
        _version(scheme, after) if after else schemes.find_draft(scheme=scheme) or schemes.get_version(scheme=scheme)
    )
    if tried is None:
        raise NotPreviewable(name=scheme.name)
    compared = schemes.get_version(scheme=scheme) if before is None else _version(scheme, before) if before else None
    today = find_today(day=as_of, at=at)
    if not 0 <= months <= MOST_MONTHS:
        raise MonthsWrong(months=months, most=MOST_MONTHS)
    if scheme.kind == Scheme.Kind.RULE:
        classes = schemes.list_classes(scheme_id=scheme.id)
        rule_checks.check_rules(scheme=scheme, classes=classes, rules_by_class=tried.rules)
    simulation = Simulation.objects.create(
        scheme=scheme,
        before_number=compared.number if compared else None,
        after_number=tried.number,
        inputs={"before": _kept(compared), "after": _kept(tried)},
        as_of=as_of or today,
        months=months,
        created_at=at,
        by_id=by.id if by.kind == "user" else None,
    )
    record(event=SimulationAsked(simulation.id, scheme.id, simulation.before_number, tried.number), by=by)
    _defer(simulation.id)
    return simulation


@transaction.atomic
def cancel_simulation(*, simulation_id: int, by: Actor, at: datetime) -> Simulation:
    """Ask a simulation to stop after the step at hand; one that waits or was cut off is over at once.

    :raises SimulationIsOver: if it has ended.
    """
    simulation = Simulation.objects.select_for_update().get(id=simulation_id)
    if simulation.status not in OPEN:
        raise SimulationIsOver
    simulation.cancel_asked_at = at
    if simulation.status == Simulation.Status.QUEUED or is_interrupted(simulation, at):
        simulation.status, simulation.finished_at = Simulation.Status.CANCELLED, at
    simulation.save(update_fields=["cancel_asked_at", "status", "finished_at"])
    return simulation


@transaction.atomic
def repeat_simulation(*, simulation_id: int, by: Actor, at: datetime) -> Simulation:
    """Run a simulation that has ended, or was cut off, again with what went in then.

    :raises SimulationGoesOn: while it is under way.
    """
    simulation = Simulation.objects.select_for_update().get(id=simulation_id)
    if simulation.status in OPEN and not is_interrupted(simulation, at):
        raise SimulationGoesOn
    simulation.status, simulation.done, simulation.problem = Simulation.Status.QUEUED, 0, ""
    simulation.result = simulation.cancel_asked_at = simulation.finished_at = simulation.beat_at = None
    simulation.save()
    _defer(simulation.id)
    return simulation


def is_interrupted(simulation: Simulation, at: datetime) -> bool:
    """Tell whether the worker has fallen silent in the middle."""
    running = simulation.status == Simulation.Status.RUNNING
    return running and (simulation.beat_at is None or at - simulation.beat_at > SILENT)


def _defer(simulation_id: int) -> None:
    app.configure_task("classification.simulate").defer(simulation_id=simulation_id)


def _version(scheme: Scheme, number: int) -> SchemeVersion:
    versions = {one.number: one for one in SchemeVersion.objects.filter(scheme=scheme).order_by("number")}
    if number not in versions:
        raise NoSuchVersion(name=scheme.name, number=number, numbers=", ".join(map(str, versions)))
    return versions[number]


def _kept(version: SchemeVersion | None) -> dict[str, Any] | None:
    return {"parameters": version.parameters, "rules": version.rules} if version else None
