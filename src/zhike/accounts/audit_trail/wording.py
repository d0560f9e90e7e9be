"""How the events of this room read in the trail."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhike.accounts.models import ApiToken, Role, Team, User
from zhike.accounts.roles.naming import BUILT_IN_NAMES, name_of
from zhike.audit.public import event_words, fact_words, subject_names

WORDS = {
    "SignInLinkMade": _("made a sign-in link"),
    "PersonSignedIn": _("signed in"),
    "PersonSignedOut": _("signed out"),
    "PasswordChanged": _("chose a password"),
    "PersonAdded": _("added {login} with the roles {roles}"),
    "PersonChanged": _("changed a person"),
    "PersonDeactivated": _("deactivated a person"),
    "PersonReactivated": _("let a person in again"),
    "LanguageChosen": _("chose the language {language}"),
    "NumberStyleChosen": _("chose how numbers are written: {style}"),
    "DeliveryTriedAgain": _("had a message that was given up tried again"),
    "FirstStepsHidden": _("put the first steps away"),
    "FirstStepsShown": _("brought the first steps back"),
    "TeamAdded": _("added the team {name}"),
    "TeamRenamed": _("renamed the team {before} to {after}"),
    "TeamRemoved": _("removed the team {name}"),
    "RoleAdded": _("added the role {name}"),
    "RoleChanged": _("changed a role"),
    "RoleRemoved": _("removed the role {name}"),
    "TokenCreated": _("made the API token {name}"),
    "TokenRevoked": _("revoked the API token {name}"),
    "OrganisationChanged": _("changed the organisation's settings"),
}


def name_people(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    people = User.objects.filter(id__in=ids)
    return {one.id: (one.name, reverse("accounts:person", args=[one.id])) for one in people}


def name_teams(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    return {one.id: (one.name, reverse("accounts:team", args=[one.id])) for one in Team.objects.filter(id__in=ids)}


def name_roles(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    return {one.id: (name_of(one), reverse("accounts:role", args=[one.id])) for one in Role.objects.filter(id__in=ids)}


def name_tokens(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    return {one.id: (one.name, "") for one in ApiToken.objects.filter(id__in=ids)}


def name_organisation(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    return {1: (str(_("Organisation")), reverse("accounts:organisation"))}


def word_role(key: str) -> str:
    """Return what a role is called, which events know by its key."""
    if key in BUILT_IN_NAMES:
        return str(BUILT_IN_NAMES[key])
    role = Role.objects.filter(key=key).first()
    return role.name if role else key


fact_words.add("roles", word_role)
for event, words in WORDS.items():
    event_words.add(event, words)
for kind, find in {
    "user": name_people,
    "team": name_teams,
    "role": name_roles,
    "token": name_tokens,
    "organisation": name_organisation,
}.items():
    subject_names.add(kind, find)
