from datetime import datetime

from django.db import transaction

from zhike.accounts.events import TeamAdded, TeamRemoved, TeamRenamed
from zhike.accounts.models import Team
from zhike.audit.public import record
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

from .errors import NoSuchTeam, TeamNameMissing, TeamNameTaken, TeamNotEmpty


@transaction.atomic
def add_team(*, name: str, by: Actor, at: datetime) -> Team:
    """Add a team.

    :raises TeamNameMissing: if the name is empty.
    :raises TeamNameTaken: if a team has that name.
    """
    team = Team(name=_free_name(name, None))
    team.save()
    record(event=TeamAdded(team.id, team.name), by=by)
    return team


@transaction.atomic
def rename_team(*, team_id: int, name: str, by: Actor, at: datetime) -> Team:
    """Rename a team.

    :raises NoSuchTeam: if there is none.
    :raises TeamNameMissing, TeamNameTaken: as for a new one.
    """
    team = _get_locked(team_id)
    before, team.name = team.name, _free_name(name, team_id)
    if team.name != before:
        team.save(update_fields=["name"])
        record(event=TeamRenamed(team.id, before, team.name), by=by)
    return team


@transaction.atomic
def remove_team(*, team_id: int, by: Actor, at: datetime) -> None:
    """Remove a team that nobody is in.

    :raises NoSuchTeam: if there is none.
    :raises TeamNotEmpty: if somebody is in it, deactivated people included.
    """
    team = _get_locked(team_id)
    if count := team.members.count():
        raise TeamNotEmpty(name=team.name, count=count)
    record(event=TeamRemoved(team.id, team.name), by=by)
    team.delete()


def _get_locked(team_id: int) -> Team:
    team = Team.objects.select_for_update().filter(id=team_id).first()
    if team is None:
        raise NoSuchTeam
    return team


def _free_name(name: str, own_id: int | None) -> str:
    name = tidy(name)
    if not name:
        raise TeamNameMissing
    if Team.objects.filter(name__iexact=name).exclude(id=own_id or 0).exists():
        raise TeamNameTaken(name=name)
    return name
