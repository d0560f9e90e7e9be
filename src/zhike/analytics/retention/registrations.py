"""What retention gives to the registries: the analysis and the page."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zhike.analytics import permissions
from zhike.analytics.figures import show
from zhike.analytics.runs.cards import Card
from zhike.analytics.runs.registry import Analysis, Outcome, Task, analyses
from zhike.ui.public import NavItem, format_exact, format_share, navigation

from . import cohort_map, curves
from .pages import ANALYSIS

VERSION = "1"


def register() -> None:
    meaning = _("Who buys again, for how long, and how customers move between stages, month by month.")
    page = "analytics:retention"
    analyses.add(
        ANALYSIS,
        Analysis(ANALYSIS, _("Retention"), meaning, "repeat", VERSION, (), _compute_in_worker, describe, page),
    )
    navigation.add(
        ANALYSIS,
        NavItem(_("Retention"), page, "repeat", permissions.VIEW, "analyses", 20, keys="liucun lc"),
    )


def _compute_in_worker(task: Task) -> Outcome:
    from .computing import compute  # what it computes with takes long to import, and pages need none of it

    return compute(task)


def describe(card: Mapping[str, Any]) -> Card:
    """Return the figures by which runs are compared."""
    if "cohorts" not in card:
        return Card()
    figures = [(_now("Cohorts"), format_exact(len(card["cohorts"]["starts"])), "")]
    if share := cohort_map.average_share(card, 1):
        figures.append((_now("Bought in the month after"), show(share), ""))
    everybody = curves.find_curves(card, "all")
    if everybody and (told := curves.told_share(everybody[0])):
        figures.append((_now("Last longer than {days} days").format(days=told[0]), format_share(told[1]), ""))
    return Card(figures)
