from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, Router, Schema, Status

from zhike.accounts.public import needs
from zhike.analytics.models import ModelRun
from zhike.analytics.permissions import RUN, VIEW
from zhike.api.public import Input

from . import actions, queries
from .queries import Standing


class RunOut(Schema):
    """`card` is what the run says of itself: data, parameters with standard errors, and how well it foretold."""

    id: int
    analysis: str
    version: str
    status: Literal["queued", "running", "done", "refused", "failed"]
    in_use: bool
    kept: bool = Field(description="Whether its results are still there, to be put in use")
    as_of: date
    first_day: date | None
    last_day: date | None
    customers: int
    problem: str
    created_at: datetime
    finished_at: datetime | None
    card: dict[str, Any]


class AnalysisOut(Schema):
    key: str
    label: str
    meaning: str
    version: str
    in_use: RunOut | None
    last: RunOut | None


class AnalysesOut(Schema):
    rows: list[AnalysisOut]


class RunsOut(Schema):
    """The latest 50, newest first."""

    rows: list[RunOut]


class RunIn(Input):
    as_of: date | None = Field(None, description="The day whose past counts; by default today")


def add_operations(router: Router) -> None:
    """Put the operations of runs on the room's router."""
    router.get("/analyses", response=AnalysesOut, summary="List the models")(list_analyses)
    router.get("/analyses/{key}/runs", response=RunsOut, summary="List the runs of a model")(list_runs)
    router.post("/analyses/{key}/runs", response={202: RunOut}, summary="Run a model")(start_run)
    router.post("/analyses/runs/{int:run_id}/put-in-use", response=RunOut, summary="Put a run's results in use")(
        put_in_use
    )


@needs(VIEW)
def list_analyses(request: HttpRequest) -> Any:
    return {"rows": [_out(one) for one in queries.list_standings()]}


@needs(VIEW)
def list_runs(request: HttpRequest, key: str) -> Any:
    return {"rows": queries.list_runs(key=key)}


@needs(RUN)
def start_run(request: HttpRequest, key: str, body: RunIn) -> Any:
    run = actions.start_run(analysis=key, as_of=body.as_of, by=request.actor, at=now())
    return Status(202, run)


@needs(RUN)
def put_in_use(request: HttpRequest, run_id: int) -> ModelRun:
    queries.get_run(run_id=run_id)
    return actions.put_in_use(run_id=run_id, by=request.actor, at=now())


def _out(one: Standing) -> dict[str, Any]:
    known = one.analysis
    said = {"key": known.key, "label": str(known.label), "meaning": str(known.meaning), "version": known.version}
    return said | {"in_use": one.in_use, "last": one.last}
