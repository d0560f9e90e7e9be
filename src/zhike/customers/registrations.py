"""What customers gives to the registries of lower rooms, and to its own; called once, when the rooms are ready."""

from django.utils.translation import gettext_lazy as _

from zhike.customers import rights, trail
from zhike.customers.activity import queries as activity
from zhike.customers.custom_fields import registrations as custom_fields
from zhike.customers.following import queries as following
from zhike.customers.listing import columns, facets
from zhike.customers.notices import pages as notices
from zhike.customers.workbench import panels as workbench
from zhike.ui.public import NavItem, navigation


def register() -> None:
    rights.register()
    trail.register()
    facets.register()
    columns.register()
    activity.register()
    workbench.register()
    custom_fields.register()
    following.register()
    notices.register()
    navigation.add(
        "customers",
        NavItem(
            _("Customers"),
            "customers:list",
            "users",
            rights.VIEW,
            group="customers",
            order=10,
            on_phone=True,
            keys="kehu kh",
            key="g c",
        ),
    )
