"""A simulation in the worker. Killed at any point it has changed nothing, and the worker begins it anew."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from zhike.accounts.public import get_organisation
from zhike.audit.public import alone
from zhike.classification.evaluation.actions import get_store
from zhike.classification.evaluation.specs import home_country, make_spec, make_specs, split_spec
from zhike.classification.models import CustomerClass, Scheme, SchemeVersion, Simulation
from zhike.classification.schemes.queries import list_schemes_in_force
from zhike.engine.public import Month, MonthSide, SchemeSpec, Sets, Simulated, simulate, simulate_sets
from zhike.kit.errors import Refusal

Status = Simulation.Status
ONE_SIMULATION = 7_105_001  # advisory lock, with the simulation's id


class _Cancelled(Exception):
    """Somebody asked the simulation to stop."""


def run_simulation(*, simulation_id: int) -> Simulation | None:
    """Compute what a simulation asks for and keep the result with it, all at once.

    A second caller at the same time, or for one that has ended, does nothing. A refusal ends it as failed, with the
    sentence kept.
    """
    with alone(ONE_SIMULATION, simulation_id) as first:
        simulation = Simulation.objects.select_related("scheme").filter(id=simulation_id).first()
        if simulation is None or not first or simulation.status not in (Status.QUEUED, Status.RUNNING):
            return simulation
        simulation.status, simulation.done, simulation.beat_at = Status.RUNNING, 0, now()
        simulation.save(update_fields=["status", "done", "beat_at"])
        try:
            simulation.result = to_json(_simulate(simulation))
            simulation.status = Status.DONE
        except _Cancelled:
            simulation.status = Status.CANCELLED
        except Refusal as refusal:
            with override(get_organisation().language):
                simulation.status, simulation.problem = Status.FAILED, refusal.message
        except Exception:
            with override(get_organisation().language):
                simulation.problem = _("It broke off through a fault of ours. Run it again.")
            simulation.status = Status.FAILED
            _end(simulation)
            raise
        _end(simulation)
        return simulation


def _end(simulation: Simulation) -> None:
    simulation.finished_at = now()
    simulation.save(update_fields=["status", "result", "problem", "finished_at"])


def _simulate(simulation: Simulation) -> Simulated:
    home = home_country()
    classes = list(CustomerClass.objects.filter(scheme_id=simulation.scheme_id).order_by("position", "id"))
    in_force = [
        spec
        for one in list_schemes_in_force()
        if one.scheme.kind != Scheme.Kind.HAND
        for spec in make_specs(one, home=home)
    ]
    scheme, kept = simulation.scheme, simulation.inputs
    before = _spec(scheme, kept["before"], classes, home) if kept["before"] else None
    after = _spec(scheme, kept["after"], classes, home)
    given: dict[str, Any] = {"schemes": in_force, "as_of": simulation.as_of, "months": simulation.months}
    given["told"] = lambda done, steps: _tell(simulation, done, steps)
    if scheme.overlapping:
        apart = split_spec(scheme, before) if before else []
        return simulate_sets(get_store(), before=apart, after=split_spec(scheme, after), **given)
    return simulate(get_store(), before=before, after=after, **given)


def _spec(scheme: Scheme, kept: Mapping[str, Any], classes: list[CustomerClass], home: str) -> SchemeSpec:
    """Return a version as it was kept; a class that was retired since counts where the version has a rule for it."""
    version = SchemeVersion(scheme=scheme, parameters=dict(kept["parameters"]), rules=dict(kept["rules"]))
    then = [one for one in classes if one.retired_at is None or one.key in version.rules]
    return make_spec(scheme, version, then, home=home)


def _tell(simulation: Simulation, done: int, steps: int) -> None:
    """Keep how far it is, and stop where somebody asked for it."""
    going = Simulation.objects.filter(id=simulation.id, cancel_asked_at=None)
    if not going.update(done=done, steps=steps, beat_at=now()):
        raise _Cancelled


def to_json(found: Simulated) -> dict[str, Any]:
    """Return the result as it is kept; class ids and customer ids are numbers, amounts minor units."""
    return {
        "as_of": found.as_of.isoformat(),
        "customers": found.customers,
        "revenue": found.revenue,
        "currency": get_organisation().currency,
        "seconds": round(found.seconds, 2),
        "cells": [asdict(one) | {"examples": list(one.examples)} for one in found.cells],
        "months": [_month(one) for one in found.months],
        "sets": _sets(found.sets) if found.sets else None,
    }


def _month(month: Month) -> dict[str, Any]:
    sides = {"before": _side(month.before), "after": _side(month.after)}
    return {"as_of": month.as_of.isoformat(), "revenue": month.revenue, **sides}


def _side(side: MonthSide) -> dict[str, Any]:
    classes = [[key, count, side.revenue.get(key, 0)] for key, count in side.customers.items()]
    kept = [[key, earlier, still] for key, (earlier, still) in side.kept.items()]
    return {"classes": classes, "stayed": side.stayed, "both": side.both, "kept": kept}


def _sets(sets: Sets) -> dict[str, Any]:
    return {
        "changed": dict(zip(("customers", "revenue"), sets.changed, strict=True)),
        "outside": [dict(zip(("customers", "revenue"), side, strict=True)) for side in sets.outside],
        "overlaps": [asdict(one) for one in sets.overlaps],
        "depths": [asdict(one) for one in sets.depths],
    }
