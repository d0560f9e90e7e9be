"""What the pages of approvals show, loaded."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhike.classification import permissions
from zhike.classification.models import CustomerClass, PendingMove, Scheme
from zhike.classification.schemes.queries import get_scheme, list_classes
from zhike.kit.actor import Actor
from zhike.ui.public import NavItem, WorkbenchPanel, navigation, workbench_panels

from . import queries
from .marking import get_telling
from .steadiness import get_steadiness

ROWS = 100
PANEL_ROWS = 5


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A move that waits, and the class that holds meanwhile."""

    move: PendingMove
    held: CustomerClass | None


def register() -> None:
    template = "classification/approvals/panel.html"
    workbench_panels.add("approvals", WorkbenchPanel("approvals", "rail", 25, permissions.VIEW, template, load_panel))
    page = NavItem(_("Approvals"), "classification:approvals", "checks", permissions.APPROVE, group="classes", order=15)
    navigation.add("approvals", page)


def worklist_page(*, actor: Actor, customer_id: int | None = None) -> dict[str, Any]:
    """Return the oldest moves that wait for the actor's customers, or those of one customer."""
    moves = queries.list_waiting(actor=actor)
    if customer_id is not None:
        moves = moves.filter(customer_id=customer_id)
    return {
        "rows": _rows(moves, ROWS),
        "count": queries.count_at_most(moves),
        "customer_id": customer_id,
        "may_approve": actor.may(permissions.APPROVE),
    }


def load_panel(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return what waits, for the workbench; None where nothing does."""
    rows = _rows(queries.list_waiting(actor=actor), PANEL_ROWS)
    if not rows:
        return None
    return {
        "rows": rows,
        "count": queries.count_at_most(queries.list_waiting(actor=actor)),
        "may_approve": actor.may(permissions.APPROVE),
    }


def steadiness_page(*, key: str) -> dict[str, Any]:
    """Return what a scheme asks before it moves customers, and what can be asked."""
    scheme = get_scheme(key=key)
    return {
        "scheme": scheme,
        "steadiness": get_steadiness(scheme=scheme),
        "telling": get_telling(scheme=scheme),
        "classes": list_classes(scheme_id=scheme.id),
        "has_thresholds": scheme.kind == Scheme.Kind.VALUE_TIER,
        "has_rule": scheme.kind != Scheme.Kind.HAND,
    }


def _rows(moves: QuerySet[PendingMove], most: int) -> list[WaitingRow]:
    found = list(moves.order_by(*queries.OLDEST_FIRST)[:most])
    held = queries.find_held(found)
    return [WaitingRow(one, held.get((one.customer_id, one.track))) for one in found]
