"""Every page that has an address of its own, in a firm that has nothing yet: a name for the tab, one heading, help, a
way on where a list is empty, and a page with a way back where it is refused. Pages are found by their addresses."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from zhike.accounts.testing import make_user
from zhike.classification.public import install_built_in_schemes

pytestmark = pytest.mark.django_db
TITLE = re.compile(r"<title>\s*(.*?)\s*</title>", re.DOTALL)
HEADING = re.compile(r"<h1\b[^>]*>\s*(.*?)\s*</h1>", re.DOTALL)
EMPTY_BODY = re.compile(r"<tbody[^>]*>\s*</tbody>")
WAY_ON = re.compile(r'class="zk-empty".*?<(?:a|button)\b', re.DOTALL)
KNOWN = {"<slug:key>": "lifecycle", "<slug:chapter>": "customers"}  # what there is in every firm
NO_PAGES = ("api/", "static/", "ui/guide/pictures/", "workbench/", "health")
# Lists that are empty in a firm without customers and lead on from there.
EMPTY = """
/customers/ /orders/ /products/ /imports/ /classes/ /classes/lifecycle/ /classes/approvals/ /policies/conflicts/
/policies/owners/ /reviews/ /settings/fields/
"""
LIMITED = ("vic", "ana")


@pytest.fixture(autouse=True)
def new_firm() -> None:
    install_built_in_schemes()


def list_addresses() -> list[str]:
    """Return the addresses of all pages that need no record."""

    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, route)
            elif isinstance(one, URLPattern) and not route.startswith(NO_PAGES):
                for part, value in KNOWN.items():
                    route = route.replace(part, value)
                if not re.search(r"[<^(]", route):
                    yield f"/{route}"

    return sorted(set(walk(get_resolver().url_patterns, "")))


def list_pages(client: Client, language: str) -> Iterator[tuple[str, str]]:
    """Yield (address, HTML) of what is a whole page to whoever is signed in."""
    for path in list_addresses():
        answer = client.get(path, headers={"Accept-Language": language})
        whole = answer.status_code == 200 and "text/html" in answer.headers.get("Content-Type", "")
        if whole and "<html" in (html := answer.content.decode()):
            yield path, html


def faults_of(path: str, html: str, brand: str) -> Iterator[str]:
    titles, headings = TITLE.findall(html.partition("</head>")[0]), HEADING.findall(html)
    if len(titles) != 1 or not titles[0].endswith(f" · {brand}"):
        yield f"is called {titles}"
    if len(headings) != 1 or not re.sub(r"<[^>]*>", "", headings[0]).strip():
        yield f"has the headings {headings}"
    if 'href="/ui/guide/' not in html:
        yield "leads to no help"
    if EMPTY_BODY.search(html) and "zk-empty" not in html:
        yield "shows a table without rows, and does not say so"
    if path in EMPTY.split() and not WAY_ON.search(html):
        yield "is empty and leads nowhere"


@pytest.mark.parametrize(("language", "brand"), [("zh-hans", "知客"), ("en", "Zhike")])
def test_in_a_new_firm_every_page_has_its_name_heading_help_and_way_on(
    client: Client, language: str, brand: str
) -> None:
    client.force_login(make_user("ada"))
    seen = dict(list_pages(client, language))
    assert set(EMPTY.split()) <= set(seen)
    assert len(seen) > 40
    faults = {path: found for path, html in seen.items() if (found := list(faults_of(path, html, brand)))}
    assert faults == {}, faults


@pytest.mark.parametrize("login", LIMITED)
def test_who_may_not_see_a_page_is_told_so_and_has_a_way_back(client: Client, login: str) -> None:
    client.force_login(make_user(login))
    refused = 0
    for path in list_addresses():
        answer = client.get(path)
        assert answer.status_code in (200, 302, 400, 403, 404, 405), path
        html = answer.content.decode(errors="replace")
        if answer.status_code == 403:
            refused += 1
            assert len(HEADING.findall(html)) == 1, path
            assert TITLE.findall(html)[0].endswith(" · 知客"), path
            assert 'href="/"' in html, path
    assert refused > 3


def test_an_address_that_is_nowhere_says_so_and_leads_back(client: Client) -> None:
    client.force_login(make_user("ada"))
    for path in ("/nowhere/", "/customers/999999999/", "/orders/999999999/", "/classes/none/", "/imports/999999999/"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        html = answer.content.decode()
        assert list(faults_of(path, html, "知客")) == [], path
        assert 'href="/"' in html
