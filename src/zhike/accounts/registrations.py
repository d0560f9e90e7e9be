"""What accounts gives the frame of the pages."""

from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from zhike.ui.public import NavItem, WorkbenchPanel, checklist_items, language_keepers, navigation, workbench_panels

from .deliveries.panels import load_parked
from .first_steps.items import FIRST_STEPS
from .first_steps.panels import load_first_steps
from .own_account.actions import choose_language
from .permissions import CHANGE_ORGANISATION, MAKE_API_KEY, VIEW_AUDIT_ENTRY, VIEW_PERSON
from .rights.registry import OWN_ACCOUNT


def keep_language(request: HttpRequest, language: str) -> None:
    """Keep a choice of language with the person, where somebody is signed in."""
    if request.actor is not None:
        choose_language(user_id=request.actor.id, language=language, by=request.actor, at=now())


language_keepers.add("accounts", keep_language)
for key, item in {
    "accounts.organisation": NavItem(
        _("Organisation"), "accounts:organisation", "building", CHANGE_ORGANISATION, "settings", 810, keys="zuzhi zz"
    ),
    "accounts.people": NavItem(
        _("People"), "accounts:people", "users", VIEW_PERSON, "settings", 820, keys="renyuan ry"
    ),
    "audit.trail": NavItem(_("Audit trail"), "accounts:trail", "history", VIEW_AUDIT_ENTRY, "settings", 880),
    "audit.deliveries": NavItem(_("Messages"), "accounts:deliveries", "send", VIEW_AUDIT_ENTRY, "settings", 885),
    "accounts.own_account": NavItem(_("My account"), "accounts:own-account", "user-circle", OWN_ACCOUNT, "person", 10),
    "accounts.first_steps": NavItem(
        _("First steps"), "accounts:first-steps", "list-check", OWN_ACCOUNT, "person", 15, keys="rumen rm"
    ),
    "accounts.tokens": NavItem(_("API tokens"), "accounts:tokens", "key", MAKE_API_KEY, "person", 20),
    "api.reference": NavItem(_("API reference"), "api-reference", "book", MAKE_API_KEY, "person", 30),
}.items():
    navigation.add(key, item)
for step in FIRST_STEPS:
    checklist_items.add(step.key, step)
workbench_panels.add(
    "first_steps",
    WorkbenchPanel(
        "first_steps", "main", 10, OWN_ACCOUNT, "accounts/first_steps/panel.html", load_first_steps, quiet=True
    ),
)
workbench_panels.add(
    "deliveries",
    WorkbenchPanel(
        "deliveries", "rail", 5, VIEW_AUDIT_ENTRY, "accounts/deliveries/panel.html", load_parked, quiet=True
    ),
)
