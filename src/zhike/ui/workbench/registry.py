"""What rooms put on the workbench: parts of its page, and steps of the checklist for newcomers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise

from zhike.kit.actor import Actor
from zhike.kit.registry import Registry


@dataclass(frozen=True, slots=True)
class WorkbenchPanel:
    """A part of the workbench, shown to who has `permission` (empty: to everyone signed in).

    "main" holds what to do, "rail" figures and what runs by itself. `load` gets who asks and over how many days they
    look back; it returns the context of `template`, or None to show nothing, and shows only what that person may see.
    A part that tells on others (`quiet`) does not count as work: where nothing else is shown, the page says so.
    """

    key: str
    place: Literal["main", "rail"]
    order: int
    permission: str
    template: str
    load: Callable[[Actor, int], dict[str, Any] | None]
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A first step of a newcomer. `done` answers from what is recorded, in at most one query."""

    key: str
    order: int
    permission: str
    icon: str
    label: str | Promise
    text: str | Promise
    url_name: str
    done: Callable[[Actor], bool]
    url_args: tuple[str, ...] = ()


workbench_panels: Registry[WorkbenchPanel] = Registry("workbench panels")
checklist_items: Registry[ChecklistItem] = Registry("checklist items")
