"""The gallery in Chromium: no fault that axe knows, nothing refused by the content security policy, and it works."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.shortcuts import render
from django.utils import translation
from playwright.sync_api import Playwright

from zhike.ui.gallery import show_pieces
from zhike.ui.testing import Browser, list_accessibility_faults, open_browser

from .test_frame import ask

pytestmark = pytest.mark.browser
PAGE = "http://zhike.test/ui/"


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    with open_browser(playwright) as opened:
        yield opened


def gallery(language: str) -> str:
    with translation.override(language):
        return render(ask(), "ui/gallery.html", show_pieces({})).content.decode()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1440), ("en", 390)])
def test_axe_finds_nothing(chromium: Browser, theme: str, language: str, width: int) -> None:
    page = chromium.show({"/ui/": gallery(language)}, width=width)
    page.goto(f"{PAGE}?theme={theme}")
    assert page.locator("html").get_attribute("data-bs-theme") == theme
    assert list_accessibility_faults(page) == []
    assert chromium.complaints == []


def test_the_palette_finds_pages_and_records(chromium: Browser) -> None:
    found = '<div role="group" aria-label="客户"><div role="option" data-href="/ui/?found">苏州澜图</div></div>'
    page = chromium.show({"/ui/": gallery("zh-hans"), "/search/": found})
    page.goto(PAGE)
    page.keyboard.press("Control+k")
    page.keyboard.type("苏州")
    page.locator("[role=option]", has_text="苏州澜图").wait_for()
    assert list_accessibility_faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/ui/?found")
    assert chromium.complaints == []


def test_rows_are_walked_and_ticked_by_keys(chromium: Browser) -> None:
    page = chromium.show({"/ui/": gallery("zh-hans")})
    page.goto(PAGE)
    page.locator("[data-dialog-open=ask]").focus()
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    assert page.locator("tr[data-at] .name").inner_text() == "Meridian Robotics GmbH"
    assert page.locator("[data-count]").inner_text() == "1"
    page.locator("[data-clear]").click()
    assert page.locator("[data-bulk]").is_hidden()


def test_dialog_theme_and_menu(chromium: Browser) -> None:
    page = chromium.show({"/ui/": gallery("zh-hans")})
    page.goto(PAGE)
    page.locator("[data-dialog-open=ask]").click()
    assert page.locator("#ask").is_visible()
    page.keyboard.press("Escape")
    page.locator("[popovertarget=person-menu]").click()
    page.locator("[data-theme-set=dark]").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert list_accessibility_faults(page) == []
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert settings.SECURE_CSP["script-src"] == ["'self'"]
