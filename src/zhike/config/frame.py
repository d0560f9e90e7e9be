"""Wires the frame of the pages (ui) to the organisation and to people's rights (accounts)."""

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import (
    LEAD,
    OWN_ACCOUNT,
    Organisation,
    add_permission,
    get_organisation,
    needs,
    open_to_anyone,
)
from zhike.ui.public import (
    VIEW_GALLERY,
    VIEW_GALLERY_LABEL,
    NavItem,
    choose_language,
    frame_facts,
    gallery,
    guide,
    navigation,
    picture,
    shortcuts,
    workbench_panel,
)

app_name = "ui"
panel = needs(OWN_ACCOUNT)(workbench_panel)
GUIDE = open_to_anyone("It holds nothing of the organisation, and whoever cannot sign in needs it most.")
urlpatterns: list[URLPattern] = [
    path("", needs(VIEW_GALLERY)(gallery), name="gallery"),
    path(
        "language/",
        open_to_anyone("The sign-in page offers both languages.")(choose_language),
        name="choose-language",
    ),
    path("keys/", needs(OWN_ACCOUNT)(shortcuts), name="keys"),
    path("guide/", GUIDE(guide), name="guide"),
    path("guide/<slug:chapter>/", GUIDE(guide), name="guide-chapter"),
    path("guide/pictures/<str:name>", GUIDE(picture), name="guide-picture"),
]


def connect_frame() -> None:
    """Give the frame what it shows of higher rooms."""
    add_permission(VIEW_GALLERY, VIEW_GALLERY_LABEL, roles=(LEAD,))
    frame_facts.add("organisation", organisation_of)
    navigation.add(
        "workbench",
        NavItem(
            _("Workbench"),
            "start",
            "layout-list",
            OWN_ACCOUNT,
            order=1,
            on_phone=True,
            keys="gongzuotai gzt",
            key="g w",
        ),
    )

    navigation.add("guide", NavItem(_("Guide"), "ui:guide", "book-2", "", "person", 5, keys="bangzhu bz help"))
    navigation.add("keys", NavItem(_("Keys"), "ui:keys", "help", OWN_ACCOUNT, "person", 6, keys="kuaijiejian kjj"))


def organisation_of(request: HttpRequest) -> Organisation:
    """Return the organisation that the request already looked up, else look it up."""
    return getattr(request, "organisation", None) or get_organisation()
