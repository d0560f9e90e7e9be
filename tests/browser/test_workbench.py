"""The morning page in a real browser: what it leads to, the first steps, and that axe finds nothing."""

import pytest
from playwright.sync_api import Page, expect

from zhike.ui.testing import list_accessibility_faults

PATHS = (
    "/?days=30",
    "/first-run/language/",
    "/first-run/organisation/",
    "/first-run/records/",
)


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_and_nothing_sticks_out(desk: Page, theme: str, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 800})
    faults: dict[str, list[str]] = {}
    for path in PATHS:
        desk.goto(f"{path}{'&' if '?' in path else '?'}theme={theme}")
        found = list_accessibility_faults(desk)
        if desk.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("scrolls sideways")
        if found:
            faults[path] = found
    assert faults == {}, faults


def test_from_the_workbench_to_a_customer_and_to_the_list(desk: Page) -> None:
    desk.goto("/")
    expect(desk.get_by_role("heading", level=1)).to_have_text("今天要做什么")
    first = desk.locator(".zk-work a.zk-link").first
    name = first.inner_text()
    first.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text(name)
    desk.keyboard.press("g")
    desk.keyboard.press("w")
    desk.wait_for_url(lambda url: url.endswith("/"))
    desk.get_by_role("link", name="近 30 天").click()
    desk.wait_for_url("**/?days=30")
    desk.get_by_role("link", name="查看全部").first.click()
    expect(desk.locator(".zk-chip").first).to_contain_text("近 30 天")


def test_the_first_steps_are_put_away_and_come_back(desk: Page) -> None:
    desk.goto("/")
    desk.get_by_role("button", name="收起").click()
    expect(desk.get_by_role("heading", name="入门清单")).to_have_count(0)
    desk.goto("/account/first-steps/")
    desk.get_by_role("button", name="放回工作台").click()
    expect(desk.get_by_role("heading", name="入门清单")).to_be_visible()
