"""The frame with real people: who sees the gallery, in which language, and what their navigation holds."""

import pytest
from django.test import Client

from zhike.accounts.testing import make_user

pytestmark = pytest.mark.django_db


def sign_in(client: Client, login: str) -> None:
    client.force_login(make_user(login))


@pytest.mark.parametrize(("login", "status"), [("ada", 200), ("li", 200), ("ana", 403), ("vic", 403), ("max", 403)])
def test_who_may_see_the_gallery(client: Client, login: str, status: int) -> None:
    sign_in(client, login)
    assert client.get("/ui/").status_code == status


def test_without_a_sign_in_the_gallery_leads_to_it(client: Client) -> None:
    response = client.get("/ui/")
    assert response.status_code == 302
    assert "next=/ui/" in response.headers["Location"]


def test_the_refusal_names_the_right_that_is_missing(client: Client) -> None:
    sign_in(client, "ana")
    html = client.get("/ui/", headers={"Accept-Language": "en"}).content.decode()
    assert "ui.view_gallery" in html
    assert "Not allowed · Zhike" in html


def test_pages_carry_the_strict_policy(client: Client) -> None:
    sign_in(client, "ada")
    response = client.get("/ui/")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "HX-Request" in response.headers["Vary"]


def test_the_language_is_kept_and_leads_back(client: Client) -> None:
    sign_in(client, "ada")
    response = client.post("/ui/language/", {"language": "en", "next": "/ui/?after=x"})
    assert (response.status_code, response.headers["Location"]) == (302, "/ui/?after=x")
    assert "Components · Zhike" in client.get("/ui/").content.decode()
    client.post("/ui/language/", {"language": "zh-hans", "next": "/ui/"})
    assert "界面组件 · 知客" in client.get("/ui/").content.decode()


def test_before_a_sign_in_the_choice_is_a_cookie(client: Client) -> None:
    response = client.post("/ui/language/", {"language": "en", "next": "https://evil.test/"})
    assert response.headers["Location"] == "/"
    assert client.cookies["zhike_language"].value == "en"


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    client.post("/ui/language/", {"language": "tlh", "next": "/"})
    assert "zhike_language" not in client.cookies
    assert client.get("/ui/language/").status_code == 405


def test_the_navigation_holds_what_the_person_may_see(client: Client) -> None:
    sign_in(client, "ada")
    assert 'href="/ui/"' in client.get("/ui/").content.decode()
    sign_in(client, "ana")
    refused = client.get("/ui/").content.decode()
    assert "zk-side" in refused
    assert '<li><a href="/ui/"' not in refused


def test_an_address_that_is_not_there_says_so_within_the_frame(client: Client) -> None:
    sign_in(client, "ana")
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "zk-side" in response.content.decode()


@pytest.mark.parametrize("login", ["ana", "li", "vic", "max"])
def test_the_bare_address_is_the_workbench(client: Client, login: str) -> None:
    assert client.get("/").headers["Location"].startswith("/sign-in/")
    sign_in(client, login)
    assert "今天要做什么 · 知客" in client.get("/").text
    client.force_login(make_user("nobody", may=[]))
    assert "今天要做什么 · 知客" in client.get("/").text


def test_every_page_leads_to_its_chapter_of_the_guide_and_to_the_sheet_of_keys(client: Client) -> None:
    sign_in(client, "ana")
    page = client.get("/customers/", headers={"Accept-Language": "en"}).text
    assert '<a class="btn btn-plain btn-square" href="/ui/guide/customers/" aria-label="Help for' in page
    assert 'data-key="?" data-dialog-open="keys" href="/ui/keys/" hx-get="/ui/keys/"' in page
    sheet = client.get("/ui/keys/", headers={"Accept-Language": "en", "HX-Request": "true"}).text
    assert "<html" not in sheet
    assert "<dt><kbd>G</kbd> <kbd>C</kbd> </dt><dd>Customers</dd>" in sheet
    assert "People" not in sheet


def test_without_a_sign_in_the_guide_opens_and_the_keys_do_not(client: Client) -> None:
    assert client.get("/ui/guide/imports/").status_code == 200
    assert client.get("/ui/keys/").status_code == 302
