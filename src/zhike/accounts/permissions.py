from django.utils.translation import gettext_lazy as _

from .rights.registry import AGENT, LEAD, OWN_ACCOUNT, VIEWER, add_permission

VIEW_PERSON = "accounts.view_person"
CHANGE_PERSON = "accounts.change_person"
CHANGE_ROLE = "accounts.change_role"
CHANGE_ORGANISATION = "accounts.change_organisation"
MAKE_API_KEY = "accounts.make_token"
VIEW_AUDIT_ENTRY = "audit.view_entry"

add_permission(OWN_ACCOUNT, _("Use their own account"), roles=(LEAD, AGENT, VIEWER))
add_permission(VIEW_PERSON, _("See people and teams"), roles=(LEAD,))
add_permission(CHANGE_PERSON, _("Add, change and deactivate people and teams"))
add_permission(CHANGE_ROLE, _("Say what each role may do"))
add_permission(CHANGE_ORGANISATION, _("Change the organisation's name, time zone, currency and language"))
add_permission(MAKE_API_KEY, _("Make API tokens of their own"), roles=(LEAD,))
add_permission(VIEW_AUDIT_ENTRY, _("Read the audit trail"))
