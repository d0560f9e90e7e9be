"""A firm whose newest order is long ago, a trial of old data say: today's classes call nearly everybody lost."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import now

from zhike.accounts.public import get_organisation
from zhike.classification import permissions
from zhike.classification.models import Scheme
from zhike.classification.schemes.queries import list_schemes_in_force
from zhike.commerce.public import find_newest_order
from zhike.kit.actor import Actor
from zhike.kit.clock import local_day
from zhike.ui.public import WorkbenchPanel, workbench_panels

OLD_DAYS = 60


@dataclass(frozen=True, slots=True)
class OldOrders:
    """The day of the newest order, and the one after it: as of then the classes are those that were."""

    newest: date
    as_of: date


def find_old_orders(*, at: datetime) -> OldOrders | None:
    """Return since when there are no orders; None where there are newer ones, or none at all. One query by an index."""
    newest, zone = find_newest_order(until=at), get_organisation().time_zone
    if newest is None or local_day(at, zone) - local_day(newest, zone) <= timedelta(days=OLD_DAYS):
        return None
    day = local_day(newest, zone)
    return OldOrders(day, day + timedelta(days=1))


def load_panel(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return what the workbench says of old orders, with the type to look at as of then."""
    found = find_old_orders(at=now())
    if found is None:
        return None
    stages = (one.scheme for one in list_schemes_in_force() if one.scheme.kind == Scheme.Kind.LIFECYCLE)
    return {"old": found, "scheme": next(stages, None), "may_simulate": actor.may(permissions.SIMULATE)}


def register() -> None:
    template = "classification/workbench/old_orders.html"
    panel = WorkbenchPanel("old_orders", "main", 5, permissions.VIEW, template, load_panel, quiet=True)
    workbench_panels.add(panel.key, panel)
