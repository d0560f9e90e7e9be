from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from zhike.kit.actor import Actor

from .registry import ChecklistItem, WorkbenchPanel, checklist_items, workbench_panels

SPANS = (7, 30)  # days to look back


@dataclass(frozen=True, slots=True)
class Loaded:
    """A panel with what its template shows."""

    panel: WorkbenchPanel
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    item: ChecklistItem
    done: bool

    @property
    def url(self) -> str:
        return reverse(self.item.url_name, args=self.item.url_args)


def read_days(asked: str) -> int:
    """Return the span that an address asks for; the first where it asks for none that we offer."""
    return int(asked) if asked in {str(days) for days in SPANS} else SPANS[0]


def load_panel(panel: WorkbenchPanel, *, actor: Actor, days: int) -> Loaded | None:
    """Return a panel for who may see it and where it has something to show."""
    if panel.permission and not actor.may(panel.permission):
        return None
    context = panel.load(actor, days)
    return None if context is None else Loaded(panel, context)


def load_panels(*, actor: Actor, days: int) -> dict[str, list[Loaded]]:
    """Return what the workbench shows a person, by place, in order."""
    ordered: Iterable[WorkbenchPanel] = sorted(workbench_panels, key=lambda panel: panel.order)
    loaded = [one for panel in ordered if (one := load_panel(panel, actor=actor, days=days))]
    return {place: [one for one in loaded if one.panel.place == place] for place in ("main", "rail")}


def list_steps(*, actor: Actor) -> list[Step]:
    """Return the first steps that a person may take, each with whether it is done."""
    ordered = sorted(checklist_items, key=lambda item: item.order)
    return [Step(item, item.done(actor)) for item in ordered if not item.permission or actor.may(item.permission)]
