"""Each night: whether the engine's copy holds what the database holds.

What differs is copied anew by itself; those who look after the installation are told, because something was wrong.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from zhike.accounts.public import get_organisation
from zhike.audit.public import record
from zhike.classification.events import StoreRepaired
from zhike.classification.models import ClassifyRun
from zhike.engine.public import Checked, check_mirror, last_check
from zhike.kit.actor import SYSTEM, Actor

from .actions import get_store, run_classification
from .schedule import run_soon

NIGHT = 3  # the hour of the organisation's zone
TOLD_DAYS = 7


def check_store(*, repair: bool, by: Actor, at: datetime) -> Checked:
    """Compare the engine's copy with the database by month; with `repair` copy anew what differs, and classify soon."""
    found = check_mirror(get_store(), repair=repair, at=at)
    if found.repaired:
        months = sorted({one.month for one in found.differing if one.month})
        record(event=StoreRepaired(len(found.differing), months), by=by)
        run_soon(after=0)
    return found


def check_at_night(*, at: datetime) -> bool:
    """Check and mend where it is night in the organisation's zone; return whether it was."""
    if at.astimezone(ZoneInfo(get_organisation().time_zone)).hour != NIGHT:
        return False
    check_store(repair=True, by=SYSTEM, at=at)
    return True


def rebuild_store(*, by: Actor, at: datetime) -> ClassifyRun:
    """Copy the whole database into the engine again and compute all anew. Must not be called in a transaction."""
    get_store().mark_stale()
    return run_classification(full=True, by=by, at=at)


def load_notice(actor: Actor, days: int) -> dict[str, Any] | None:
    """Return what the last check had to mend, or could not; None where all was right, or it is long ago."""
    held = last_check(get_store())
    if held is None or not held["differing"]:
        return None
    at = datetime.fromisoformat(held["at"])
    if held["repaired"] and at < now() - timedelta(days=TOLD_DAYS):
        return None
    return {"at": at, "count": len(held["differing"]), "repaired": held["repaired"]}
