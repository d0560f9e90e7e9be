"""What the built-in roles are called on pages."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.models import Role

BUILT_IN_NAMES = {
    "administrator": _("Administrator"),
    "lead": _("Team lead"),
    "agent": _("Agent"),
    "viewer": _("Viewer"),
}


def name_of(role: Role) -> str:
    """Return a role's name in the language of the page."""
    return role.name or str(BUILT_IN_NAMES.get(role.key, role.key))


ROOM_TITLES = {
    "customers": _("Customers"),
    "commerce": _("Orders and products"),
    "classification": _("Classes"),
    "analytics": _("Analyses"),
    "accounts": _("People and settings"),
    "audit": _("Audit trail"),
    "ui": _("Pages"),
    "config": _("Installation"),
}


def room_title(room: str) -> str:
    """Return what a room is called on pages."""
    return str(ROOM_TITLES.get(room, room))
