"""What is known of one customer's classes, and of the classes of many at once for lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from zhike.classification.models import Assignment, ClassifyRun, CustomerClass, CustomerMetrics, Scheme, SchemeVersion

HISTORY_ROWS = 100


@dataclass(frozen=True, slots=True)
class HeldClass:
    """An open assignment with all that explains it; `version` is the one in force when it was made."""

    assignment: Assignment
    scheme: Scheme
    held: CustomerClass
    version: SchemeVersion | None
    classes: Sequence[CustomerClass] = field(default_factory=list)


def list_held_classes(*, customer_id: int) -> list[HeldClass]:
    """Return the classes that a customer is in now, in the order of the schemes."""
    rows = list(
        Assignment.objects.filter(customer_id=customer_id, valid_to=None)
        .select_related("scheme", "to_class", "by")
        .order_by("scheme__position", "scheme_id")
    )
    versions = {
        (one.scheme_id, one.number): one
        for one in SchemeVersion.objects.filter(scheme_id__in=[row.scheme_id for row in rows])
    }
    return [
        HeldClass(row, row.scheme, row.to_class, versions.get((row.scheme_id, row.scheme.version or row.rule_version)))
        for row in rows
    ]


def list_history(*, customer_id: int, limit: int = HISTORY_ROWS) -> list[Assignment]:
    """Return a customer's assignments, open and closed, newest first, with scheme, class and person loaded."""
    return list(
        Assignment.objects.filter(customer_id=customer_id)
        .select_related("scheme", "to_class", "by")
        .order_by("-valid_from", "scheme__position")[:limit]
    )


def get_metrics(*, customer_id: int) -> CustomerMetrics:
    """Return a customer's figures; all empty before the first run."""
    return CustomerMetrics.objects.filter(customer_id=customer_id).first() or CustomerMetrics(customer_id=customer_id)


def get_last_run() -> ClassifyRun | None:
    """Return the last run that ended well."""
    return ClassifyRun.objects.filter(status=ClassifyRun.Status.DONE).order_by("-id").first()


def list_class_ids(customer_ids: Sequence[int], *, scheme_id: int) -> dict[int, int]:
    """Return customer id → class id now, in one query by the primary key's index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, class_id FROM classification_assignment"
            " WHERE customer_id = ANY(%s::bigint[]) AND scheme_id = %s::bigint AND valid_to IS NULL",
            [list(customer_ids), scheme_id],
        )
        return dict(cursor.fetchall())


def list_metrics(customer_ids: Sequence[int]) -> Mapping[int, CustomerMetrics]:
    return CustomerMetrics.objects.in_bulk(list(customer_ids))


def last_judged_at() -> datetime | None:
    run = get_last_run()
    return run.judged_at if run else None


def evidence_of(assignment: Assignment) -> dict[str, Any]:
    return dict(assignment.evidence or {})
