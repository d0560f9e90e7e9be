"""Asking for a run of an analysis, and choosing whose results are in use."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from zhike.accounts.public import get_organisation
from zhike.analytics.errors import NoSuchAnalysis, NoSuchRun, NotUsable, RunGoesOn
from zhike.analytics.events import AnalysisAsked, AnalysisPutInUse
from zhike.analytics.models import ModelRun
from zhike.audit.public import record
from zhike.classification.public import run_soon
from zhike.kit.actor import Actor
from zhike.kit.clock import local_day

from .registry import analyses

OPEN = (ModelRun.Status.QUEUED, ModelRun.Status.RUNNING)


@transaction.atomic
def start_run(*, analysis: str, as_of: date | None = None, by: Actor, at: datetime) -> ModelRun:
    """Ask the worker to run an analysis as of a day, by default today.

    :raises NoSuchAnalysis: :raises RunGoesOn: while another run of it waits or goes on.
    """
    chosen = analyses.get(analysis)
    if chosen is None:
        raise NoSuchAnalysis
    try:
        with transaction.atomic():
            run = ModelRun.objects.create(
                analysis=analysis,
                version=chosen.version,
                as_of=as_of or local_day(at, get_organisation().time_zone),
                created_at=at,
                by_id=by.id if by.kind == "user" else None,
            )
    except IntegrityError as taken:
        raise RunGoesOn from taken
    record(event=AnalysisAsked(run.id, analysis), by=by)
    app.configure_task("analytics.run").defer(run_id=run.id)
    return run


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
