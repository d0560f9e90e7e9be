"""Asking for a run of an analysis, and choosing whose results are in use."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from zhike.accounts.public import get_organisation
from zhike.analytics.errors import DayInFuture, NoSuchAnalysis, NoSuchRun, NotUsable, RunGoesOn
from zhike.analytics.events import AnalysisAsked, AnalysisPutInUse
from zhike.analytics.models import ModelRun
from zhike.audit.public import record
from zhike.classification.public import get_store, run_soon
from zhike.kit.actor import SYSTEM, Actor
from zhike.kit.clock import local_day

from .registry import analyses

RERUN_AFTER = timedelta(days=7)
OPEN = (ModelRun.Status.QUEUED, ModelRun.Status.RUNNING)


@transaction.atomic
def start_run(*, analysis: str, as_of: date | None = None, after: int = 0, by: Actor, at: datetime) -> ModelRun:
    """Ask the worker to run an analysis as of a day, by default today.

    :param after: seconds that the worker shall wait.
    :raises NoSuchAnalysis: :raises DayInFuture: :raises RunGoesOn: while another run of it waits or goes on.
    """
    chosen, today = analyses.get(analysis), local_day(at, get_organisation().time_zone)
    if chosen is None:
        raise NoSuchAnalysis
    if as_of is not None and as_of > today:
        raise DayInFuture(day=as_of.isoformat(), today=today.isoformat())
    try:
        with transaction.atomic():
            run = ModelRun.objects.create(
                analysis=analysis,
                version=chosen.version,
                as_of=as_of or today,
                created_at=at,
                by_id=by.id if by.kind == "user" else None,
            )
    except IntegrityError as taken:
        raise RunGoesOn from taken
    record(event=AnalysisAsked(run.id, analysis), by=by)
    app.configure_task("analytics.run", schedule_in={"seconds": after} if after else None).defer(run_id=run.id)
    return run


def start_runs(*, keys: Iterable[str] | None = None, after: int = 0, by: Actor, at: datetime) -> list[ModelRun]:
    """Ask for a run of each of these analyses, by default of all, that is not under way already."""
    busy = set(ModelRun.objects.filter(status__in=OPEN).values_list("analysis", flat=True))
    wanted = analyses.keys() if keys is None else keys
    return [start_run(analysis=key, after=after, by=by, at=at) for key in wanted if key not in busy]


def start_due_runs(*, at: datetime) -> list[ModelRun]:
    """Run what was not asked for since RERUN_AFTER, once there is anything to learn from; return the runs.

    What was refused is tried again too: there is a week more to learn from. Does nothing twice.
    """
    manifest = get_store().manifest()
    if manifest is None or not manifest.last_at:
        return []
    lately = set(ModelRun.objects.filter(created_at__gt=at - RERUN_AFTER).values_list("analysis", flat=True))
    return start_runs(keys=[one.key for one in analyses if one.key not in lately], by=SYSTEM, at=at)


@transaction.atomic
def put_in_use(*, run_id: int, by: Actor, at: datetime) -> ModelRun:
    """Make a run's results those that are shown: forward to a newer one, or back to an older.

    :raises NoSuchRun: :raises NotUsable: where the run was refused or its rows are gone.
    """
    run = ModelRun.objects.select_for_update().filter(id=run_id).first()
    if run is None:
        raise NoSuchRun
    if run.status != ModelRun.Status.DONE or not run.kept:
        raise NotUsable
    if not run.in_use:
        ModelRun.objects.select_for_update().filter(analysis=run.analysis, in_use=True).update(in_use=False)
        ModelRun.objects.filter(id=run.id).update(in_use=True)
        run.in_use = True
        record(event=AnalysisPutInUse(run.id, run.analysis), by=by)
        run_soon()  # rules may ask for what it found
    return run
