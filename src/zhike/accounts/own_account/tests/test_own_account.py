import pytest

from zhike.accounts.models import User
from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["ana", "li", "vic", "max", "ada"])
def test_everybody_may_open_their_account(client, name):
    client.force_login(make_user(name))
    assert name.capitalize() in client.get("/account/").text


def test_anonymous_may_not(client):
    assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"


def test_the_language_is_kept_with_the_person(client):
    user = make_user("ana")
    client.force_login(user)
    client.post("/account/", {"language": "en"})
    assert User.objects.get(id=user.id).language == "en"
    assert recorded("LanguageChosen") == [("LanguageChosen", {"user_id": user.id, "language": "en"})]
    client.post("/account/", {"language": "en"})
    assert len(recorded("LanguageChosen")) == 1


def test_a_language_that_we_do_not_speak_is_refused(client):
    client.force_login(make_user("ana"))
    assert client.post("/account/", {"language": "tlh"}).status_code == 200
    assert User.objects.get(login="ana").language == ""


def test_the_switch_in_the_frame_is_kept_with_the_person_too(client):
    client.force_login(make_user("ana"))
    client.post("/ui/language/", {"language": "en", "next": "/account/"})
    assert User.objects.get(login="ana").language == "en"
