import pytest
from django.http import HttpResponse

from zhike.accounts.middleware import PreferencesMiddleware
from zhike.accounts.models import User
from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.ui.public import get_number_style

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
    assert client.post("/account/", {"language": "tlh"}).status_code == 422
    assert User.objects.get(login="ana").language == ""


def test_the_switch_in_the_frame_is_kept_with_the_person_too(client):
    client.force_login(make_user("ana"))
    client.post("/ui/language/", {"language": "en", "next": "/account/"})
    assert User.objects.get(login="ana").language == "en"


def test_large_numbers_are_written_as_the_person_prefers(client):
    ana = make_user("ana")
    client.force_login(ana)
    answer = client.post("/account/numbers/", {"style": "short", "next": "/account/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert recorded("NumberStyleChosen") == [("NumberStyleChosen", {"user_id": ana.id, "style": "short"})]
    page = client.get("/account/", headers={"Accept-Language": "zh-CN"}).text
    assert '<button name="style" value="short" aria-pressed="true">128.45万</button>' in page
    assert client.post("/account/numbers/", {"style": "full", "next": "https://evil.test/"})["Location"] == "/"
    assert User.objects.get(id=ana.id).number_style == "full"


def test_a_way_of_writing_numbers_that_is_none_is_refused(client):
    ana = make_user("ana")
    User.objects.filter(id=ana.id).update(number_style="short")
    client.force_login(ana)
    assert client.post("/account/numbers/", {"style": "roman"}).status_code == 422
    assert User.objects.get(id=ana.id).number_style == "short"


def test_anonymous_chooses_nothing(client):
    assert client.post("/account/numbers/", {"style": "short"}).status_code == 302


@pytest.mark.parametrize(("path", "style"), [("/customers/", "short"), ("/api/customers", "full")])
def test_programs_read_numbers_in_full_whatever_their_person_prefers_on_pages(rf, path, style):
    request = rf.get(path)
    request.user = make_user("ana")
    request.user.number_style = "short"
    answer = PreferencesMiddleware(lambda request: HttpResponse(get_number_style()))(request)
    assert answer.text == style
