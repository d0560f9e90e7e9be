"""Making and revoking API tokens."""

import pytest
from django.utils.timezone import now

from zhike.accounts.models import ApiToken
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.accounts.tokens.actions import create_token
from zhike.accounts.tokens.errors import TokenBeyondPerson
from zhike.audit.testing import recorded

pytestmark = pytest.mark.django_db
SEE_PEOPLE = "accounts.view_person"


def test_a_token_is_shown_once_works_and_is_revoked(client):
    li = make_user("li")
    client.force_login(li)
    response = client.post("/account/tokens/new/", {"name": "Shop", "lifetime": "30", "permissions": [SEE_PEOPLE]})
    text = response.text.partition('id="fresh-token">')[2].partition("<")[0]
    token = ApiToken.objects.get()
    assert text.startswith("zk_")
    assert token.prefix == text[:10]
    assert text not in str(ApiToken.objects.values().get())
    assert text not in client.get("/account/tokens/").text
    assert (token.expires_at - token.created_at).days == 30
    program = type(client)()
    bearer = {"authorization": f"Bearer {text}"}
    assert program.get("/api/me", headers=bearer).json()["permissions"] == ["accounts.use_own_account", SEE_PEOPLE]
    client.post(f"/account/tokens/{token.id}/revoke/")
    assert program.get("/api/me", headers=bearer).status_code == 401
    assert [name for name, _ in recorded("TokenCreated", "TokenRevoked")] == ["TokenCreated", "TokenRevoked"]


def test_a_token_can_do_no_more_than_its_maker():
    li = make_cast_actor("li")
    with pytest.raises(TokenBeyondPerson, match=r"accounts\.change_role"):
        create_token(user_id=li.id, name="Shop", permissions=["accounts.change_role"], lifetime=None, by=li, at=now())
    assert ApiToken.objects.count() == 0


def test_the_form_offers_only_what_one_may(client):
    client.force_login(make_user("li"))
    page = client.get("/account/tokens/new/").text
    assert SEE_PEOPLE in page
    assert "accounts.change_role" not in page


def test_tokens_of_others_answer_404(client):
    li, ada = make_cast_actor("li"), make_user("ada")
    token, _ = create_token(user_id=li.id, name="Shop", permissions=[], lifetime=None, by=li, at=now())
    client.force_login(ada)
    assert client.post(f"/account/tokens/{token.id}/revoke/").status_code == 404
    assert ApiToken.objects.get().revoked_at is None


@pytest.mark.parametrize(("name", "status"), [("ana", 403), ("li", 200), ("vic", 403), ("max", 403), ("ada", 200)])
def test_who_may_make_tokens(client, name, status):
    client.force_login(make_user(name))
    assert client.get("/account/tokens/").status_code == status
    assert client.get("/account/tokens/new/").status_code == status


def test_anonymous_may_not(client):
    assert client.get("/account/tokens/").status_code == 302
