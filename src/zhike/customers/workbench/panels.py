"""What customers put on the workbench, and the filters of the list to which it leads."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Listing
from zhike.customers.registries import Choice, Facet, Text, customer_facets
from zhike.customers.rights import CHANGE, IMPORT, VIEW, visible_customers
from zhike.kit.actor import Actor
from zhike.ui.public import ChecklistItem, WorkbenchPanel, checklist_items, workbench_panels

from . import queries

TEMPLATE = "customers/workbench/{}.html"
SPANS = ("7", "30")
LACKS: dict[str, Text] = {
    "owner": gettext_lazy("No owner"),
    "contact": gettext_lazy("No phone and no e-mail"),
    "region": gettext_lazy("No region"),
}


def register() -> None:
    for panel in (
        WorkbenchPanel("newcomers", "rail", 40, VIEW, TEMPLATE.format("newcomers"), load_newcomers),
        WorkbenchPanel("missing", "rail", 50, CHANGE, TEMPLATE.format("missing"), load_missing),
    ):
        workbench_panels.add(panel.key, panel)
    for facet in (
        Facet("created", gettext_lazy("Created"), _spans, _came, _span_label, order=70),
        Facet("missing", gettext_lazy("Missing"), _lacks, _lacking, lambda value: LACKS.get(value, ""), order=72),
    ):
        customer_facets.add(facet.key, facet)
    checklist_items.add(
        "records",
        ChecklistItem(
            "records",
            30,
            IMPORT,
            "table-import",
            gettext_lazy("Bring customers and orders"),
            gettext_lazy("From a spreadsheet or another system."),
            "imports:new",
            lambda actor: visible_customers(actor).exists(),
        ),
    )


def load_newcomers(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return the latest customers; None where nobody came in the span."""
    found = queries.list_newcomers(actor=actor, days=days, at=now())
    return {"found": found, "days": days} if found.rows else None


def load_missing(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return what profiles lack, with how many; None where they lack nothing."""
    found = queries.count_missing(actor=actor)
    return {"rows": [(key, LACKS[key], count) for key, count in found.items()]} if found else None


def _spans(actor: Actor) -> list[Choice]:
    return [Choice(days, _span_label(days)) for days in SPANS]


def _span_label(value: str) -> str:
    return _("in the last {days} days").format(days=value) if value in SPANS else ""


def _came(rows: QuerySet[Listing], values: Sequence[str]) -> QuerySet[Listing]:
    spans = [int(value) for value in values if value in SPANS]
    return rows.filter(queries.came_since(days=max(spans), at=now())) if spans else rows.none()


def _lacks(actor: Actor) -> list[Choice]:
    return [Choice(key, label) for key, label in LACKS.items()]


def _lacking(rows: QuerySet[Listing], values: Sequence[str]) -> QuerySet[Listing]:
    lacks = [queries.MISSING[value] for value in values if value in queries.MISSING]
    return rows.filter(reduce(or_, lacks)) if lacks else rows.none()
