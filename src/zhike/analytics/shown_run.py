"""The run whose figures a page shows, and to whom: figures over everybody are for who may see everybody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhike.accounts.public import owner_ids
from zhike.kit.actor import Actor

from .errors import NoSuchRun
from .figures import ENDINGS, Table
from .models import ModelRun
from .permissions import RUN
from .runs.actions import OPEN


@dataclass(frozen=True, slots=True)
class ShownRun:
    """`run` is in use, None before the first and for who may not see everybody; `last` was asked for last."""

    run: ModelRun | None
    last: ModelRun | None
    sees_all: bool
    may_run: bool

    @property
    def goes_on(self) -> bool:
        return self.last is not None and self.last.status in OPEN

    @property
    def problem(self) -> str:
        """Why the last run has not become the one that is shown."""
        return self.last.problem if self.last is not None and not self.goes_on else ""


def find_shown_run(analysis: str, actor: Actor) -> ShownRun:
    """Return what a page says of the runs of an analysis."""
    runs = ModelRun.objects.filter(analysis=analysis)
    sees_all = owner_ids(actor) is None
    run = runs.filter(in_use=True).first() if sees_all else None
    return ShownRun(run, runs.order_by("-id").first(), sees_all, actor.may(RUN))


def find_table(
    analysis: str, actor: Actor, ending: str, make: Callable[[Mapping[str, Any]], Table | None]
) -> tuple[Table, str, date]:
    """Return the table that `make` finds in the card of the run in use, the ending of its file, the day of the run.

    :raises NoSuchRun: without a run, for who may not see everybody, or if there is no such table.
    """
    run = find_shown_run(analysis, actor).run
    table = make(run.card) if run else None
    if run is None or table is None:
        raise NoSuchRun
    return table, ending if ending in ENDINGS else ENDINGS[0], run.as_of
