"""What classification puts on the workbench: whom to call, and how classes moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhike.accounts.public import get_organisation, has_seen
from zhike.classification import permissions
from zhike.classification.classes.queries import list_flows
from zhike.classification.models import CustomerClass, Scheme, SchemeVersion
from zhike.classification.schemes.queries import SchemeInForce
from zhike.customers.public import Choice, Facet, customer_facets
from zhike.kit.actor import Actor
from zhike.kit.clock import first_of_last
from zhike.ui.public import (
    ChecklistItem,
    WorkbenchPanel,
    checklist_items,
    format_compact_money,
    format_day,
    format_number,
    workbench_panels,
)

from . import queries

URGENT = 14  # days before a customer counts as lost
FLOWS = 5
TEMPLATE = "classification/workbench/{}.html"


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A customer to care for: what happened, why now, and until when."""

    customer_id: int
    name: str
    moves: Sequence[tuple[CustomerClass | None, CustomerClass]]
    why: str
    tone: str
    due: str
    due_note: str


def register() -> None:
    for panel in (
        WorkbenchPanel("falling", "main", 30, permissions.VIEW, TEMPLATE.format("falling"), load_falling),
        WorkbenchPanel("moves", "rail", 30, permissions.VIEW, TEMPLATE.format("moves"), load_moves),
    ):
        workbench_panels.add(panel.key, panel)
    customer_facets.add("fell", Facet("fell", gettext_lazy("Moved down"), _spans, _narrow, _span_label, order=46))
    for item in FIRST_STEPS:
        checklist_items.add(item.key, item)


def load_falling(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return who moved down and who is about to leave; None where nobody did or is."""
    at, schemes = now(), queries.list_graded_schemes()
    lifecycle = next((one for one in schemes if one.scheme.kind == Scheme.Kind.LIFECYCLE), None)
    fallen = queries.list_fallen(actor=actor, days=days, at=at, schemes=schemes)
    known = [one.customer_id for one in fallen.rows]
    leaving = queries.list_leaving(actor=actor, lifecycle=lifecycle, but=known)
    if not fallen.count and not (leaving and leaving.count):
        return None
    judged, currency = queries.judged_on(at), get_organisation().currency
    return {
        "fallen": fallen,
        "fallen_rows": [_work_row(one, lifecycle, judged, currency) for one in fallen.rows],
        "leaving": leaving,
        "leaving_rows": [_work_row(one, lifecycle, judged, currency) for one in leaving.rows] if leaving else [],
        "leaving_class": leaving.rows[0].moves[0][1].id if leaving and leaving.rows else None,
        "currency": currency,
        "days": days,
    }


def load_moves(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return the commonest changes of lifecycle stage; None where there were none."""
    lifecycle = next((one for one in queries.list_graded_schemes() if one.scheme.kind == Scheme.Kind.LIFECYCLE), None)
    if lifecycle is None:
        return None
    since = first_of_last(days, now(), get_organisation().time_zone) - timedelta(days=1)
    flows = list_flows(scheme=lifecycle, since=since, actor=actor, limit=FLOWS)
    return {"flows": flows, "scheme": lifecycle.scheme, "days": days} if flows else None


def _work_row(mover: queries.Mover, lifecycle: SchemeInForce | None, judged: date, currency: str) -> WorkRow:
    idle = (judged - mover.last_purchase).days if mover.last_purchase else None
    parts = [_("net of 365 days {amount}").format(amount=format_compact_money(mover.value, currency))]
    if idle is not None:
        parts.insert(0, _bought(idle))
    keys = {after.key for _before, after in mover.moves}
    due, note, tone = "", "", "warn"
    if "lost" in keys:
        tone = "bad"
    elif "at_risk" in keys and lifecycle and idle is not None and mover.last_purchase:
        left = lifecycle.version.parameters["lost_days"] - idle + 1
        tone = "bad" if left <= URGENT else "warn"
        due, note = _in_days(left), _("then lost")
    if not due and mover.last_purchase:
        due, note = format_day(mover.last_purchase, "short"), _("last purchase")
    return WorkRow(mover.customer_id, mover.name, mover.moves, " · ".join(parts), tone, due, note)


def _bought(idle: int) -> str:
    text = ngettext("{count} day without a purchase", "{count} days without a purchase", idle)
    return text.format(count=format_number(idle))


def _in_days(left: int) -> str:
    text = ngettext("{count} day left", "{count} days left", left)
    return text.format(count=format_number(left))


def _spans(actor: Actor) -> list[Choice]:
    return [Choice(str(days), _span_label(str(days))) for days in (7, 30)]


def _span_label(value: str) -> str:
    return _("in the last {days} days").format(days=value) if value in ("7", "30") else ""


def _narrow(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    """Narrow the listing to who moved down in the widest of the spans asked for; nobody for anything else."""
    spans = [int(value) for value in values if value in ("7", "30")]
    if not spans:
        return rows.none()
    since = queries.start_of(days=max(spans), at=now())
    falls = queries.falls_since(since, queries.list_graded_schemes())
    return rows.filter(customer_id__in=falls.values("customer_id"))


def _is_adjusted(actor: Actor) -> bool:
    """Return whether somebody has put another version of a built-in type in force."""
    return SchemeVersion.objects.filter(scheme__built_in=True, number__gt=1, applied_at__isnull=False).exists()


FIRST_STEPS = (
    ChecklistItem(
        "classes",
        40,
        permissions.VIEW,
        "chart-donut-3",
        gettext_lazy("Look at the classes"),
        gettext_lazy("Who your customers are, and the reason for each."),
        "classification:classes",
        lambda actor: has_seen(step="classes", actor=actor),
    ),
    ChecklistItem(
        "threshold",
        50,
        permissions.CHANGE,
        "adjustments",
        gettext_lazy("Adjust a threshold"),
        gettext_lazy("After how many days is a customer at risk, with you?"),
        "classification:edit",
        _is_adjusted,
        url_args=("lifecycle",),
    ),
)
