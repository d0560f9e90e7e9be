"""What imports bring to the frame: their permission; kinds come from the rooms they belong to."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import AGENT, LEAD, add_permission
from zhike.customers.rights import IMPORT


def register() -> None:
    add_permission(IMPORT, _("Import customers and orders"), roles=(LEAD, AGENT))
