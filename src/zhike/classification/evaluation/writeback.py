"""Bringing what the engine found into PostgreSQL: staged by COPY, compared there, changed rows only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from zhike.classification.assignments.figures import refresh_figures
from zhike.engine.public import connect_arrow

from . import moving

CLASS_STAGE = "classification_stage_class"
METRICS_STAGE = "classification_stage_metrics"

START = f"""
CREATE TEMP TABLE classify_touched (
  customer_id bigint NOT NULL, scheme_id bigint, class_id bigint, enters boolean) ON COMMIT DROP;
CREATE TEMP TABLE classify_schemes ON COMMIT DROP AS {moving.SCHEMES};
"""
# Customers judged at once by a transaction that this run cannot have seen know better than it; it will be told of them
# again by the next run. Numbers from another cluster, after a restore, mean nothing.
SKIP = """
DELETE FROM {stage} g USING classification_judged_at_once j
WHERE j.customer_id = g.customer_id AND j.xid >= %(watermark)s::text::xid8
  AND j.xid < pg_snapshot_xmax(pg_current_snapshot())"""
SEEN = """
DELETE FROM classification_judged_at_once WHERE xid < %(watermark)s::text::xid8
  OR xid >= pg_snapshot_xmax(pg_current_snapshot())"""
UNTOLD = """
SELECT customer_id FROM classification_judged_at_once WHERE xid < %(watermark)s::text::xid8
UNION SELECT customer_id FROM classification_pendingmove WHERE scheme_id = ANY(%(ids)s::bigint[])"""
# What an earlier run found about this day and later is taken back first, so that judging by an earlier day gives what
# it would have given then. Where a person set a class since, the history stays as it is.
LATER = """
a.track = s.id AND a.source NOT IN (3, 4) AND NOT EXISTS (
  SELECT 1 FROM classification_classoverride o WHERE o.customer_id = a.customer_id AND o.track = a.track
  AND (o.ended_at IS NULL OR o.ended_at > %(at)s))"""
REMOVE_LATER = """
WITH gone AS (
  DELETE FROM classification_assignment a USING classify_schemes s
  WHERE {later} AND a.valid_from > %(at)s RETURNING a.customer_id, a.track)
INSERT INTO classify_touched SELECT customer_id, track FROM gone"""
REOPEN = """
WITH back AS (
  UPDATE classification_assignment a SET valid_to = NULL, "left" = NULL FROM classify_schemes s
  WHERE {later} AND a.valid_to > %(at)s RETURNING a.customer_id, a.track)
INSERT INTO classify_touched SELECT customer_id, track FROM back"""
FORGET_LATER = """
DELETE FROM classification_pendingmove p USING classify_schemes s WHERE p.track = s.id AND p.since > %(at)s
  AND p.cause <> 1"""
# What an earlier run opened at this very instant (the same past day judged again, after more facts came) was never
# over: it is replaced, not closed.
REPLACE = """
WITH gone AS (
  DELETE FROM classification_assignment a USING classification_stage_class g, classify_schemes s
  WHERE a.customer_id = g.customer_id AND a.track = g.scheme_id AND s.id = g.scheme_id AND a.valid_to IS NULL
    AND a.valid_from = %(at)s AND a.class_id IS DISTINCT FROM g.class_id RETURNING a.customer_id, a.track)
INSERT INTO classify_touched SELECT customer_id, track FROM gone"""
TOUCHED = "INSERT INTO classify_touched SELECT customer_id, track, class_id, {} FROM moved"
TOUCHED_METRICS = "INSERT INTO classify_touched SELECT customer_id, NULL FROM moved"
TABLES = {"found": CLASS_STAGE, "schemes": "classify_schemes", "held": "classify_held"}
HELD = f"CREATE TEMP TABLE classify_held ON COMMIT DROP AS {moving.HELD_BACK.format(**TABLES)}"
UNHOLD = """
DELETE FROM classification_stage_class g USING classify_held b
WHERE b.customer_id = g.customer_id AND b.scheme_id = g.scheme_id"""
KEEP_PENDING = moving.KEEP_PENDING.format(**TABLES)
DROP_PENDING = moving.DROP_PENDING.format(**TABLES)
CLOSE = f"WITH moved AS ({moving.CLOSE.format(**TABLES)}) {TOUCHED.format('false')}"
OPEN = f"WITH moved AS ({moving.OPEN.format(**TABLES)}) {TOUCHED.format('true')}"
METRICS = f"WITH moved AS ({moving.METRICS.format(metrics=METRICS_STAGE)}) {TOUCHED_METRICS}"
# Who moved in this transaction, as those who tell of it want to know.
MOVES = """(
SELECT customer_id, scheme_id AS track, class_id, enters FROM classify_touched WHERE class_id IS NOT NULL)"""
AHEAD = """
SELECT EXISTS (
  SELECT 1 FROM classification_assignment
  WHERE scheme_id = ANY(%(ids)s::bigint[]) AND source NOT IN (3, 4) AND (valid_from > %(at)s OR valid_to > %(at)s))"""
LATEST = """
SELECT max(at) FROM unnest(%(ids)s::bigint[]) AS s (id), LATERAL (
  SELECT valid_from AS at FROM classification_assignment WHERE scheme_id = s.id
  ORDER BY valid_from DESC LIMIT 1) AS l"""
EMPTY = """
SELECT s.id FROM unnest(%(ids)s::bigint[]) AS s (id)
WHERE NOT EXISTS (SELECT 1 FROM classification_assignment a WHERE a.scheme_id = s.id AND a.valid_to IS NULL)"""
# Whether anything can hold a move back. To look at every row for it takes half as long again as writing what changed.
MAY_STAY = """
SELECT EXISTS (SELECT 1 FROM classify_schemes WHERE is_steady) OR EXISTS (
  SELECT 1 FROM classification_classoverride o JOIN classify_schemes s ON s.id = o.track
  WHERE o.ended_at IS NULL)"""
# The planner takes the record for nearly empty, as after all sample data was cleared. It would then look through the
# whole table for each row that comes in, however many these are.
COUNTS_AS_EMPTY = """
SELECT reltuples BETWEEN 0 AND 1000 FROM pg_class WHERE oid = 'classification_assignment'::regclass"""
CHANGED = "SELECT count(DISTINCT (customer_id, scheme_id)) FROM classify_touched WHERE scheme_id IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Computed:
    """A scheme that a run computed, and the version of it that was in force when it began.

    `tracks` are the numbers under which its rows come: its own, or where classes overlap one of each class.
    """

    scheme_id: int
    version: int
    tracks: Sequence[int] = ()


def stage(*, database_url: str, metrics: Any, classes: Any) -> None:
    """Put two streams of Arrow batches, in the columns of the stage tables, into PostgreSQL by binary COPY."""
    with connect_arrow(database_url) as staging, staging.cursor() as cursor:
        cursor.execute(f"TRUNCATE {CLASS_STAGE}, {METRICS_STAGE}")
        cursor.adbc_ingest(METRICS_STAGE, metrics, mode="append")
        cursor.adbc_ingest(CLASS_STAGE, classes, mode="append")
        staging.commit()
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {CLASS_STAGE}, {METRICS_STAGE}")


def is_ahead(*, scheme_ids: Sequence[int], at: datetime) -> bool:
    """Tell whether something is known of these schemes after `at`, which judging by `at` must take back."""
    with connection.cursor() as cursor:
        cursor.execute(AHEAD, {"ids": list(scheme_ids), "at": at})
        return bool(cursor.fetchone()[0])


def after_moves(*, scheme_ids: Sequence[int], at: datetime) -> datetime:
    """Return `at`, or the moment after the latest move in these schemes."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST, {"ids": list(scheme_ids)})
        latest: datetime | None = cursor.fetchone()[0]
    return at if latest is None or latest < at else latest + timedelta(microseconds=1)


def find_empty(*, scheme_ids: Sequence[int]) -> set[int]:
    """Return the schemes in which nobody is now."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY, {"ids": list(scheme_ids)})
        return {row[0] for row in cursor.fetchall()}


def list_untold(*, scheme_ids: Sequence[int], watermark: int) -> list[int]:
    """Return the customers of whom PostgreSQL may hold something else than the engine told it last.

    Those were judged at once, before this watermark, or wait for something.
    """
    with connection.cursor() as cursor:
        cursor.execute(UNTOLD, {"ids": list(scheme_ids), "watermark": watermark})
        return [row[0] for row in cursor.fetchall()]


def lock_writing() -> None:
    """Keep everybody else from moving customers until the transaction ends; wait for those who are at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [moving.WRITE_LOCK])


def write_back(*, schemes: Sequence[Computed], at: datetime, rewind: bool, watermark: int | None = None) -> int:
    """Make the open assignments equal to the stage and keep the metrics; return how many assignments changed.

    Runs in the caller's transaction. `rewind`: something is known after `at` (see `is_ahead`); the stage then holds
    every customer. Schemes retired since the run began are left alone, as are customers that are gone, what a person
    set above the rule, and customers judged at once by transactions from `watermark` on.
    """
    facts: dict[str, Any] = {
        "ids": [one.scheme_id for one in schemes for _ in one.tracks or (0,)],
        "tracks": [track for one in schemes for track in one.tracks or (one.scheme_id,)],
        "versions": [one.version for one in schemes for _ in one.tracks or (0,)],
        "at": at,
        "left": moving.BY_RULE,
        "watermark": watermark,
    }
    with connection.cursor() as cursor:
        cursor.execute(moving.HOLD, facts)
        cursor.execute(START, facts)
        if watermark is not None:
            for statement in (SKIP.format(stage=CLASS_STAGE), SKIP.format(stage=METRICS_STAGE), SEEN):
                cursor.execute(statement, facts)
        for statement in (REMOVE_LATER, REOPEN, FORGET_LATER) if rewind else ():
            cursor.execute(statement.format(later=LATER), facts)
        if _answer(cursor, COUNTS_AS_EMPTY):
            cursor.execute("SET LOCAL enable_seqscan = off")
        held = (HELD, UNHOLD, KEEP_PENDING) if _answer(cursor, MAY_STAY) else ()
        for statement in (REPLACE, *held, DROP_PENDING, CLOSE, OPEN):
            cursor.execute(statement, facts)
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute(METRICS, facts)
        cursor.execute("ANALYZE classify_touched")
        changed = _answer(cursor, CHANGED)
    refresh_figures(select_ids="SELECT customer_id FROM classify_touched")
    return changed


def _answer(cursor: CursorWrapper, question: str) -> int:
    """Return the number, or yes or no, that a question is answered with."""
    cursor.execute(question)
    return int(cursor.fetchone()[0])
