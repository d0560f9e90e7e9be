"""What the small scripts do, each on a page of its own, in Chromium under the product's content security policy."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.template import engines
from django.utils import translation
from playwright.sync_api import Playwright

from zhike.ui.testing import Browser, open_browser

from .test_frame import ask

pytestmark = pytest.mark.browser
HOST = "http://zhike.test"


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    with open_browser(playwright) as opened:
        yield opened


def page_with(main: str, **context: Any) -> str:
    source = '{% extends "ui/page.html" %}{% block title %}x{% endblock %}{% block main %}' + main + "{% endblock %}"
    with translation.override("zh-hans"):
        return str(engines["django"].from_string(source).render(context, ask()))


def part(source: str, **context: Any) -> str:
    with translation.override("zh-hans"):
        return str(engines["django"].from_string(source).render(context))


def test_progress_asks_until_it_is_done(chromium: Browser) -> None:
    include = '{% include "ui/components/progress.html" with id="p" share=share label="导入" poll_url=url %}'
    pages = {"/": page_with(include, share=0.1, url="/poll/"), "/poll/": part(include, share=0.1, url="/poll/")}
    page = chromium.show(pages)
    page.goto(f"{HOST}/")
    assert page.locator("#p .zk-fig").inner_text() == "10%"
    pages["/poll/"] = part(include, share=1, url="")
    page.locator("#p .zk-fig", has_text="100%").wait_for()
    assert page.locator("#p").get_attribute("hx-get") is None
    assert chromium.complaints == []


def test_filters_act_at_once_and_leave_out_what_is_empty(chromium: Browser) -> None:
    form = """<form data-autosubmit action="/">
    <input name="q" type="search" aria-label="q"><input name="city" value="">
    <select name="owner" aria-label="owner"><option value="">-</option><option value="7">周敏</option></select>
    </form>"""
    page = chromium.show({"/": page_with(form)})
    page.goto(f"{HOST}/")
    page.locator("select[name=owner]").select_option("7")
    page.wait_for_url(f"{HOST}/?owner=7")
    page.locator("input[name=q]").fill("澜图")
    page.wait_for_url(f"{HOST}/?q=*")
    assert "city" not in page.url


def test_a_masked_value_is_shown_and_masked_again(chromium: Browser) -> None:
    main = """<span id="phone">138****1234</span>
    <button type="button" data-reveal="/reveal/" data-reveal-into="phone">查看</button>"""
    page = chromium.show({"/": page_with(main), "/reveal/": "13800001234"})
    page.goto(f"{HOST}/")
    asked = []
    page.on("request", lambda request: "/reveal/" in request.url and asked.append(request))
    page.locator("[data-reveal]").click()
    page.locator("#phone", has_text="13800001234").wait_for()
    assert [(one.method, "x-csrftoken" in one.headers) for one in asked] == [("POST", True)]
    page.locator("[data-reveal]").click()
    assert page.locator("#phone").inner_text() == "138****1234"


def test_a_form_is_sent_once(chromium: Browser) -> None:
    form = """<form method="post" action="/done/"><button name="a">保存</button></form>"""
    page = chromium.show({"/": page_with(form)})
    page.goto(f"{HOST}/")
    page.evaluate(
        """() => addEventListener('submit', (event) => {
          window.sent = [...(window.sent ?? []), event.defaultPrevented];
          event.preventDefault();
        })"""
    )
    page.locator("button[name=a]").click()
    page.locator("button[name=a]").click()
    assert page.evaluate("window.sent") == [False, True]


def test_letters_lead_to_pages_unless_they_are_off(chromium: Browser) -> None:
    main = """<a href="/new/" data-key="c">新建</a> <a href="/customers/" data-key="g c">客户</a>
    <input aria-label="q" id="q">"""
    page = chromium.show({path: page_with(main) for path in ("/", "/new/", "/customers/")})
    page.goto(f"{HOST}/")
    page.locator("#q").press("c")
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url(f"{HOST}/customers/")
    page.evaluate("localStorage.setItem('zk-keys', 'off')")
    page.goto(f"{HOST}/")
    page.keyboard.press("c")
    page.wait_for_timeout(150)
    assert page.url == f"{HOST}/"


def test_a_toast_can_be_closed_and_a_warning_stays(chromium: Browser) -> None:
    page = chromium.show({"/": page_with("")})
    page.goto(f"{HOST}/")
    toast = part('{% include "ui/components/toast.html" with text="已保存" tone="warn" %}')
    page.evaluate("(html) => document.getElementById('toasts').insertAdjacentHTML('beforeend', html)", toast)
    assert page.locator("#toasts [data-toast]").count() == 1
    page.locator("[data-toast-close]").click()
    assert page.locator("#toasts [data-toast]").count() == 0


def test_on_a_phone_the_sidebar_opens_without_a_script(chromium: Browser) -> None:
    page = chromium.show({"/": page_with("")}, width=390, height=800)
    page.goto(f"{HOST}/")
    assert page.locator("#side").is_hidden()
    page.locator(".zk-tabbar a[href='#side']").click()
    assert page.locator("#side").is_visible()
    page.locator("#side a[href='#main']").click()
    assert page.locator("#side").is_hidden()


def test_the_current_tab_is_in_view_on_a_phone(chromium: Browser) -> None:
    tabs = "".join(f'<a href="/{at}/"{" aria-current=page" if at == 11 else ""}>Tab no. {at}</a>' for at in range(12))
    page = chromium.show({"/": page_with(f'<nav class="zk-views" aria-label="Tabs">{tabs}</nav>')})
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(f"{HOST}/")
    box = page.locator("main [aria-current=page]").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375
