"""What the page of value gives to the registries: the analysis and the page."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhike.analytics import permissions
from zhike.analytics.runs.cards import Card
from zhike.analytics.runs.registry import Analysis, Outcome, Task, analyses
from zhike.ui.public import NavItem, format_exact, format_share, navigation

from .pages import ANALYSIS

VERSION = "1"


def register() -> None:
    meaning = _("How much few customers bring, tiers over time, and a forecast of an earlier day beside what happened.")
    label, page = _("Concentration of value"), "analytics:value"
    analyses.add(
        ANALYSIS, Analysis(ANALYSIS, label, meaning, "chart-pie", VERSION, (), _compute_in_worker, describe, page)
    )
    item = NavItem(
        pgettext_lazy("page", "Value"), page, "coin", permissions.VIEW, "analyses", 10, keys="kehujiazhi jiazhi jz"
    )
    navigation.add("customer-value", item)


def _compute_in_worker(task: Task) -> Outcome:
    from .computing import compute  # what it computes with takes long to import, and pages need none of it

    return compute(task)


def describe(card: Mapping[str, Any]) -> Card:
    """Return the figures by which runs are compared."""
    if "year" not in card:
        return Card()
    year, back = card["year"], card["hindsight"]
    figures = [(_now("Customers with a net amount"), format_exact(year["customers"]), "")]
    figures += [
        (_now("Largest {share} of customers").format(share=f"{one}%"), format_share(share), "")
        for one, _count, share in year["top"]
    ]
    if year["gini"] is not None:
        figures.append((_now("Gini coefficient"), format_exact(year["gini"], 3), ""))
    if back["identified"]:
        figures.append((_now("Predicted"), format_exact(back["model_test"]["total"], 0), ""))
        figures.append((_now("Happened"), format_exact(back["happened"]), ""))
    return Card(figures)
