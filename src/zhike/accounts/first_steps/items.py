"""The first steps that are about people and the firm. Other rooms add theirs."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.organisation.queries import get_organisation
from zhike.accounts.permissions import CHANGE_ORGANISATION, CHANGE_PERSON
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
        "organisation",
        20,
        CHANGE_ORGANISATION,
        "building",
        _("Say who you are"),
        _("Name, time zone and currency of your organisation."),
        "accounts:organisation",
        lambda actor: get_organisation().configured,
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
