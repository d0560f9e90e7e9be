import pytest
from django.utils.timezone import now

from zhike.accounts.models import Team, User
from zhike.accounts.teams.actions import add_team, remove_team, rename_team
from zhike.accounts.teams.errors import TeamNameMissing, TeamNameTaken, TeamNotEmpty
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_cast_actor("ada")


def test_a_team_is_added_renamed_and_removed(client, ada):
    client.force_login(User.objects.get(login="ada"))
    client.post("/settings/teams/new/", {"name": " 华东  组 "})
    team = Team.objects.get(name="华东 组")
    client.post(f"/settings/teams/{team.id}/", {"name": "East"})
    client.post(f"/settings/teams/{team.id}/remove/")
    assert recorded("TeamAdded", "TeamRenamed", "TeamRemoved") == [
        ("TeamAdded", {"team_id": team.id, "name": "华东 组"}),
        ("TeamRenamed", {"team_id": team.id, "before": "华东 组", "after": "East"}),
        ("TeamRemoved", {"team_id": team.id, "name": "East"}),
    ]


def test_names_are_given_once_and_not_empty(ada):
    first = add_team(name="East", by=ada, at=now())
    with pytest.raises(TeamNameTaken):
        add_team(name="east", by=ada, at=now())
    with pytest.raises(TeamNameMissing):
        rename_team(team_id=first.id, name=" ", by=ada, at=now())
    assert list(Team.objects.values_list("name", flat=True)) == ["East"]


def test_a_team_with_people_stays(ada):
    make_user("ana")
    north = Team.objects.get(name="North")
    with pytest.raises(TeamNotEmpty) as refused:
        remove_team(team_id=north.id, by=ada, at=now())
    assert refused.value.facts == {"name": "North", "count": 1}
    assert Team.objects.filter(id=north.id).exists()


def test_a_taken_name_is_said_beside_the_field(client, ada):
    client.force_login(User.objects.get(login="ada"))
    add_team(name="East", by=ada, at=now())
    response = client.post("/settings/teams/new/", {"name": "East"}, headers={"accept-language": "en"})
    assert response.status_code == 422
    assert "There is a team called East already." in response.text


@pytest.mark.parametrize("name", ["ana", "li", "vic", "max", None])
def test_only_administrators_change_teams(client, name, ada):
    team = add_team(name="East", by=ada, at=now())
    if name:
        client.force_login(make_user(name))
    for address, data in [("new/", {"name": "West"}), (f"{team.id}/", {"name": "West"}), (f"{team.id}/remove/", {})]:
        assert client.post(f"/settings/teams/{address}", data).status_code == (403 if name else 302)
    assert Team.objects.filter(name="East").exists()
    assert not Team.objects.filter(name="West").exists()
