"""What imports bring to the frame: their permission; kinds come from the rooms they belong to."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import AGENT, LEAD, add_permission
from zhike.customers.imports import customer_files
from zhike.customers.rights import IMPORT


def register() -> None:
    customer_files.register()
    add_permission(IMPORT, _("Import customers and orders"), roles=(LEAD, AGENT))
