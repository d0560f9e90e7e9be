from django.utils.translation import gettext_lazy as _

from zhike.audit.public import subscribe
from zhike.classification import permissions
from zhike.ui.public import NavItem, navigation

from . import columns, own_kinds, panels
from .owners.following import give_after


def register() -> None:
    own_kinds.register()
    panels.register()
    columns.register()
    for event in ("CustomersClassified", "CustomerClassified", "ClassAssigned"):
        subscribe(event, "classification.give_owners", give_after)
    navigation.add(
        "policies",
        NavItem(
            _("Policies"),
            "classification:policies",
            "clipboard",
            permissions.VIEW,
            group="classes",
            order=30,
            keys="gl cl",
        ),
    )
