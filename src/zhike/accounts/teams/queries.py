from django.db.models import Count, Q

from zhike.accounts.models import Team

from .errors import NoSuchTeam


def list_teams() -> list[Team]:
    """Return all teams by name, each with the number of its active `people`."""
    return list(Team.objects.annotate(people=Count("members", filter=Q(members__is_active=True))).order_by("name"))


def get_team(*, team_id: int) -> Team:
    """Return a team.

    :raises NoSuchTeam: if there is none.
    """
    team = Team.objects.filter(id=team_id).first()
    if team is None:
        raise NoSuchTeam
    return team
