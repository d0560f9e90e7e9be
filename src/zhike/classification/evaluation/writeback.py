"""Bringing what the engine found into PostgreSQL: staged by COPY, compared there, changed rows only.

Closing and opening are two statements of one transaction: in one statement with two parts their order is undefined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adbc_driver_postgresql import dbapi
from django.db import connection
from django.db.backends.utils import CursorWrapper

from zhike.classification.assignments.figures import refresh_figures

CLASS_STAGE = "classification_stage_class"
METRICS_STAGE = "classification_stage_metrics"
HAND = 3

# Nobody retires a scheme or puts another version in force while classes of it are written.
HOLD = "SELECT 1 FROM classification_scheme WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id FOR SHARE"
START = """
CREATE TEMP TABLE classify_touched (customer_id bigint NOT NULL, scheme_id bigint) ON COMMIT DROP;
CREATE TEMP TABLE classify_schemes ON COMMIT DROP AS
SELECT s.id, v.version, CASE WHEN s.kind = 'rule' OR s.kind = 'attribute' THEN 1 ELSE 2 END AS source
FROM classification_scheme s
JOIN unnest(%(ids)s::bigint[], %(versions)s::int[]) AS v (id, version) ON v.id = s.id
WHERE s.status = 'active';
"""
# What an earlier run found about this day and later is taken back first, so that judging by an earlier day gives what
# it would have given then.
REMOVE_LATER = """
WITH gone AS (
  DELETE FROM classification_assignment a USING classify_schemes s
  WHERE a.scheme_id = s.id AND a.source <> %(hand)s AND a.valid_from > %(at)s RETURNING a.customer_id, a.scheme_id)
INSERT INTO classify_touched SELECT customer_id, scheme_id FROM gone"""
REOPEN = """
WITH back AS (
  UPDATE classification_assignment a SET valid_to = NULL FROM classify_schemes s
  WHERE a.scheme_id = s.id AND a.source <> %(hand)s AND a.valid_to > %(at)s RETURNING a.customer_id, a.scheme_id)
INSERT INTO classify_touched SELECT customer_id, scheme_id FROM back"""
# What an earlier run opened at this very instant (the same past day judged again, after more facts came) was never
# over: it is replaced, not closed.
REPLACE = """
WITH gone AS (
  DELETE FROM classification_assignment a USING classification_stage_class g, classify_schemes s
  WHERE a.customer_id = g.customer_id AND a.scheme_id = g.scheme_id AND s.id = g.scheme_id AND a.valid_to IS NULL
    AND a.valid_from = %(at)s AND a.class_id IS DISTINCT FROM g.class_id RETURNING a.customer_id, a.scheme_id)
INSERT INTO classify_touched SELECT customer_id, scheme_id FROM gone"""
CLOSE = """
WITH ended AS (
  UPDATE classification_assignment a SET valid_to = %(at)s FROM classification_stage_class g, classify_schemes s
  WHERE a.customer_id = g.customer_id AND a.scheme_id = g.scheme_id AND s.id = g.scheme_id AND a.valid_to IS NULL
    AND a.class_id IS DISTINCT FROM g.class_id RETURNING a.customer_id, a.scheme_id)
INSERT INTO classify_touched SELECT customer_id, scheme_id FROM ended"""
OPEN = """
WITH opened AS (
  INSERT INTO classification_assignment
    (customer_id, scheme_id, class_id, valid_from, rule_version, source, evidence)
  SELECT g.customer_id, g.scheme_id, g.class_id, %(at)s, s.version, s.source, g.evidence::jsonb
  FROM classification_stage_class g
  JOIN classify_schemes s ON s.id = g.scheme_id
  JOIN customers_customer c ON c.id = g.customer_id
  WHERE g.class_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM classification_assignment a
    WHERE a.customer_id = g.customer_id AND a.scheme_id = g.scheme_id AND a.valid_to IS NULL)
  ORDER BY g.customer_id, g.scheme_id
  RETURNING customer_id, scheme_id)
INSERT INTO classify_touched SELECT customer_id, scheme_id FROM opened"""
METRICS = """
WITH kept AS (
  INSERT INTO classification_customermetrics AS m (customer_id, first_day, last_day, previous_day, purchase_days,
    frequency, monetary, rfm_r, rfm_f, rfm_m)
  SELECT g.customer_id, g.first_day, g.last_day, g.prev_day, coalesce(g.purchase_days_total, 0),
    coalesce(g.frequency, 0), coalesce(g.monetary, 0), g.rfm_r, g.rfm_f, g.rfm_m
  FROM classification_stage_metrics g JOIN customers_customer c ON c.id = g.customer_id ORDER BY g.customer_id
  ON CONFLICT (customer_id) DO UPDATE SET (first_day, last_day, previous_day, purchase_days, frequency, monetary,
    rfm_r, rfm_f, rfm_m) = (excluded.first_day, excluded.last_day, excluded.previous_day, excluded.purchase_days,
    excluded.frequency, excluded.monetary, excluded.rfm_r, excluded.rfm_f, excluded.rfm_m)
  WHERE (m.first_day, m.last_day, m.previous_day, m.purchase_days, m.frequency, m.monetary, m.rfm_r, m.rfm_f, m.rfm_m)
    IS DISTINCT FROM (excluded.first_day, excluded.last_day, excluded.previous_day, excluded.purchase_days,
    excluded.frequency, excluded.monetary, excluded.rfm_r, excluded.rfm_f, excluded.rfm_m)
  RETURNING customer_id)
INSERT INTO classify_touched SELECT customer_id, NULL FROM kept"""
AHEAD = """
SELECT EXISTS (
  SELECT 1 FROM classification_assignment
  WHERE scheme_id = ANY(%(ids)s::bigint[]) AND source <> %(hand)s AND (valid_from > %(at)s OR valid_to > %(at)s))"""
EMPTY = """
SELECT s.id FROM unnest(%(ids)s::bigint[]) AS s (id)
WHERE NOT EXISTS (SELECT 1 FROM classification_assignment a WHERE a.scheme_id = s.id AND a.valid_to IS NULL)"""
CHANGED = "SELECT count(DISTINCT (customer_id, scheme_id)) FROM classify_touched WHERE scheme_id IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Computed:
    """A scheme that a run computed, and the version of it that was in force when it began."""

    scheme_id: int
    version: int


def stage(*, database_url: str, metrics: Any, classes: Any) -> None:
    """Put two streams of Arrow batches, in the columns of the stage tables, into PostgreSQL by binary COPY."""
    with dbapi.connect(database_url) as staging, staging.cursor() as cursor:
        cursor.execute(f"TRUNCATE {CLASS_STAGE}, {METRICS_STAGE}")
        cursor.adbc_ingest(METRICS_STAGE, metrics, mode="append")
        cursor.adbc_ingest(CLASS_STAGE, classes, mode="append")
        staging.commit()
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {CLASS_STAGE}, {METRICS_STAGE}")


def is_ahead(*, scheme_ids: Sequence[int], at: datetime) -> bool:
    """Tell whether something is known of these schemes after `at`, which judging by `at` must take back."""
    with connection.cursor() as cursor:
        cursor.execute(AHEAD, {"ids": list(scheme_ids), "at": at, "hand": HAND})
        return bool(cursor.fetchone()[0])


def find_empty(*, scheme_ids: Sequence[int]) -> set[int]:
    """Return the schemes in which nobody is now."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY, {"ids": list(scheme_ids)})
        return {row[0] for row in cursor.fetchall()}


def write_back(*, schemes: Sequence[Computed], at: datetime, rewind: bool) -> int:
    """Make the open assignments equal to the stage and keep the metrics; return how many assignments changed.

    Runs in the caller's transaction. `rewind`: something is known after `at` (see `is_ahead`); the stage then holds
    every customer. Schemes retired since the run began are left alone, as are customers that are gone.
    """
    facts: dict[str, Any] = {
        "ids": [one.scheme_id for one in schemes],
        "versions": [one.version for one in schemes],
        "at": at,
        "hand": HAND,
    }
    with connection.cursor() as cursor:
        cursor.execute(HOLD, facts)
        cursor.execute(START, facts)
        for statement in (REMOVE_LATER, REOPEN) if rewind else ():
            cursor.execute(statement, facts)
        for statement in (REPLACE, CLOSE, OPEN, METRICS):
            cursor.execute(statement, facts)
        cursor.execute("ANALYZE classify_touched")
        changed = _count(cursor)
    refresh_figures(select_ids="SELECT customer_id FROM classify_touched")
    return changed


def _count(cursor: CursorWrapper) -> int:
    cursor.execute(CHANGED)
    return int(cursor.fetchone()[0])
