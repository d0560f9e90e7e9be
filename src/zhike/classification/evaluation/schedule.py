"""When classes are brought up to date: soon after something changed, and once each day."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from zhike.accounts.public import get_organisation
from zhike.audit.public import ask_once
from zhike.classification.models import ClassifyRun
from zhike.kit.clock import local_day

from .at_once import counts_hours

RUN = "classification.run"  # the task
SOON = 5  # seconds, so that a burst of changes is one run


def run_soon(*, after: int = SOON) -> None:
    """Have the worker classify shortly, once for all changes until then: a run that waits will see this change too."""
    ask_once(RUN, lock=RUN, after=timedelta(seconds=after))


def run_after(facts: Mapping[str, Any]) -> None:
    """React to an event of a lower room: whatever it was, classes may differ now."""
    run_soon()


def run_after_field(facts: Mapping[str, Any]) -> None:
    """React to a changed field: another formula, or other decimal places of it, may meet other rules."""
    if {"formula", "limits"} & set(facts["after"]):
        run_soon()


def run_after_product(facts: Mapping[str, Any]) -> None:
    """React to a changed product: rules that ask what was bought ask for its category."""
    if "category" in facts["after"]:
        run_soon()


def run_if_new_day(*, at: datetime) -> bool:
    """Ask for a run unless one for today has ended; return whether it was asked for.

    Time alone moves customers: at risk, lost, out of the window.
    """
    today = local_day(at, get_organisation().time_zone)
    done = ClassifyRun.objects.filter(status=ClassifyRun.Status.DONE, as_of=today)
    if done.exists():
        return False
    run_soon(after=0)
    return True


def run_if_hours_count(*, at: datetime) -> bool:
    """Ask for a run where a rule in force counts in hours; return whether it was asked for."""
    if not counts_hours(at=at):
        return False
    run_soon(after=0)
    return True
