"""What retention gives to the registries: the analysis and the page."""

from django.utils.translation import gettext_lazy as _

from zhike.analytics import permissions
from zhike.analytics.runs.registry import Analysis, analyses
from zhike.ui.public import NavItem, navigation

from .computing import compute

ANALYSIS = "retention"


def register() -> None:
    analyses.add(
        ANALYSIS,
        Analysis(
            ANALYSIS,
            _("Retention"),
            _("Who buys again, for how long, and how customers move between stages, month by month."),
            "repeat",
            "1",
            (),
            compute,
        ),
    )
    navigation.add(
        "retention",
        NavItem(
            _("Retention"),
            "analytics:retention",
            "repeat",
            permissions.VIEW,
            "analyses",
            20,
            keys="liucun lc",
        ),
    )
