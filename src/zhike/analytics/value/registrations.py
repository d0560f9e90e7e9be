"""What the page of value gives to the registries: the analysis and the page."""

from django.utils.translation import gettext_lazy as _

from zhike.analytics import permissions
from zhike.analytics.runs.registry import Analysis, analyses
from zhike.ui.public import NavItem, navigation

from .computing import compute

ANALYSIS = "concentration"


def register() -> None:
    analyses.add(
        ANALYSIS,
        Analysis(
            ANALYSIS,
            _("Concentration of value"),
            _("How much few customers bring, tiers over time, and a forecast of an earlier day beside what happened."),
            "chart-pie",
            "1",
            (),
            compute,
        ),
    )
    navigation.add(
        "value",
        NavItem(
            _("Value"),
            "analytics:value",
            "coin",
            permissions.VIEW,
            "analyses",
            10,
            keys="kehujiazhi jiazhi jz",
        ),
    )
