"""Puts the sample firm's people and name in."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password

from zhike.accounts.public import Organisation, User, get_organisation
from zhike.config.demo.staff import FIRM, STAFF, TEAMS


def add_staff(*, language: str, at: datetime) -> list[User]:
    """Return the sample people, in their teams and roles; makes those that are not there. They have no password."""
    english = language == "en"
    team_model: Any = apps.get_model("accounts", "Team")
    role_model: Any = apps.get_model("accounts", "Role")
    teams = {key: team_model.objects.get_or_create(name=names[english])[0] for key, names in TEAMS.items()}
    roles = {role.key: role for role in role_model.objects.filter(built_in=True)}
    people = []
    for one in STAFF:
        facts = {"name": one.name(language), "team": teams[one.team], "sample": True, "created_at": at}
        user, made = User.objects.get_or_create(login=one.login, defaults=facts | {"password": make_password(None)})
        if made:
            user.roles.set([roles[one.role]])
        people.append(user)
    return people


def remove_empty_teams() -> None:
    names = [name for both in TEAMS.values() for name in both]
    apps.get_model("accounts", "Team").objects.filter(name__in=names, members=None).delete()


def name_organisation(*, language: str) -> None:
    """Give an installation that nobody has set up yet the sample firm's name and language."""
    organisation = get_organisation()
    if not organisation.configured:
        organisation.name, organisation.language = FIRM[language == "en"], language
        organisation.save()


def unname_organisation() -> None:
    """Take the sample firm's name away again, where nobody chose another."""
    Organisation.objects.filter(configured=False, name__in=FIRM).update(name="")
