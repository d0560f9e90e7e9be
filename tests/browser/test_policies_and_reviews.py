"""What a class gets is set in the form; then its customers are reviewed by keys alone."""

import re

from playwright.sync_api import Page, expect


def test_a_policy_is_set_and_the_class_reviewed_by_keys(desk: Page) -> None:
    desk.goto("/policies/")
    desk.locator("#order-value_tier a", has_text="A 类").click()
    desk.get_by_role("link", name=re.compile("定期评审")).last.click()
    desk.get_by_label("每隔几天评审一次").fill("7")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("每 7 天")).to_be_visible()

    desk.goto("/reviews/")
    first = desk.locator("tbody a.name").first
    name = first.inner_text()
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text(name)
    desk.keyboard.press("p")
    expect(desk.get_by_label("推迟到")).to_be_visible()
    desk.keyboard.press("y")
    expect(desk.get_by_text("已保存，下次评审在")).to_be_visible()
    expect(desk.get_by_role("heading", level=1)).not_to_have_text(name)
    desk.goto("/reviews/")
    expect(desk.locator("tbody a.name", has_text=name)).to_have_count(0)
