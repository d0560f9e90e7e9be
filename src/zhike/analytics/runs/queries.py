"""Runs of analyses, as pages and programs read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhike.analytics.errors import NoSuchAnalysis, NoSuchRun
from zhike.analytics.models import ModelRun

from .actions import OPEN
from .registry import Analysis, analyses

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """An analysis with the run in use and the one asked for last, each None where there is none."""

    analysis: Analysis
    in_use: ModelRun | None
    last: ModelRun | None

    @property
    def is_open(self) -> bool:
        return self.last is not None and self.last.status in OPEN

    @property
    def problem(self) -> str:
        """Why what was asked for last is not what is shown; empty where it is, or is under way."""
        return self.last.problem if self.last is not None and not self.is_open else ""


def list_standings() -> list[Standing]:
    """Return every analysis with its runs that matter now, in two queries."""
    used = {one.analysis: one for one in ModelRun.objects.filter(in_use=True).select_related("by")}
    newest = ModelRun.objects.order_by("analysis", "-id").distinct("analysis").select_related("by")
    last = {one.analysis: one for one in newest}
    return [Standing(one, used.get(one.key), last.get(one.key)) for one in analyses]


def get_standing(*, key: str) -> Standing:
    """:raises NoSuchAnalysis:"""
    found = next((one for one in list_standings() if one.analysis.key == key), None)
    if found is None:
        raise NoSuchAnalysis
    return found


def list_runs(*, key: str) -> Sequence[ModelRun]:
    """Return the latest runs of an analysis, newest first. :raises NoSuchAnalysis:"""
    if analyses.get(key) is None:
        raise NoSuchAnalysis
    return list(ModelRun.objects.filter(analysis=key).select_related("by").order_by("-id")[:MOST_LISTED])


def get_run(*, run_id: int) -> ModelRun:
    """Return a run of an analysis that there is. :raises NoSuchRun:"""
    found = ModelRun.objects.select_related("by").filter(id=run_id).first()
    if found is None or analyses.get(found.analysis) is None:
        raise NoSuchRun
    return found


def find_run_in_use(*, key: str) -> ModelRun | None:
    return ModelRun.objects.filter(analysis=key, in_use=True).first()
