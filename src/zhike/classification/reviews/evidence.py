"""What a reviewer sees: figures now and at the last review, changes of class since, and what they speak for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import get_organisation
from zhike.classification.assignments.queries import Move, list_metrics, list_moves
from zhike.classification.models import Assignment, CustomerClass, CustomerMetrics, Review, Scheme
from zhike.classification.workbench.rules import worse_than
from zhike.kit.clock import local_day

from .queries import DueRow
from .rules import Suggestion, percent_change, suggest

GRADED = (Scheme.Kind.VALUE_TIER, Scheme.Kind.LIFECYCLE)
REASONS = {
    "value_up": _("buys clearly more than at the last review"),
    "value_down": _("buys clearly less than at the last review"),
    "risen": _("a computed class rose"),
    "fallen": _("a computed class fell"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Figures in minor units; `before` holds those of the last review, empty without one; `moves` newest first.

    `beside`: where classes overlap, the others of the type that the customer is in. There figures suggest none of them.
    """

    row: DueRow
    metrics: CustomerMetrics
    last: Review | None
    moves: Sequence[Move]
    suggestion: Suggestion
    suggested: CustomerClass
    beside: Sequence[CustomerClass] = ()

    @property
    def suggests(self) -> bool:
        """Whether one class of the type is better than another."""
        return not self.row.policy.to_class.scheme.overlapping

    @property
    def before(self) -> Mapping[str, Any]:
        return self.last.figures if self.last else {}

    @property
    def change(self) -> int | None:
        """Percent by which the net amount changed since the last review."""
        return percent_change(self.before["monetary"], self.metrics.monetary) if "monetary" in self.before else None

    @property
    def last_day_before(self) -> date | None:
        day = self.before.get("last_day")
        return date.fromisoformat(day) if day else None

    @property
    def reasons(self) -> list[str]:
        return [str(REASONS[one]) for one in self.suggestion.reasons]


def load_evidence(rows: Sequence[DueRow]) -> list[Evidence]:
    """Return the evidence for each row: five queries for all of them."""
    ids = [one.customer_id for one in rows]
    metrics = list_metrics(ids)
    reviews = Review.objects.select_related("by").in_bulk([one.review_id for one in rows if one.review_id])
    history: dict[int, list[Assignment]] = {}
    held = Assignment.objects.filter(customer_id__in=ids).select_related("scheme", "to_class", "by")
    for one in held.order_by("-valid_from", "scheme_id")[: 200 * max(len(ids), 1)]:
        history.setdefault(one.customer_id, []).append(one)
    schemes = {one.policy.to_class.scheme_id for one in rows}
    classes: dict[int, list[CustomerClass]] = {}
    wanted = CustomerClass.objects.filter(retired_at=None)
    graded = Scheme.objects.filter(kind__in=GRADED)
    for each in wanted.filter(scheme__in=graded) | wanted.filter(scheme_id__in=schemes):
        classes.setdefault(each.scheme_id, []).append(each)
    for listed in classes.values():
        listed.sort(key=lambda each: (each.position, each.id))
    return [
        _evidence(
            row,
            metrics.get(row.customer_id) or CustomerMetrics(customer_id=row.customer_id),
            reviews.get(row.review_id),
            history.get(row.customer_id, []),
            classes,
        )
        for row in rows
    ]


def _evidence(
    row: DueRow,
    metrics: CustomerMetrics,
    last: Review | None,
    history: Sequence[Assignment],
    classes: Mapping[int, list[CustomerClass]],
) -> Evidence:
    one, scheme = row.policy.to_class, row.policy.to_class.scheme
    mine = ([] if scheme.overlapping else classes.get(scheme.id)) or [one]
    place = next((at for at, one in enumerate(mine) if one.id == row.policy.to_class_id), 0)
    moves = [each for each in list_moves(history) if each.before and each.to and _is_since(each, row, last)]
    steps = [_step(each, classes) for each in moves if each.scheme.id != scheme.id]
    found = suggest(
        place=place,
        classes=len(mine),
        value_now=metrics.monetary,
        value_before=last.figures.get("monetary") if last else None,
        risen=sum(one > 0 for one in steps),
        fallen=sum(one < 0 for one in steps),
    )
    others = [each.to_class for each in history if each.apart and each.valid_to is None and each.scheme_id == scheme.id]
    beside = sorted((each for each in others if each.id != one.id), key=lambda each: (each.position, each.id))
    return Evidence(row, metrics, last, moves, found, mine[found.place], beside)


def _is_since(move: Move, row: DueRow, last: Review | None) -> bool:
    """Tell whether a class moved since the last review; before the first, in the interval that led to it."""
    if last:
        return move.at > last.at
    return local_day(move.at, get_organisation().time_zone) >= row.due - timedelta(days=row.policy.value["every_days"])


def _step(move: Move, classes: Mapping[int, list[CustomerClass]]) -> int:
    """Return 1 for a change for the better, −1 for the worse, 0 where the classes are not graded."""
    if move.before is None or move.to is None or move.scheme.kind not in GRADED:
        return 0
    worse = worse_than(move.scheme.kind, [one.key for one in classes.get(move.scheme.id, [])])
    if move.before.key in worse.get(move.to.key, []):
        return -1
    return 1 if move.to.key in worse.get(move.before.key, []) else 0
