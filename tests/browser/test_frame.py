"""The frame around all pages, on the real product: keys, theme, language, numbers, phone, what is said to the ear."""

import re

from playwright.sync_api import Page, Route, expect


def test_the_palette_finds_a_customer_by_initials_and_opens_it(desk: Page) -> None:
    desk.goto("/customers/")
    name = desk.locator("tbody a.name").first.inner_text()
    desk.keyboard.press("Control+k")
    desk.keyboard.type(name[:4])
    desk.locator("[role=option]", has_text=name).first.wait_for()
    desk.keyboard.press("Enter")
    expect(desk.locator(".zk-id h1")).to_contain_text(name[:4])


def test_the_palette_says_that_it_searches_until_the_answer_is_there(desk: Page) -> None:
    asked: list[Route] = []
    desk.goto("/customers/")
    desk.route("**/search/?q=*", lambda route: asked.append(route))
    desk.keyboard.press("Control+k")
    desk.keyboard.type("qqzz")
    waiting, nothing = desk.locator("[data-palette-wait]"), desk.locator("[data-palette-none]")
    expect(waiting).to_be_visible()
    expect(nothing).to_be_hidden()
    asked[-1].continue_()
    expect(nothing).to_be_visible()
    expect(waiting).to_be_hidden()


def test_a_question_mark_shows_all_keys_and_escape_closes_them(desk: Page) -> None:
    desk.goto("/orders/")
    desk.keyboard.press("?")
    sheet = desk.locator("dialog#keys")
    expect(sheet).to_contain_text("上一行")
    expect(sheet.locator("kbd", has_text="Ctrl+K")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_every_list_is_walked_by_keys_and_its_row_has_the_focus(desk: Page) -> None:
    for path in ("/orders/", "/products/", "/imports/", "/settings/people/", "/customers/"):
        desk.goto(path)
        for key in ("j", "j", "k"):
            desk.keyboard.press(key)
        expect(desk.locator("tbody tr").first.locator("a").first).to_be_focused()
        assert desk.evaluate("document.activeElement.matches(':focus-visible')"), path
    link = desk.locator("tbody tr").first.locator("a").first
    address = str(link.get_attribute("href"))
    desk.keyboard.press("Enter")
    desk.wait_for_url(lambda url: address in url)


def test_a_slash_goes_to_the_search_of_a_list_and_elsewhere_to_the_palette(desk: Page) -> None:
    desk.goto("/orders/")
    desk.keyboard.press("/")
    expect(desk.locator("main input[name=q]")).to_be_focused()
    desk.goto("/classes/")
    desk.keyboard.press("/")
    expect(desk.locator("[data-palette] input")).to_be_focused()


def test_theme_language_and_large_numbers_are_chosen_in_the_menu_and_stay(desk: Page) -> None:
    desk.goto("/customers/")
    desk.locator("[popovertarget=person-menu]").click()
    desk.locator("[data-theme-set=dark]").click()
    expect(desk.locator("html")).to_have_attribute("data-bs-theme", "dark")
    desk.locator("#person-menu button[value=short]").click()
    expect(desk.locator("tbody tr").first).to_contain_text(re.compile(r"¥\d+(\.\d+)?万"))
    expect(desk.locator("html")).to_have_attribute("data-bs-theme", "dark")
    desk.locator("[popovertarget=person-menu]").click()
    desk.locator("#person-menu button[value=en]").click()
    expect(desk.locator("html")).to_have_attribute("lang", "en")
    expect(desk.locator("tbody tr").first).to_contain_text(re.compile(r"¥\d+(\.\d+)?[km]"))
    desk.goto("/orders/")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Orders")
    for button in ("button[value=full]", "button[value=zh-hans]", "[data-theme-set=system]"):
        desk.locator("[popovertarget=person-menu]").click()
        desk.locator(f"#person-menu {button}").click()
    expect(desk.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_on_a_phone_the_bar_and_the_menu_lead_everywhere(phone: Page) -> None:
    phone.goto("/")
    phone.locator(".zk-tabbar a", has_text="客户").first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("客户")
    phone.locator(".zk-tabbar a[href='#side']").click()
    phone.locator("#side a[href='/orders/']").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("订单")
    for bar in phone.locator(".zk-tabbar a span").all():
        assert bar.evaluate("one => one.getClientRects().length") == 1


def test_counts_and_notices_are_said_to_the_ear(desk: Page) -> None:
    desk.goto("/customers/")
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.locator("[data-bulk] [role=status]")).to_contain_text("1")
    expect(desk.locator("#toasts")).to_have_attribute("aria-live", "polite")
    desk.goto("/customers/?kind=company")
    expect(desk.locator(".zk-foot [role=status]")).to_have_text(re.compile(r"\d"))


def test_a_day_is_typed_or_picked(desk: Page) -> None:
    desk.goto("/orders/?since=2026-99-99")
    expect(desk.locator("main .zk-note")).to_contain_text("“2026-99-99”不是日期")
    desk.locator(".zk-chip-add").click()
    desk.locator("#filter-dialog input[name=since]").fill("2026-11-01")
    desk.locator("#filter-dialog button.btn-primary").click()
    desk.wait_for_url(lambda url: "since=2026-11-01" in url)
    expect(desk.locator(".zk-chip b")).to_contain_text("11月1日")
    desk.locator(".zk-chip-edit").click()
    desk.locator("#filter-dialog .zk-day-native").evaluate(
        "one => { one.value = '2026-10-05'; one.dispatchEvent(new Event('change', { bubbles: true })) }"
    )
    expect(desk.locator("#filter-dialog input[name=since]")).to_have_value("2026-10-05")
