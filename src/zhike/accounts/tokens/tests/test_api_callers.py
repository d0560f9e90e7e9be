"""Who may call the API, and how it says no."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from zhike.accounts.models import ApiToken, User
from zhike.accounts.testing import make_user
from zhike.accounts.tokens.rules import new_token

pytestmark = pytest.mark.django_db


def make_token(user: User, *permissions: str, **fields) -> str:
    token, prefix, token_hash = new_token()
    ApiToken.objects.create(
        user=user, name="Shop", prefix=prefix, token_hash=token_hash, permissions=list(permissions), **fields
    )
    return token


def get(client: Client, token: str, path: str = "/api/me", **headers):
    return client.get(path, headers={"authorization": f"Bearer {token}", "accept-language": "en", **headers})


def test_a_token_acts_for_its_person_with_at_most_its_own_permissions(client):
    token = make_token(make_user("ana", may=["customers.view_customer"]), "customers.view_customer", "audit.view_entry")
    assert get(client, token).json() == {
        "id": User.objects.get(login="ana").id,
        "name": "Ana (Shop)",
        "scope": "own",
        "permissions": ["accounts.use_own_account", "customers.view_customer"],
    }


def test_a_token_loses_what_its_person_loses(client):
    user = make_user("ana", may=["customers.view_customer"])
    token = make_token(user, "customers.view_customer")
    user.roles.clear()
    assert get(client, token).json()["permissions"] == ["accounts.use_own_account"]


def test_unknown_revoked_expired_and_orphaned_tokens_get_401(client):
    ana, gone = make_user("ana"), make_user("gone")
    tokens = [
        "zk_unknown",
        "",
        make_token(ana, revoked_at=now()),
        make_token(ana, expires_at=now() - timedelta(seconds=1)),
        make_token(gone),
    ]
    User.objects.filter(login="gone").update(is_active=False)
    for token in tokens:
        response = get(client, token)
        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"] == 'Bearer realm="Zhike"'
        assert response.json() == {
            "type": "urn:zhike:problem:accounts.token_not_valid",
            "title": "Sign in first",
            "status": 401,
            "detail": "This API token is unknown, expired or revoked. Make a new one under your name, API tokens.",
            "code": "accounts.token_not_valid",
            "facts": {},
        }


def test_a_bad_token_is_not_saved_by_a_session(client):
    client.force_login(make_user("ana"))
    assert get(client, "zk_unknown").status_code == 401


def test_a_token_opens_no_pages(client):
    response = get(client, make_token(make_user("ana")), "/account/password/")
    assert response.status_code == 302


def test_the_last_use_of_a_token_is_noted(client):
    token = make_token(make_user("ana"))
    get(client, token)
    assert ApiToken.objects.get().last_used_at is not None


def test_without_token_and_session_the_api_says_how(client):
    response = client.get("/api/me", headers={"accept-language": "zh-CN"})
    assert response.status_code == 401
    assert response.json()["code"] == "accounts.sign_in_first"
    assert "API" in response.json()["detail"]


@pytest.mark.parametrize("name", ["ana", "li", "vic", "max", "ada"])
def test_everybody_signed_in_may_ask_who_they_are_and_read_the_reference(client, name):
    client.force_login(make_user(name))
    assert client.get("/api/me").json()["name"] == name.capitalize()
    assert client.get("/api/openapi.json").json()["openapi"] == "3.1.0"
    assert "/api/me" in client.get("/api/docs/").text


def test_anonymous_may_not_read_the_reference(client):
    assert client.get("/api/docs/").status_code == 302
    assert client.get("/api/openapi.json").status_code == 401


def test_an_unknown_address_and_a_wrong_method_are_problems(client):
    client.force_login(make_user("ana"))
    unknown = client.get("/api/nothing", headers={"accept-language": "en"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    wrong = client.delete("/api/me", headers={"accept-language": "en"})
    assert (wrong.status_code, wrong.json()["code"], wrong["Allow"]) == (405, "method_not_allowed", "GET")
    assert wrong["Content-Type"] == "application/problem+json"


def test_a_problem_speaks_the_language_that_was_asked_for(client):
    client.force_login(make_user("ana"))
    english = client.get("/api/nothing", headers={"accept-language": "en"}).json()
    chinese = client.get("/api/nothing", headers={"accept-language": "zh-CN,zh;q=0.9"}).json()
    assert english["detail"] == "There is nothing at this address."
    assert chinese["detail"] == "这个地址下没有内容。"
