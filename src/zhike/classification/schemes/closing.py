from datetime import datetime
from typing import Any

from django.db import connection

from zhike.classification.assignments.figures import refresh_figures
from zhike.kit.actor import Actor

from .overlapping import track_of

END = """
WITH gone AS (
  UPDATE classification_assignment SET valid_to = %(at)s, "left" = 5
  WHERE scheme_id = %(scheme)s AND valid_to IS NULL AND valid_from < %(at)s RETURNING customer_id)
INSERT INTO ended SELECT customer_id FROM gone"""
REMOVE_UNBORN = """
WITH gone AS (
  DELETE FROM classification_assignment
  WHERE scheme_id = %(scheme)s AND valid_to IS NULL AND valid_from >= %(at)s RETURNING customer_id)
INSERT INTO ended SELECT customer_id FROM gone"""

END_OVERRIDES = """
UPDATE classification_classoverride SET ended_at = greatest(%(at)s, set_at), ended_cause = 4
WHERE scheme_id = %(scheme)s AND ended_at IS NULL"""
FORGET_PENDING = "DELETE FROM classification_pendingmove WHERE scheme_id = %(scheme)s"

# Nobody is in a class that is taken out of use, but some may be kept out of it.
END_KEPT_OUT = """
UPDATE classification_classoverride SET ended_at = greatest(%(at)s, set_at), ended_cause = 6, ended_by_id = %(by)s
WHERE to_class_id = %(class)s AND kept_out AND ended_at IS NULL"""
FORGET_PENDING_OF = "DELETE FROM classification_pendingmove WHERE track = %(track)s"


def end_kept_out(*, class_id: int, by: Actor, at: datetime) -> None:
    """End what keeps customers out of a class that is taken out of use; nobody moves by it."""
    person = by.id if by.kind == "user" else None
    with connection.cursor() as cursor:
        cursor.execute(END_KEPT_OUT, {"class": class_id, "at": at, "by": person})
        cursor.execute(FORGET_PENDING_OF, {"track": track_of(class_id)})


def close_assignments(*, scheme_id: int, at: datetime) -> int:
    """End the open assignments of a scheme and take its classes out of the listing; return how many ended.

    What people set above it ends too, and nothing waits any more.
    """
    facts: dict[str, Any] = {"scheme": scheme_id, "at": at}
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS ended (customer_id bigint) ON COMMIT DELETE ROWS")
        cursor.execute("DELETE FROM ended")
        for statement in (END, REMOVE_UNBORN):
            cursor.execute(statement, facts)
        cursor.execute("SELECT count(*) FROM ended")
        closed = int(cursor.fetchone()[0])
        for statement in (END_OVERRIDES, FORGET_PENDING):
            cursor.execute(statement, facts)
    refresh_figures(select_ids="SELECT customer_id FROM ended")
    return closed
