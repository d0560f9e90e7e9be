"""How the events of this room read in the trail."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhike.accounts.models import ApiToken, Role, Team, User
from zhike.accounts.organisation.forms import currency_choices, weekday_choices, zone_choices
from zhike.accounts.rights.registry import permissions
from zhike.accounts.roles.naming import BUILT_IN_NAMES, name_of
from zhike.audit.public import Fact, Told, event_words, fact_words, subject_names
from zhike.ui.public import FULL, SHORT

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


def word_role(key: str, told: Told) -> str:
    """Return what a role is called, which events know by its key."""
    if key in BUILT_IN_NAMES:
        return str(BUILT_IN_NAMES[key])
    role = Role.objects.filter(key=key).first()
    return role.name if role else key


def word_permission(key: str, told: Told) -> str:
    known = permissions.get(key)
    return str(known.label) if known else key


def among(words: Mapping[Any, str | Promise]) -> Callable[[Any, Told], str]:
    """Return how one of several keys is said; one that is no more by itself."""
    return lambda key, told: str(words.get(key, key))


def _chosen(choices: Iterable[tuple[Any, Any]], key: Any) -> str:
    return str(dict(choices).get(key, key))


NUMBER_STYLES = {FULL: _("in full"), SHORT: _("in short")}
FACTS = {
    "user_id": Fact(_("Person"), noun="user"),
    "team_id": Fact(_("Team"), noun="team"),
    "role_id": Fact(_("Role"), noun="role"),
    "token_id": Fact(_("API token"), noun="token"),
    "organisation_id": Fact(_("Organisation"), noun="organisation"),
    "delivery_id": Fact(_("Message")),
    "name": Fact(_("Name")),
    "login": Fact(_("Sign-in name")),
    "team": Fact(_("Team")),
    "roles": Fact(_("Roles"), say=word_role),
    "expires_at": Fact(_("Valid until")),
    "permissions": Fact(_("Permissions"), say=word_permission),
    "PersonSignedIn.way": Fact(_("How"), say=among({"password": _("with a password"), "link": _("by a sign-in link")})),
    "NumberStyleChosen.style": Fact(_("Numbers"), say=among(NUMBER_STYLES)),
    "scope": Fact(_("Whose records"), say=among(dict(Role.SCOPES))),
    "language": Fact(_("Language"), say=among(dict(settings.LANGUAGES)), nothing=_("As my browser asks")),
    "OrganisationChanged.time_zone": Fact(_("Time zone"), say=lambda zone, told: _chosen(zone_choices(), zone)),
    "OrganisationChanged.currency": Fact(_("Currency"), say=lambda code, told: _chosen(currency_choices(), code)),
    "OrganisationChanged.week_start": Fact(
        _("The week starts on"), say=lambda day, told: _chosen(weekday_choices(), day)
    ),
    "TeamRenamed.before": Fact(_("Name")),
    "TeamRenamed.after": Fact(_("Name")),
}
for fact, wording in FACTS.items():
    fact_words.add(fact, wording)
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
