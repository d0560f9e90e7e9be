"""The first steps that are about people. Other rooms add theirs."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.permissions import CHANGE_PERSON
from zhike.accounts.rights.registry import OWN_ACCOUNT
from zhike.ui.public import ChecklistItem

from . import queries

FIRST_STEPS = (
    ChecklistItem(
        "password",
        10,
        OWN_ACCOUNT,
        "lock",
        _("Set a password"),
        _("The link you came by works once."),
        "accounts:choose-password",
        queries.has_own_password,
    ),
    ChecklistItem(
        "colleague",
        60,
        CHANGE_PERSON,
        "user-plus",
        _("Invite a colleague"),
        _("Customers need owners: each sees what they may."),
        "accounts:new-person",
        queries.has_colleagues,
    ),
)
