"""What answers to programs say of the run behind them: which model, as of which day, from which purchases."""

from datetime import date
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict

from zhike.accounts.public import owner_ids
from zhike.api.public import PageOf, page_answer
from zhike.kit.actor import Actor
from zhike.kit.paging import Page

from .errors import FiguresOfEverybody, NothingRunYet
from .models import ModelRun

RUN: dict[str, Any] = {
    "id": 12,
    "analysis": "value",
    "version": "1",
    "as_of": "2026-11-22",
    "first_day": "2025-01-03",
    "last_day": "2026-11-21",
    "customers": 480,
}


class RunHead(Schema):
    """The run in use that the figures come from."""

    model_config = ConfigDict(json_schema_extra={"examples": [RUN]})

    id: int
    analysis: str
    version: str = Field(description="Of the model: raised when it computes otherwise")
    as_of: date = Field(description="What happened before this day counts")
    first_day: date | None = Field(description="The first day of the facts that went in")
    last_day: date | None
    customers: int


class PageOfRun[Row](PageOf[Row]):
    """Rows of one run; `run` is null, and there are no rows, while no run is in use."""

    run: RunHead | None


def run_answer(run: ModelRun | None, page: Page[Any], rows: list[Any] | None = None) -> dict[str, Any]:
    """Return a page of a run's rows in the shape of PageOfRun; `rows` stand in for those of the page."""
    return page_answer(page) | {"run": run} | ({} if rows is None else {"rows": rows})


def get_shown_to_all(analysis: str, actor: Actor) -> ModelRun:
    """Return the run in use of figures over everybody.

    :raises FiguresOfEverybody: for who may see some customers only. :raises NothingRunYet: while none is in use.
    """
    if owner_ids(actor) is not None:
        raise FiguresOfEverybody
    run = ModelRun.objects.filter(analysis=analysis, in_use=True).first()
    if run is None:
        raise NothingRunYet
    return run
