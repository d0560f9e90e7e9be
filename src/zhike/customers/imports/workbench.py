"""What imports put on the workbench: those under way, those that wait for somebody, those that failed."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from zhike.customers.imports.queries import TONES, UNDER_WAY, Status, get_pace, kind_of, visible_imports
from zhike.customers.models import ImportRun
from zhike.customers.rights import IMPORT
from zhike.kit.actor import Actor
from zhike.ui.public import WorkbenchPanel, workbench_panels

ROWS = 4
JUST_NOW = timedelta(minutes=15)  # what ends while somebody looks on stays in sight
WAITING = (Status.MAPPING, Status.CHECKED)


def register() -> None:
    workbench_panels.add(
        "imports", WorkbenchPanel("imports", "rail", 10, IMPORT, "customers/imports/workbench.html", load_imports)
    )


def list_current(*, actor: Actor, days: int, at: datetime) -> list[ImportRun]:
    """Return the imports that the actor may want to look after, newest first, each with its `pace`."""
    since = at - timedelta(days=days)
    current = (
        Q(status__in=UNDER_WAY)
        | Q(status__in=WAITING, created_at__gte=since, by_id=actor.id)
        | Q(status=Status.FAILED, created_at__gte=since)
        | Q(status=Status.DONE, finished_at__gte=at - JUST_NOW, by_id=actor.id)
    )
    runs = list(visible_imports(actor).filter(current).order_by("-id")[:ROWS])
    for run in runs:
        status = Status(run.status)
        run.__dict__ |= {"kind_label": kind_of(run).label, "tone": TONES.get(status, "")}
        run.__dict__["pace"] = get_pace(run) if status in UNDER_WAY else None
    return runs


def load_imports(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return the imports to look after; None where there are none."""
    runs = list_current(actor=actor, days=days, at=now())
    return {"runs": runs, "under_way": any(run.status in UNDER_WAY for run in runs)} if runs else None
