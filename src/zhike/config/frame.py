"""Wires the frame of the pages (ui) to the organisation and to people's rights (accounts)."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import LEAD, add_permission, get_organisation, needs, open_to_anyone
from zhike.ui.public import NavItem, choose_language, frame_facts, gallery, navigation

app_name = "ui"
urlpatterns: list[URLPattern] = [
    path("", needs("ui.view_gallery")(gallery), name="gallery"),
    path(
        "language/",
        open_to_anyone("The sign-in page offers both languages.")(choose_language),
        name="choose-language",
    ),
]


def connect_frame() -> None:
    """Give the frame what it shows of higher rooms."""
    add_permission("ui.view_gallery", _("See all components of the pages"), roles=(LEAD,))
    frame_facts.add("organisation", get_organisation)
    navigation.add("ui.gallery", NavItem(_("Components"), "ui:gallery", "palette", "ui.view_gallery", "settings", 900))
