"""The trail: who did what, in words."""

import pytest
from django.utils.timezone import now

from zhike.accounts.models import Role, User
from zhike.accounts.organisation.actions import save_organisation
from zhike.accounts.people.actions import change_person, ensure_administrator
from zhike.accounts.roles.actions import add_role, sync_built_in_roles
from zhike.accounts.teams.actions import add_team
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.kit.actor import Scope

pytestmark = pytest.mark.django_db


def read(client, query="", **headers):
    return client.get(f"/settings/audit/{query}", headers={"accept-language": "en", **headers})


@pytest.fixture
def ada(client):
    actor = make_cast_actor("ada")
    client.force_login(User.objects.get(id=actor.id))
    return actor


def test_it_says_who_did_what_to_whom_in_words(client, ada):
    add_team(name="East", by=ada, at=now())
    page = read(client).text
    assert "added the team East" in page
    assert "Ada" in page


def test_it_shows_what_changed_from_what_to_what(client, ada):
    save_organisation(
        name="Teas", time_zone="Asia/Shanghai", currency="GBP", language="en", week_start=1, by=ada, at=now()
    )
    line = read(client).context["page"].rows[0]
    assert [tuple(one) for one in line.details if one.label != "Name"] == [
        ("Currency", "CNY Chinese Yuan", "GBP British Pound"),
        ("Language", "Simplified Chinese", "English"),
    ]
    told = read(client).text
    assert '<dt>Currency</dt><dd dir="auto"><del>CNY Chinese Yuan</del> → <ins>GBP British Pound</ins></dd>' in told


def test_who_may_what_is_said_by_the_names_of_people_roles_and_permissions(client, ada):
    li = make_cast_actor("li")
    sync_built_in_roles()
    change_person(user_id=li.id, name="Li Lei", team=None, roles=[Role.objects.get(key="agent")], by=ada, at=now())
    add_role(name="Callers", scope=Scope.TEAM, permissions=["customers.view_customer"], by=ada, at=now())
    added, changed = read(client).context["page"].rows[:2]
    assert [tuple(one) for one in added.details] == [
        ("Whose records", None, "The team's records"),
        ("Permissions", None, "See customers"),
    ]
    assert ("Roles", "Team lead", "Agent") in [tuple(one) for one in changed.details]
    assert "Li Lei" in read(client, f"?subject_kind=user&subject_id={li.id}").text.split("zk-chip")[1][:200]


def test_it_can_be_narrowed_to_a_person_a_kind_of_event_and_a_record(client, ada):
    li = make_cast_actor("li")
    east, west = add_team(name="East", by=ada, at=now()), add_team(name="West", by=li, at=now())
    only_li = read(client, f"?actor={li.id}").text
    assert "added the team West" in only_li
    assert "added the team East" not in only_li
    only_east = read(client, f"?subject_kind=team&subject_id={east.id}").text
    assert "added the team East" in only_east
    assert f"added the team {west.name}" not in only_east
    assert "added the team East" not in read(client, "?event=TeamRemoved").text


def test_it_pages_by_key_without_gaps(client, ada):
    for number in range(120):
        add_team(name=f"Team {number:03}", by=ada, at=now())
    seen, address = [], ""
    while True:
        page = read(client, address)
        seen += [line.facts["name"] for line in page.context["page"].rows if line.event == "TeamAdded"]
        if not page.context["page"].next:
            break
        address = f"?after={page.context['page'].next}"
    assert seen == [f"Team {number:03}" for number in reversed(range(120))]


def test_a_page_of_fifty_costs_few_queries(client, ada, django_assert_max_num_queries):
    for number in range(60):
        add_team(name=f"Team {number}", by=ada, at=now())
    with django_assert_max_num_queries(9):
        read(client)


@pytest.mark.parametrize("query", ["?actor=x", "?event=Nope", "?subject_id=x", "?actor=999999999999999999999"])
def test_a_damaged_filter_shows_everything(client, ada, query):
    add_team(name="East", by=ada, at=now())
    assert "added the team East" in read(client, query).text


def test_a_damaged_page_link_is_refused(client, ada):
    assert read(client, "?after=zzz").status_code == 422


def test_what_the_system_did_is_told_apart(client, ada):
    User.objects.filter(id=ada.id).update(is_active=False)
    ensure_administrator(at=now())
    User.objects.filter(id=ada.id).update(is_active=True)
    assert "Zhike itself" in read(client).text


@pytest.mark.parametrize(("name", "status"), [("ana", 403), ("li", 403), ("vic", 403), ("max", 403), (None, 302)])
def test_only_administrators_read_it(client, name, status):
    if name:
        client.force_login(make_user(name))
    assert read(client).status_code == status
