"""A run of an analysis in the worker. Killed at any point it has shown nothing, and the worker begins it anew."""

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from zhike.accounts.public import get_organisation
from zhike.analytics.models import ModelRun
from zhike.audit.public import alone
from zhike.kit.actor import SYSTEM
from zhike.kit.errors import Refusal

from .actions import OPEN, put_in_use
from .registry import Outcome, Rows, Task, analyses

Status = ModelRun.Status
ONE_RUN = 7_105_002  # advisory lock, with the run's id
KEPT = 3  # runs of an analysis whose results are kept, to go back to


def compute_run(*, run_id: int) -> ModelRun | None:
    """Compute a run and keep its results, all at once. Does nothing for one that has ended or is being computed.

    What is usable is put in use at once; what is refused leaves the earlier results where they are.
    """
    with alone(ONE_RUN, run_id) as first:
        run = ModelRun.objects.filter(id=run_id).first()
        if run is None or not first or run.status not in OPEN:
            return run
        run.status, run.beat_at = Status.RUNNING, now()
        run.save(update_fields=["status", "beat_at"])
        organisation = get_organisation()
        task = Task(run.as_of, organisation.time_zone, organisation.currency, lambda: _tell(run))
        try:
            with override(organisation.language):
                _keep(run, analyses[run.analysis].compute(task))
        except Refusal as refusal:
            with override(organisation.language):
                _end(run, Status.REFUSED, refusal.message)
        except Exception:
            with override(organisation.language):
                _end(run, Status.FAILED, _("The run broke off through a fault of ours. Run the model again."))
            raise
        return run


def _tell(run: ModelRun) -> None:
    ModelRun.objects.filter(id=run.id).update(beat_at=now())


def _end(run: ModelRun, status: str, problem: str = "") -> None:
    run.status, run.problem, run.finished_at = status, problem, now()
    run.save()


@transaction.atomic
def _keep(run: ModelRun, found: Outcome) -> None:
    run.card, run.customers = found.card, found.customers
    run.first_day, run.last_day = found.first_day, found.last_day
    run.kept = not found.refused
    _end(run, Status.REFUSED if found.refused else Status.DONE, found.refused)
    if found.refused:
        return
    for rows in found.rows:
        _copy(run, rows)
    put_in_use(run_id=run.id, by=SYSTEM, at=now())
    run.in_use = True
    _forget_old(run)


def _copy(run: ModelRun, rows: Rows) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, ("run_id", *rows.columns)))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(rows.model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for values in rows.values:
            copy.write_row((run.id, *values))


def _forget_old(run: ModelRun) -> None:
    """Delete the results of all but the last runs; what was said of them stays."""
    kept = ModelRun.objects.filter(analysis=run.analysis, kept=True, in_use=False).order_by("-id")
    old = [one.id for one in kept[KEPT - 1 :]]
    for table in analyses[run.analysis].tables:
        table._default_manager.filter(run_id__in=old).delete()
    ModelRun.objects.filter(id__in=old).update(kept=False)
