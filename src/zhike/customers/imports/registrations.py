"""What imports bring to the frame and to importing itself."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import AGENT, LEAD, add_permission
from zhike.customers.imports import customer_files, workbench
from zhike.customers.rights import IMPORT
from zhike.ui.public import NavItem, navigation


def register() -> None:
    add_permission(IMPORT, _("Import customers and orders"), roles=(LEAD, AGENT))
    customer_files.register()
    workbench.register()
    navigation.add(
        "imports",
        NavItem(_("Imports"), "imports:imports", "table-import", IMPORT, "customers", 80, keys="daoru dr", key="g i"),
    )
