from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict, JsonValue

from zhike.accounts.public import needs
from zhike.api.public import Input
from zhike.classification import permissions
from zhike.classification.models import CustomerClass, Simulation
from zhike.classification.schemes.queries import get_scheme

from . import actions, queries

EXAMPLE: dict[str, JsonValue] = {"after": 2, "before": 1, "as_of": "2026-06-30", "months": 12}


class SimulationIn(Input):
    """What to try: `after` (default: the draft, else what is in force) against `before` (default: what is in force)."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    after: int | None = Field(None, ge=1, le=1_000_000)
    before: int | None = Field(None, ge=0, le=1_000_000)
    as_of: date | None = None
    months: int = Field(12, ge=0, le=36)


class CellOut(Schema):
    """Customers in class `before` with one version and `after` with the other; null: in none. Minor units.

    Where classes overlap: who stays in a class (it stands twice), enters it (from null) or leaves it (to null).
    """

    before: str | None
    after: str | None
    customers: int
    revenue: int


class KeptOut(Schema):
    """Customers who were in a class a month before, and how many of them still are."""

    earlier: int
    still: int


class SideOut(Schema):
    """Customers and revenue by class key. Of `both`, customers who counted a month before too, `stayed`.

    Where classes overlap, `stayed` are in all the same classes; `kept` has how many of those in a class still are.
    """

    customers: dict[str, int]
    revenue: dict[str, int]
    stayed: int
    both: int
    kept: dict[str, KeptOut]


class MonthOut(Schema):
    as_of: date
    before: SideOut
    after: SideOut


class SumOut(Schema):
    """Customers, each once, and their net amount in minor units."""

    customers: int
    revenue: int


class OverlapOut(Schema):
    """Customers who are in both of two classes with either version."""

    one: str
    two: str
    before: int
    after: int


class DepthOut(Schema):
    """Customers who are in so many classes at once with either version; 0: in none."""

    classes: int
    before: int
    after: int


class SetsOut(Schema):
    """What is said besides of classes that overlap: `changed` are customers with other classes than before."""

    changed: SumOut
    overlaps: list[OverlapOut]
    depths: list[DepthOut]


class SimulationOut(Schema):
    """A simulation; `cells` and `months` once it is done, `sets` only where classes overlap."""

    id: int
    scheme: str
    before: int | None
    after: int
    as_of: date
    status: str
    done: int
    steps: int
    problem: str
    created_at: datetime
    finished_at: datetime | None
    customers: int | None
    currency: str | None
    cells: list[CellOut]
    months: list[MonthOut]
    sets: SetsOut | None


def add_operations(router: Router) -> None:
    @router.post("/schemes/{key}/simulations", response={202: SimulationOut}, summary="Simulate a version")
    @needs(permissions.SIMULATE)
    def start_simulation(request: HttpRequest, key: str, body: SimulationIn) -> Any:
        """The worker computes it and changes no class; ask for it until `status` is done."""
        return Status(202, _answer(actions.start_simulation(key=key, **body.dict(), by=request.actor, at=now())))

    @router.get("/schemes/{key}/simulations", response=list[SimulationOut], summary="Simulations of a management type")
    @needs(permissions.SIMULATE)
    def list_simulations(request: HttpRequest, key: str) -> Any:
        """The latest fifty, newest first, without what they found."""
        return [_answer(one, found=False) for one in queries.list_simulations(scheme=get_scheme(key=key))]

    @router.get("/simulations/{int:simulation_id}", response=SimulationOut, summary="A simulation")
    @needs(permissions.SIMULATE)
    def get_simulation(request: HttpRequest, simulation_id: int) -> Any:
        return _answer(queries.get_simulation(simulation_id=simulation_id))

    @router.post("/simulations/{int:simulation_id}/cancel", response=SimulationOut, summary="Cancel a simulation")
    @needs(permissions.SIMULATE)
    def cancel_simulation(request: HttpRequest, simulation_id: int) -> Any:
        queries.get_simulation(simulation_id=simulation_id)
        return _answer(actions.cancel_simulation(simulation_id=simulation_id, by=request.actor, at=now()))


def _answer(simulation: Simulation, *, found: bool = True) -> dict[str, Any]:
    result = (simulation.result if found else None) or {}
    classes = CustomerClass.objects.filter(scheme_id=simulation.scheme_id) if result else []
    keys: dict[int | None, str | None] = {one.id: one.key for one in classes}
    same = ("id", "as_of", "status", "done", "steps", "problem", "created_at", "finished_at")
    return {name: getattr(simulation, name) for name in same} | {
        "scheme": simulation.scheme.key,
        "before": simulation.before_number,
        "after": simulation.after_number,
        "customers": result.get("customers"),
        "currency": result.get("currency"),
        "cells": [
            one | {"before": keys.get(one["before"]), "after": keys.get(one["after"])}
            for one in result.get("cells", [])
        ],
        "months": [
            {"as_of": one["as_of"]} | {side: _side(one[side], keys) for side in ("before", "after")}
            for one in result.get("months", [])
        ],
        "sets": _sets(result["sets"], keys) if result.get("sets") else None,
    }


def _sets(sets: dict[str, Any], keys: dict[int | None, str | None]) -> dict[str, Any]:
    pairs = [one | {name: keys.get(one[name]) or "" for name in ("one", "two")} for one in sets["overlaps"]]
    return {"changed": sets["changed"], "overlaps": pairs, "depths": sets["depths"]}


def _side(side: dict[str, Any], keys: dict[int | None, str | None]) -> dict[str, Any]:
    held = [(keys.get(key) or "", count, revenue) for key, count, revenue in side["classes"] if key is not None]
    return {
        "customers": {key: count for key, count, _ in held},
        "revenue": {key: revenue for key, _, revenue in held},
        "stayed": side["stayed"],
        "both": side["both"],
        "kept": {
            keys.get(key) or "": {"earlier": earlier, "still": still} for key, earlier, still in side.get("kept", [])
        },
    }
