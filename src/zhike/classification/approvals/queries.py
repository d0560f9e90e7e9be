"""Moves that wait for a person's yes."""

from typing import Any

from django.db.models import QuerySet

from zhike.classification.models import Assignment, CustomerClass, PendingMove
from zhike.customers.public import visible_customers
from zhike.kit.actor import Actor


def list_waiting(*, actor: Actor) -> QuerySet[PendingMove]:
    """Return the moves of the actor's customers that wait for approval; order them by OLDEST_FIRST."""
    waiting = PendingMove.objects.filter(cause=PendingMove.Cause.APPROVAL)
    seen = visible_customers(actor).filter(archived_at=None).values("id")
    return waiting.filter(customer_id__in=seen).select_related("customer", "customer__owner", "scheme", "to_class")


def count_at_most(moves: QuerySet[PendingMove], most: int = 1000) -> int:
    """Return how many moves these are, counted to at most `most`."""
    return moves.order_by()[:most].count()


def find_held(moves: list[PendingMove]) -> dict[tuple[int, int], CustomerClass]:
    """Return the class that holds while each move waits, by customer and track."""
    rows: Any = Assignment.objects.filter(customer_id__in=[one.customer_id for one in moves], valid_to=None)
    return {(one.customer_id, one.track): one.to_class for one in rows.select_related("to_class")}


OLDEST_FIRST = ("since", "customer_id", "track")
