"""Who may see and change classes."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import AGENT, LEAD, VIEWER, add_permission

add_permission("classification.view_scheme", _("See classes and their rules"), roles=(LEAD, AGENT, VIEWER))
add_permission("classification.change_scheme", _("Change customer management types"))
add_permission("classification.assign_class", _("Put customers into classes by hand"), roles=(LEAD, AGENT))
add_permission("classification.run", _("Classify all customers anew"), roles=(LEAD,))
