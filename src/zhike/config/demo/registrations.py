"""What the sample data adds to the frame: a right, and a line under Settings."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import add_permission
from zhike.ui.public import NavItem, navigation


def register() -> None:
    add_permission("config.manage_demo", _("Load and clear the sample data"))
    navigation.add(
        "config.demo", NavItem(_("Sample data"), "demo:page", "database", "config.manage_demo", "settings", 890)
    )
