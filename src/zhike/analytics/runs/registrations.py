from django.utils.translation import gettext_lazy as _

from zhike.analytics.permissions import VIEW
from zhike.ui.public import NavItem, navigation


def register() -> None:
    navigation.add(
        "models",
        NavItem(
            _("Models"), "analytics:models", "versions", VIEW, group="analyses", order=90, keys="moxing mx", key="g m"
        ),
    )
