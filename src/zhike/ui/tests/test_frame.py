"""The frame, without a person's rights looked up: those stand in `config/tests/test_frame_for_people.py`."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from zhike.kit.actor import Actor, Scope
from zhike.kit.errors import Invalid, Refusal
from zhike.ui.context import Shell, list_links
from zhike.ui.gallery import show_pieces
from zhike.ui.middleware import RefusalMiddleware
from zhike.ui.public import NavItem, navigation


class TooMuch(Refusal):
    code = "tests.too_much"
    sentence = "折扣 {asked}% 超出你的权限（至 {most}%）。可改到 {most}% 以内，或提交批准。"


SENTENCE = "折扣 15% 超出你的权限（至 12%）。可改到 12% 以内，或提交批准。"


def ask(path: str = "/ui/", may: frozenset[str] | None = frozenset({"ui.view_gallery"}), **headers: str) -> HttpRequest:
    request = RequestFactory(headers=headers).get(path)
    actor = may is not None and Actor("user", 1, "周敏", may, Scope.ALL)
    request.__dict__.update(actor=actor or None, organisation=SimpleNamespace(name="启衡科技"), _messages=[])
    return request


@pytest.fixture
def three_pages() -> Iterator[None]:
    names = {"tests.a": "ui.view_gallery", "tests.b": "tests.never", "tests.c": ""}
    for at, (name, permission) in enumerate(names.items()):
        navigation.add(name, NavItem(name, "ui:gallery", "users", permission, "customers", at, on_phone=True))
    navigation.add("tests.gone", NavItem("tests.gone", "nowhere:at-all", "users", "", "customers"))
    yield
    for name in [*names, "tests.gone"]:
        navigation._items.pop(name)


@pytest.mark.usefixtures("three_pages")
def test_the_navigation_shows_only_what_is_permitted_and_there() -> None:
    shown = {link.item.label for link in list_links(Shell(ask()).keys, "")}
    assert {"tests.a", "tests.c"} <= shown
    assert not shown & {"tests.b", "tests.gone"}
    assert [name for name in ("tests.a", "tests.b", "tests.c") if f"<span>{name}</span>" in Shell(ask()).tabbar] == [
        "tests.a",
        "tests.c",
    ]
    assert Shell(ask(may=None)).keys == ()
    assert Shell(ask(may=None)).nav == ""


@pytest.mark.usefixtures("three_pages")
def test_the_open_page_is_marked() -> None:
    assert Shell(ask("/ui/?page=2")).current == "tests.a"
    assert Shell(ask("/elsewhere/")).current == ""
    assert Shell(ask("/ui/")).nav.count('aria-current="page"') == 1
    assert "aria-current" not in Shell(ask("/elsewhere/")).nav


@pytest.mark.parametrize(
    ("language", "lang", "words"),
    [("zh-hans", "zh-Hans", ["界面组件 · 知客", "跳到正文"]), ("en", "en", ["Components · Zhike", "Skip to content"])],
)
def test_the_gallery_speaks_the_language(language: str, lang: str, words: list[str]) -> None:
    with translation.override(language):
        html = render(ask(), "ui/gallery.html", show_pieces({})).content.decode()
    assert f'<html lang="{lang}"' in html
    assert all(word in html for word in words)


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def answer(request: HttpRequest, refusal: Exception) -> tuple[int, str, str]:
    response = RefusalMiddleware(nothing).process_exception(request, refusal)
    assert response is not None
    return response.status_code, response.content.decode(), response.headers.get("HX-Retarget", "")


def test_a_refusal_is_a_page_with_its_sentence_and_status() -> None:
    status, html, _ = answer(ask(), TooMuch(asked=15, most=12))
    assert status == 409
    assert SENTENCE in html
    assert "zk-side" in html
    status, html, _ = answer(ask(may=None), Invalid())
    assert status == 422
    assert "zk-side" not in html


def test_a_refusal_for_htmx_is_a_toast() -> None:
    status, html, target = answer(ask(**{"HX-Request": "true"}), TooMuch(asked=15, most=12))
    assert (status, target) == (409, "#toasts")
    assert SENTENCE in html
    assert "<html" not in html


def test_a_refused_page_leads_back_only_to_our_own() -> None:
    _, html, _ = answer(ask(Referer="http://testserver/customers/?q=1"), TooMuch(asked=15, most=12))
    assert 'href="http://testserver/customers/?q=1"' in html
    _, html, _ = answer(ask(Referer="http://evil.test/"), TooMuch(asked=15, most=12))
    assert "evil.test" not in html


def test_other_faults_and_the_api_are_left_alone() -> None:
    middleware = RefusalMiddleware(nothing)
    assert middleware.process_exception(ask(), ValueError()) is None
    assert middleware.process_exception(ask("/api/customers"), TooMuch(asked=1, most=0)) is None


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_needs_nothing(name: str) -> None:
    with translation.override("en"):
        html = render_to_string(f"{name}.html")
    assert '<html lang="en"' in html
    assert "· Zhike</title>" in html
