"""The checklist of newcomers: ticks from what is recorded, put away and brought back per person."""

import pytest

from zhike.accounts.models import User
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.ui.public import list_steps

pytestmark = pytest.mark.django_db
HIDE, SHOW, PAGE = "/account/first-steps/hide/", "/account/first-steps/show/", "/account/first-steps/"


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["zhike_language"] = "en"


def ticks(login: str) -> dict[str, bool]:
    own = ("password", "colleague")
    return {step.item.key: step.done for step in list_steps(actor=make_cast_actor(login)) if step.item.key in own}


def test_each_role_gets_the_steps_it_may_take():
    assert ticks("ada") == {"password": False, "colleague": False}
    assert ticks("ana") == {"password": False}


def test_steps_tick_by_themselves(client):
    ada = make_user("ada")
    client.force_login(ada)
    ada.set_password("correct horse battery")
    ada.save()
    User.objects.create(login="sample", name="Sample", sample=True)
    assert ticks("ada") == {"password": True, "colleague": False}
    make_user("ana")
    assert ticks("ada")["colleague"] is True


def test_put_away_by_one_person_it_stays_for_others(client):
    ana = make_user("ana")
    client.force_login(ana)
    assert "Set a password" in client.get("/").text
    assert client.post(HIDE)["Location"] == "/"
    client.post(HIDE)
    assert "Set a password" not in client.get("/").text
    assert recorded("FirstStepsHidden") == [("FirstStepsHidden", {"user_id": ana.id})]
    client.force_login(make_user("max"))
    assert "Set a password" in client.get("/").text


def test_it_comes_back_from_the_menu_under_the_name(client):
    client.force_login(make_user("ana"))
    client.post(HIDE)
    assert f'href="{PAGE}"' in client.get("/").text
    assert "Show on the workbench" in client.get(PAGE).text
    client.post(SHOW)
    assert "Set a password" in client.get("/").text
    assert "Show on the workbench" not in client.get(PAGE).text


def test_once_all_is_done_it_leaves_the_workbench(client):
    viewer = make_user("nobody", may=[])
    viewer.set_password("correct horse battery")
    viewer.save()
    client.force_login(viewer)
    assert 'id="first-steps"' not in client.get("/").text
    assert "1 of 1 done" in client.get(PAGE).text


@pytest.mark.parametrize("login", ["ana", "li", "vic", "max", "ada"])
def test_everybody_has_first_steps(client, login):
    client.force_login(make_user(login))
    assert client.get(PAGE).status_code == 200


def test_anonymous_has_none(client):
    for answer in (client.get(PAGE), client.post(HIDE), client.post(SHOW)):
        assert answer["Location"].startswith("/sign-in/")
    assert client.get(HIDE).status_code in (302, 405)
