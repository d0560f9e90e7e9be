"""Signing in: by a one-time link, then by password; and how it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from zhike.accounts.models import SignInLink, User
from zhike.accounts.people.actions import ensure_administrator
from zhike.accounts.sign_in.actions import choose_password, make_sign_in_link, sweep_sign_ins, use_sign_in_link
from zhike.accounts.sign_in.errors import LinkNotValid
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db
PASSWORD = "two kettles on a shelf"
WRONG = "User name and password do not fit together."


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def make_person(login="ana", password=PASSWORD) -> User:
    user = make_user(login)
    user.set_password(password)
    user.save()
    return user


def signed_in(client) -> str | None:
    response = client.get("/api/me")
    return response.json()["name"] if response.status_code == 200 else None


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post("/sign-in/", {"login": login, "password": password, **extra}, headers={"accept-language": "en"})


def test_name_and_password_sign_in(client):
    make_person()
    response = sign_in(client, " Ana ")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client) == "Ana"
    assert recorded("PersonSignedIn")[0][1]["way"] == "password"


@pytest.mark.parametrize(("login", "password"), [("ana", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)])
def test_unknown_wrong_and_deactivated_get_the_same_answer(client, login, password):
    make_person()
    User.objects.filter(id=make_person("gone").id).update(is_active=False)
    response = sign_in(client, login, password)
    assert response.status_code == 422
    assert WRONG in response.text
    assert signed_in(client) is None


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"])
def test_after_signing_in_nobody_is_sent_elsewhere(client, address):
    make_person()
    assert sign_in(client, "ana", next=address)["Location"] == "/"


def test_after_signing_in_one_is_where_one_wanted_to_go(client):
    make_person()
    assert sign_in(client, "ana", next="/account/password/")["Location"] == "/account/password/"


def test_too_many_wrong_passwords_lock_the_door_for_that_name(client, settings):
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 3
    make_person()
    make_person("max")
    for name in ("ana", "Ana", "ANA "):
        sign_in(client, name, "wrong")
    response = sign_in(client, "ana")
    assert response.status_code == 429
    assert "3 wrong passwords in a row." in response.text
    assert signed_in(client) is None
    assert sign_in(client, "max").status_code == 302


def test_opening_a_link_does_not_use_it_up_and_its_button_does(client):
    user = ensure_administrator(at=now())
    address = make_sign_in_link(user=user, by=SYSTEM, at=now())
    for _ in range(2):  # a mail scanner, then the person
        assert "<button" in client.get(address).text
    response = client.post(address)
    assert (response.status_code, response["Location"]) == (302, "/account/password/")
    assert signed_in(client) == user.name
    assert client.post(address).status_code == 410
    assert client.get(address).status_code == 410


def test_a_link_leads_who_has_a_password_straight_in(client):
    address = make_sign_in_link(user=make_person(), by=SYSTEM, at=now())
    assert client.post(address)["Location"] == "/"


def test_a_link_is_kept_only_as_a_hash_and_has_128_bits_or_more():
    address = make_sign_in_link(user=make_user("ana"), by=SYSTEM, at=now())
    secret = address.split("/")[2]
    assert len(secret) * 6 >= 128
    assert secret not in str(SignInLink.objects.values().get())


def test_a_link_ends_after_a_day(client):
    made = datetime(2026, 1, 5, 12, tzinfo=UTC)
    secret = make_sign_in_link(user=make_user("ana"), by=SYSTEM, at=made).split("/")[2]
    with pytest.raises(LinkNotValid) as refused:
        use_sign_in_link(secret=secret, at=made + timedelta(hours=24))
    assert refused.value.facts == {"hours": 24}
    assert use_sign_in_link(secret=secret, at=made + timedelta(hours=23)).login == "ana"


def test_a_new_link_ends_the_one_before():
    user = make_user("ana")
    first = make_sign_in_link(user=user, by=SYSTEM, at=now()).split("/")[2]
    make_sign_in_link(user=user, by=SYSTEM, at=now())
    with pytest.raises(LinkNotValid):
        use_sign_in_link(secret=first, at=now())


def test_a_link_of_somebody_deactivated_signs_nobody_in():
    user = make_user("ana")
    secret = make_sign_in_link(user=user, by=SYSTEM, at=now()).split("/")[2]
    User.objects.update(is_active=False)
    with pytest.raises(LinkNotValid):
        use_sign_in_link(secret=secret, at=now())
    assert SignInLink.objects.get().used_at is None


def test_choosing_a_password_keeps_this_session_and_ends_the_others(client):
    user = make_person()
    client.force_login(user)
    other = type(client)()
    other.force_login(user)
    response = client.post("/account/password/", {"password": "a new kettle on the shelf"})
    assert response.status_code == 302
    assert signed_in(client) == "Ana"
    assert signed_in(other) is None
    user.refresh_from_db()
    assert user.check_password("a new kettle on the shelf")


def test_a_weak_password_is_refused_with_the_reason_and_changes_nothing(client):
    user = make_person()
    client.force_login(user)
    response = client.post("/account/password/", {"password": "12345"}, headers={"accept-language": "en"})
    assert "This password is too short." in response.text
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert recorded("PasswordChanged") == []


def test_signing_out_needs_a_click_and_ends_the_session(client):
    client.force_login(make_user("ana"))
    assert client.get("/sign-out/").status_code == 405
    assert signed_in(client) == "Ana"
    client.post("/sign-out/")
    assert signed_in(client) is None


def test_deactivation_ends_the_session_at_once(client):
    user = make_user("ana")
    client.force_login(user)
    assert signed_in(client) == "Ana"
    User.objects.filter(id=user.id).update(is_active=False)
    assert signed_in(client) is None


def test_the_first_administrator_is_made_once():
    first = ensure_administrator(at=now())
    assert ensure_administrator(at=now()) == first
    assert not first.has_usable_password()
    assert "accounts.change_role" in first.roles.get().permissions


@pytest.mark.parametrize("name", ["ana", "li", "vic", "max", "ada"])
def test_everybody_signed_in_may_choose_a_password(client, name):
    client.force_login(make_user(name))
    assert client.get("/account/password/").status_code == 200


def test_anonymous_may_sign_in_and_not_choose_a_password(client):
    assert client.get("/sign-in/").status_code == 200
    response = client.get("/account/password/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/account/password/")


def test_the_action_says_who_chose_the_password():
    ana = make_cast_actor("ana")
    choose_password(user=User.objects.get(login="ana"), password=PASSWORD, by=ana, at=now())
    assert recorded("PasswordChanged") == [("PasswordChanged", {"user_id": ana.id})]


def test_what_ended_long_ago_is_forgotten_and_what_counts_stays(client):
    user = make_person()
    client.force_login(user)
    make_sign_in_link(user=user, by=SYSTEM, at=now())
    sweep_sign_ins(at=now())
    assert signed_in(client) == "Ana"
    assert SignInLink.objects.count() == 1
    sweep_sign_ins(at=now() + timedelta(days=40))
    assert signed_in(client) is None
    assert SignInLink.objects.count() == 0


def test_whose_session_ended_is_led_back_to_a_page_and_never_into_an_action(client):
    assert client.get("/account/?a=1")["Location"] == "/sign-in/?next=/account/%3Fa%3D1"
    assert client.post("/account/")["Location"] == "/sign-in/?next=/"
    part = client.get("/account/", headers={"hx-request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (401, "/sign-in/?next=/")
