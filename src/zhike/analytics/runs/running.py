"""A run of an analysis in the worker. Killed at any point it has shown nothing, and the worker begins it anew."""

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_noop, override
from psycopg import sql

from zhike.accounts.public import get_organisation
from zhike.analytics.models import ModelRun
from zhike.analytics.said import Said, keep_words
from zhike.audit.public import alone
from zhike.customers.public import Customer
from zhike.kit.actor import SYSTEM
from zhike.kit.errors import Refusal

from .actions import OPEN, put_in_use
from .registry import Outcome, Rows, Task, analyses

Status = ModelRun.Status
ONE_RUN = 7_105_002  # advisory lock, with the run's id
_WHO = ("customer_id", "other_id")
BROKE_OFF = Said(gettext_noop("The run broke off through a fault of ours. Run the model again."))
KEPT = 3  # runs of an analysis whose results are kept, to go back to


def compute_run(*, run_id: int) -> ModelRun | None:
    """Compute a run and keep its results, all at once. Does nothing for one that has ended or is being computed.

    What is usable is put in use at once, unless what is in use tells of a later day: then it is kept beside it, to be
    compared or put in use by hand. What is refused leaves the earlier results where they are.
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
            _end(run, Status.REFUSED, keep_words(refusal.sentence, refusal.facts))
        except Exception:
            _end(run, Status.FAILED, BROKE_OFF)
            raise
        return run


def _tell(run: ModelRun) -> None:
    ModelRun.objects.filter(id=run.id).update(beat_at=now())


def _end(run: ModelRun, status: str, problem: Said | None = None) -> None:
    run.status, run.finished_at = status, now()
    if problem:
        run.sentence, run.facts = problem.sentence, dict(problem.facts)
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
    if not ModelRun.objects.filter(analysis=run.analysis, in_use=True, as_of__gt=run.as_of).exists():
        put_in_use(run_id=run.id, by=SYSTEM, at=now())
        run.in_use = True
    _forget_old(run)


def _copy(run: ModelRun, rows: Rows) -> None:
    """Fill a table in one stream; who was erased while the analysis ran is left out."""
    people = sql.Identifier(Customer._meta.db_table)
    kept = [
        sql.SQL("{} IN (SELECT id FROM {})").format(sql.Identifier(one), people) for one in rows.columns if one in _WHO
    ]
    parts = {
        "table": sql.Identifier(rows.model._meta.db_table),
        "columns": sql.SQL(", ").join(map(sql.Identifier, ("run_id", *rows.columns))),
        "known": sql.SQL(" AND ").join(kept) if kept else sql.SQL("TRUE"),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE arriving AS SELECT {columns} FROM {table} WHERE FALSE").format(**parts)
        )
        with cursor.copy(sql.SQL("COPY arriving ({columns}) FROM STDIN").format(**parts)) as copy:
            for values in rows.values:
                copy.write_row((run.id, *values))
        insert = "INSERT INTO {table} ({columns}) SELECT {columns} FROM arriving WHERE {known}"
        cursor.execute(sql.SQL(insert).format(**parts))
        cursor.execute("DROP TABLE arriving")


def _forget_old(run: ModelRun) -> None:
    """Delete the results of all but the last runs; what was said of them stays."""
    kept = ModelRun.objects.filter(analysis=run.analysis, kept=True, in_use=False).order_by("-id")
    old = [one.id for one in kept[KEPT - 1 :]]
    for table in analyses[run.analysis].tables:
        table._default_manager.filter(run_id__in=old).delete()
    ModelRun.objects.filter(id__in=old).update(kept=False)
