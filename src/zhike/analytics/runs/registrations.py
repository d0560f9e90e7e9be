from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhike.analytics.permissions import VIEW
from zhike.audit.public import Fact, Told, event_words, fact_words, subject_names
from zhike.ui.public import NavItem, navigation

from .registry import analyses

EVENTS = {
    "AnalysisAsked": _("asked for a run of the model “{analysis}”"),
    "AnalysisPutInUse": _("put a run of the model “{analysis}” in use"),
}


def name_runs(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    """Return what runs are called, and their addresses."""
    return {one: (str(_("Run {number}")).format(number=one), reverse("analytics:run", args=[one])) for one in ids}


def name_analysis(key: str, told: Told) -> str:
    """Return what an analysis is called; one that is no more by its key."""
    known = analyses.get(key)
    return str(known.label) if known else key


def register() -> None:
    for event, words in EVENTS.items():
        event_words.add(event, words)
    fact_words.add("analysis", Fact(_("Model"), say=name_analysis))
    fact_words.add("AnalysisAsked.run_id", Fact(_("Run"), noun="run"))
    fact_words.add("AnalysisPutInUse.run_id", Fact(_("Run"), noun="run"))
    subject_names.add("run", name_runs)
    navigation.add(
        "models",
        NavItem(
            _("Models"), "analytics:models", "versions", VIEW, group="analyses", order=90, keys="moxing mx", key="g m"
        ),
    )
