"""Adding, changing and shutting out people."""

import pytest
from django.utils.timezone import now

from zhike.accounts.models import ApiToken, Role, SignInLink, Team, User
from zhike.accounts.people.actions import (
    add_person,
    change_person,
    deactivate_person,
    ensure_administrator,
    invite_person,
    reactivate_person,
)
from zhike.accounts.people.errors import LastAdministrator, LoginTaken, NoSuchPerson, NotYourself, RoleMissing
from zhike.accounts.rights.errors import AboveYourself
from zhike.accounts.rights.queries import make_actor
from zhike.accounts.roles.actions import sync_built_in_roles
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded

pytestmark = pytest.mark.django_db
MAY_CHANGE_PEOPLE = ["accounts.view_person", "accounts.change_person"]
WHO_MAY = [("ana", 403), ("li", 403), ("vic", 403), ("max", 403), ("ada", 200), (None, 302)]
WHO_MAY_SEE = [("ana", 403), ("li", 200), ("vic", 403), ("max", 403), ("ada", 200), (None, 302)]


@pytest.fixture
def ada():
    sync_built_in_roles()
    return make_cast_actor("ada")


@pytest.fixture
def agent(ada):
    return Role.objects.get(key="agent")


def sign_in(client, name):
    if name:
        client.force_login(make_user(name))


@pytest.mark.parametrize(("name", "status"), WHO_MAY_SEE)
@pytest.mark.parametrize("page", ["people", "teams", "roles"])
def test_who_may_see_people_teams_and_roles(client, name, status, page):
    sign_in(client, name)
    assert client.get(f"/settings/{page}/").status_code == status


@pytest.mark.parametrize(("name", "status"), WHO_MAY)
def test_who_may_open_the_forms(client, name, status):
    person = make_user("bo")
    sign_in(client, name)
    for page in ["people/new/", f"people/{person.id}/", "roles/new/", "organisation/", "audit/"]:
        assert client.get(f"/settings/{page}").status_code == status, page


@pytest.mark.parametrize("name", ["ana", "li", "vic", "max", None])
@pytest.mark.parametrize("what", ["link", "deactivate", "reactivate"])
def test_what_was_not_allowed_changed_nothing(client, name, what):
    person = make_user("bo")
    sign_in(client, name)
    assert client.post(f"/settings/people/{person.id}/{what}/").status_code in (302, 403)
    person.refresh_from_db()
    assert person.is_active
    assert SignInLink.objects.count() == 0
    assert recorded("PersonDeactivated", "SignInLinkMade") == []


def test_adding_somebody_gives_a_link_that_signs_them_in(client, ada, agent):
    client.force_login(User.objects.get(login="ada"))
    response = client.post("/settings/people/new/", {"name": "陈静", "login": " Chen.Jing ", "roles": [agent.id]})
    person = User.objects.get(login="chen.jing")
    assert (person.name, person.has_usable_password(), [one.key for one in person.roles.all()]) == (
        "陈静",
        False,
        ["agent"],
    )
    link = response.text.partition('id="fresh-link">http://testserver')[2].partition("<")[0]
    assert response["Cache-Control"].startswith("max-age=0")
    visitor = type(client)()
    assert visitor.post(link)["Location"] == "/account/password/"
    assert visitor.get("/api/me").json()["name"] == "陈静"


def test_nobody_signs_in_under_a_taken_name(client, ada, agent):
    make_user("ana")
    with pytest.raises(LoginTaken, match="ana"):
        add_person(login="ANA", name="Another", team=None, roles=[agent], by=ada, at=now())
    client.force_login(User.objects.get(login="ada"))
    response = client.post("/settings/people/new/", {"name": "Another", "login": "ANA", "roles": [agent.id]})
    assert "ana" in response.text
    assert User.objects.filter(name="Another").count() == 0


def test_nobody_is_without_a_role(ada):
    with pytest.raises(RoleMissing):
        add_person(login="bo", name="Bo", team=None, roles=[], by=ada, at=now())
    assert not User.objects.filter(login="bo").exists()


def test_a_change_is_recorded_with_before_and_after(ada, agent):
    bo = add_person(login="bo", name="Bo", team=None, roles=[agent], by=ada, at=now())
    north = Team.objects.create(name="North 2")
    change_person(user_id=bo.id, name="Bo Li", team=north, roles=[agent], by=ada, at=now())
    assert recorded("PersonChanged") == [
        (
            "PersonChanged",
            {
                "user_id": bo.id,
                "before": {"name": "Bo", "team": "", "roles": ["agent"]},
                "after": {"name": "Bo Li", "team": "North 2", "roles": ["agent"]},
            },
        )
    ]
    change_person(user_id=bo.id, name="Bo Li", team=north, roles=[agent], by=ada, at=now())
    assert len(recorded("PersonChanged")) == 1


def test_deactivation_stops_session_links_and_tokens_at_once(client, ada, agent):
    bo = add_person(login="bo", name="Bo", team=None, roles=[agent], by=ada, at=now())
    invite_person(user_id=bo.id, by=ada, at=now())
    ApiToken.objects.create(user=bo, name="Shop", prefix="zk_", token_hash="x")
    client.force_login(bo)
    assert client.get("/api/me").status_code == 200
    deactivate_person(user_id=bo.id, by=ada, at=now())
    assert client.get("/api/me").status_code == 401
    assert client.get("/account/").status_code == 302
    assert SignInLink.objects.count() == 0
    assert ApiToken.objects.get().revoked_at is not None
    reactivate_person(user_id=bo.id, by=ada, at=now())
    assert ApiToken.objects.get().revoked_at is not None
    assert [one for one, _ in recorded("PersonDeactivated", "PersonReactivated")] == [
        "PersonDeactivated",
        "PersonReactivated",
    ]


def test_nobody_deactivates_themselves(ada):
    ensure_administrator(at=now())
    with pytest.raises(NotYourself):
        deactivate_person(user_id=ada.id, by=ada, at=now())
    assert User.objects.get(id=ada.id).is_active


def test_the_last_administrator_stays(ada, agent):
    other = make_user("bo", may=[*ada.permissions])
    with pytest.raises(LastAdministrator, match="Ada"):
        change_person(user_id=ada.id, name="Ada", team=None, roles=[agent], by=ada, at=now())
    with pytest.raises(LastAdministrator):
        deactivate_person(user_id=ada.id, by=make_actor(other), at=now())
    ada_now = User.objects.get(id=ada.id)
    assert ada_now.is_active
    assert [one.key for one in ada_now.roles.all()] == ["administrator"]


def test_nobody_gains_rights_by_giving_them(ada):
    clerk = make_actor(make_user("clerk", may=MAY_CHANGE_PEOPLE))
    administrator = Role.objects.get(key="administrator")
    own = User.objects.get(login="clerk").roles.get()
    with pytest.raises(AboveYourself, match=r"accounts\.change_role"):
        add_person(login="bo", name="Bo", team=None, roles=[administrator], by=clerk, at=now())
    with pytest.raises(AboveYourself):
        change_person(user_id=clerk.id, name="Clerk", team=None, roles=[own, administrator], by=clerk, at=now())
    with pytest.raises(AboveYourself):
        invite_person(user_id=ada.id, by=clerk, at=now())
    with pytest.raises(AboveYourself):
        deactivate_person(user_id=ada.id, by=clerk, at=now())
    assert recorded("PersonAdded", "PersonChanged", "SignInLinkMade", "PersonDeactivated") == []


def test_who_is_not_there_answers_404(client, ada):
    with pytest.raises(NoSuchPerson):
        deactivate_person(user_id=987, by=ada, at=now())
    client.force_login(User.objects.get(login="ada"))
    assert client.get("/settings/people/987/").status_code == 404


def test_the_list_of_people_keeps_to_few_queries(client, ada, agent, django_assert_max_num_queries):
    for number in range(20):
        add_person(login=f"p{number}", name=f"P{number}", team=None, roles=[agent], by=ada, at=now())
    client.force_login(User.objects.get(login="ada"))
    with django_assert_max_num_queries(8):
        assert "P19" in client.get("/settings/people/").text
