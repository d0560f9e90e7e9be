from django.utils.translation import gettext_lazy as _

from zhike.classification import permissions
from zhike.ui.public import NavItem, WorkbenchPanel, navigation, workbench_panels

from .pages import load_panel


def register() -> None:
    workbench_panels.add(
        "reviews",
        WorkbenchPanel("reviews", "main", 40, permissions.REVIEW, "classification/reviews/panel.html", load_panel),
    )
    navigation.add(
        "reviews",
        NavItem(_("Reviews"), "classification:reviews", "calendar-check", permissions.VIEW, group="classes", order=40),
    )
