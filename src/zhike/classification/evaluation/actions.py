"""Classifying customers: the engine computes, PostgreSQL keeps what changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import now
from psycopg.conninfo import make_conninfo

from zhike.accounts.public import get_organisation
from zhike.audit.public import record
from zhike.classification.approvals.telling import tell_of_moves_in, tell_owners
from zhike.classification.evaluation.asked_day import find_today
from zhike.classification.events import CustomersClassified
from zhike.classification.models import ClassifyRun, Scheme
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.schemes.queries import SchemeInForce
from zhike.customers.public import forget_fields
from zhike.engine.public import Result, Store, classify
from zhike.kit.actor import Actor
from zhike.kit.clock import day_start, local_day

from .counting import count_hand_schemes
from .specs import list_specs, tracks_of
from .writeback import (
    MOVES,
    Computed,
    after_moves,
    find_empty,
    is_ahead,
    list_untold,
    lock_writing,
    stage,
    write_back,
)

RUN_LOCK = 0x636C617373  # number of the advisory lock: “class”


def run_classification(*, as_of: date | None = None, full: bool = False, by: Actor, at: datetime) -> ClassifyRun:
    """Put every customer into their classes as of a day (default: today in the organisation's zone) and return the run.

    Facts of days before `as_of` count. Classes that change do so from `at` on, or from the start of `as_of` when that
    day is past: then what later runs found is taken back first. A run with nothing new writes no assignment. Two runs
    at once queue. Killed at any point, nothing is half done and the next run is right. Must not be
    called in a transaction.

    :raises DayInFuture: if `as_of` is after today.
    """
    zone = get_organisation().time_zone
    today = find_today(day=as_of, at=at)
    day = as_of or today
    with _one_at_a_time():
        forget_fields()  # a formula changed just now would count a second late, and no other run is asked for
        ClassifyRun.objects.filter(status=ClassifyRun.Status.RUNNING).update(  # their process was killed
            status=ClassifyRun.Status.FAILED, finished_at=at, problem="stopped"
        )
        run = ClassifyRun.objects.create(
            as_of=day,
            full=full,
            started_at=at,
            judged_at=_after_the_last(at) if day == today else day_start(day, zone),
            by_id=by.id if by.kind == "user" else None,
        )
        try:
            return _run(run, zone, by)
        except Exception as error:
            run.status, run.finished_at, run.problem = (
                ClassifyRun.Status.FAILED,
                now(),
                f"{type(error).__name__}: {error}",
            )
            run.save(update_fields=["status", "finished_at", "problem"])
            raise


def _after_the_last(at: datetime) -> datetime:
    """Return `at`, or the moment after the latest run: of two that queued, the one asked for later may come first."""
    latest = ClassifyRun.objects.filter(status=ClassifyRun.Status.DONE).aggregate(at=Max("judged_at"))["at"]
    return at if latest is None or latest < at else latest + timedelta(microseconds=1)


def get_store() -> Store:
    """Return the engine's store of this installation."""
    return Store(settings.STORE, database_url())


def database_url() -> str:
    """Return how to connect to the database of this process, for libraries that do so themselves."""
    given = connection.get_connection_params()
    wanted = ("dbname", "user", "password", "host", "port")
    return make_conninfo("", **{key: given[key] for key in wanted if given.get(key)})


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [RUN_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [RUN_LOCK])


def _run(run: ClassifyRun, zone: str, by: Actor) -> ClassifyRun:
    began = monotonic()
    install_built_in_schemes()
    specs, schemes = list_specs()
    live = run.as_of == local_day(run.started_at, zone)  # then what happened today counts too
    setting: dict[str, Any] = {"as_of": run.as_of, "zone": zone, "currency": get_organisation().currency}
    if live:
        setting |= {"today_counts": True, "at": run.started_at}
    with classify(get_store(), **setting, schemes=specs, full=run.full) as result:
        _keep(run, result, schemes, began, by, live=live)
        result.published()
    return run


def _keep(
    run: ClassifyRun, result: Result, schemes: Sequence[SchemeInForce], began: float, by: Actor, *, live: bool
) -> None:
    at = run.judged_at or run.started_at
    ids = [one.scheme.id for one in schemes]
    rewind = at < run.started_at and is_ahead(scheme_ids=ids, at=at)
    # The engine tells what changed since it last told. Where PostgreSQL is not where that left it (a scheme was retired
    # and brought back, a later day is taken back), and as a repair, it tells of everyone.
    empty = find_empty(scheme_ids=ids)
    lost = any(count for one in schemes if one.scheme.id in empty for count in _counts(result, one).values())
    everyone = rewind or lost or run.full
    also = [] if everyone else list_untold(scheme_ids=ids, watermark=result.watermark)
    stage(
        database_url=database_url(),
        metrics=result.metrics(everyone=everyone, also=also),
        classes=result.classes(everyone=everyone, also=also),
    )
    computed = [Computed(one.scheme.id, one.version.number, tracks_of(one)) for one in schemes]
    with transaction.atomic():
        lock_writing()
        if live:  # others may have moved customers since the run began: what it finds comes after them
            run.judged_at = at = after_moves(scheme_ids=ids, at=at)
        run.changed = write_back(schemes=computed, at=at, rewind=rewind, watermark=result.watermark if live else None)
        if live:  # what is taken back to an earlier day is no news
            tell_of_moves_in(relation=MOVES, silent=sorted(empty), at=at)
        tell_owners(at=at)
        run.cuts = {
            "points": result.points.to_json(),
            "versions": {one.scheme.id: one.version.number for one in schemes},
        }
        run.status, run.finished_at, run.customers = ClassifyRun.Status.DONE, now(), result.customers
        run.report = _report(run, result, schemes, monotonic() - began)
        run.save()
        if run.changed or by.kind != "system":  # the schedule finding nothing new is no news
            record(event=CustomersClassified(run.id, run.as_of, run.customers, run.changed), by=by)


def _counts(result: Result, scheme: SchemeInForce) -> dict[int, int]:
    """Return class id → customers of a scheme; where classes overlap, a customer counts in each of theirs."""
    return {key: count for track in tracks_of(scheme) for key, count in result.counts.get(track, {}).items()}


def _report(run: ClassifyRun, result: Result, schemes: Sequence[SchemeInForce], seconds: float) -> dict[str, Any]:
    found = [(one, _counts(result, one)) for one in schemes]
    counts = {one.scheme.key: {each.key: held.get(each.id, 0) for each in one.classes} for one, held in found}
    counts |= count_hand_schemes()
    order = Scheme.objects.order_by("position", "id").values_list("key", flat=True)
    return {
        "as_of": run.as_of.isoformat(),
        "customers": run.customers,
        "schemes": {key: counts[key] for key in order if key in counts},
        "changed": run.changed,
        "seconds": round(seconds, 2),
    }
