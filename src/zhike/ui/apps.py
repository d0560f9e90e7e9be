from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "zhike.ui"

    def ready(self) -> None:
        from .navigation import NavItem, navigation
        from .views import VIEW_GALLERY

        navigation.add("ui.gallery", NavItem(_("Components"), "ui:gallery", "palette", VIEW_GALLERY, "settings", 900))
