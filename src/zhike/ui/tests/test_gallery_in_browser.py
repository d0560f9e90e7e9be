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


LONG = {
    "Components": ("Management types of all our regions", "Elektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"),
    "组件": ("按服务合同与备件合作深度划分的客户管理类型", "类型"),
}
HEAD = """() => {
    const [title, acts] = [document.querySelector(".zk-head h1"), document.querySelector(".zk-acts")];
    const [a, b] = [title.getBoundingClientRect(), acts.getBoundingClientRect()];
    return {
        whole: title.scrollWidth <= title.clientWidth + 1 && title.scrollHeight <= title.clientHeight + 1,
        apart: a.right <= b.left + 1 || a.bottom <= b.top + 1,
        inside: b.right <= innerWidth + 1 && a.right <= innerWidth + 1,
        named: [...acts.querySelectorAll(".btn")].every(one => one.ariaLabel || one.textContent.trim()),
    }; }"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_head_of_a_page_shows_its_whole_name_on_every_phone(chromium: Browser, language: str) -> None:
    page = chromium.show({"/ui/": gallery(language)}, width=390)
    page.goto(PAGE)
    short = page.locator(".zk-head h1").inner_text()
    for title in (short, *LONG["组件" if language == "zh-hans" else "Components"]):
        page.evaluate("text => { document.querySelector('.zk-head h1').textContent = text }", title)
        for width in (320, 360, 390):
            page.set_viewport_size({"width": width, "height": 800})
            told = page.evaluate(HEAD)
            assert all(told.values()), (title, width, told)
