"""What is on its way says so, what failed says what to do, and one comes back to where one was."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .product import Product

# What one presses (or fills in and sends) on a page, what is asked for, and the part that waits for the answer.
PARTS = {
    "filters": ("/customers/", "a.zk-chip-add", "**/customers/filters/**", "#filter-form .zk-skel"),
    "keys": ("/orders/", "?", "**/ui/keys/", "#keys-sheet .zk-skel"),
    "a field": ("CUSTOMER", "#field-source a", "**/fields/source/", "#field-source[aria-busy=true]"),
    "a preview": ("/settings/schemes/lifecycle/", "at_risk_days", "**/preview/", "#preview[aria-busy=true]"),
}
# What leads to another page of the same list: once it is pressed, the rows wait.
LEADING = {
    "a column": ("/customers/", "thead a", "main .zk-scroll[aria-busy=true]"),
    "a type": ("/classes/", ".zk-schemes li:last-child a", "main .zk-body[aria-busy=true]"),
    "a search": ("/settings/audit/", "main form[role=search] .btn", "main .zk-scroll[aria-busy=true]"),
    "a page": ("/customers/", ".zk-foot a[href*=after]", "main .zk-scroll[aria-busy=true]"),
}
PRESSED = "([what, waits]) => (document.querySelector(what).click(), !!document.querySelector(waits))"


@pytest.fixture(scope="module")
def customer(browser: Browser, product: Product, signed_in: object) -> str:
    context = browser.new_context(base_url=product.address, storage_state=signed_in, locale="zh-CN")
    page = context.new_page()
    page.goto("/customers/")
    address = str(page.locator("tbody a.name").first.get_attribute("href"))
    context.close()
    return address


@contextmanager
def held(page: Page, address: str) -> Iterator[None]:
    """Keep back what is asked for until the block ends."""
    waiting: list[Route] = []
    released = False

    def keep(route: Route) -> None:
        if released:  # a second request, fetched ahead or typed on: kept for ever it would hold the browser's end up
            route.continue_()
        else:
            waiting.append(route)

    page.route(address, keep)
    yield
    released = True
    for route in waiting:
        route.continue_()
    page.unroute_all(behavior="ignoreErrors")


def press(page: Page, what: str) -> None:
    """Press a key, what a selector finds, or change a field by its name."""
    if what == "?":
        page.keyboard.press(what)
    elif re.fullmatch(r"\w+", what):
        field = page.locator(f"main [name={what}]")
        field.fill("61")
        field.press("Tab")
    else:
        page.locator(what).first.click()


def test_whatever_is_slow_says_so_until_its_answer_is_there(desk: Page, customer: str) -> None:
    for path, what, asked, waits in PARTS.values():
        desk.goto(path.replace("CUSTOMER", customer))
        with held(desk, asked):
            press(desk, what)
            expect(desk.locator(waits).first).to_be_attached()
        expect(desk.locator(waits)).to_have_count(0)
    for path, what, waits in LEADING.values():
        desk.goto(path)
        with desk.expect_navigation(wait_until="load"):
            assert desk.evaluate(PRESSED, [what, waits]), what
    desk.goto("about:blank")  # nothing is fetched ahead any more while the browser closes


def test_back_leads_to_the_same_rows_place_and_link_and_the_address_says_it_to_others(
    desk: Page, browser: Browser, product: Product, signed_in: object
) -> None:
    desk.goto("/customers/?kind=company&sort=name")
    link = desk.locator("tbody a.name").nth(30)
    rows, name = desk.locator("tbody").inner_text(), link.inner_text()
    link.focus()
    desk.evaluate("scrollTo(0, 900)")
    before = desk.evaluate("[scrollY, document.querySelector('main .zk-scroll')?.scrollTop]")
    desk.keyboard.press("Enter")
    expect(desk.locator(".zk-id h1")).to_have_text(name)
    desk.go_back()
    expect(desk.locator("tbody a.name").nth(30)).to_be_focused()
    assert desk.url.endswith("/customers/?kind=company&sort=name")
    assert desk.locator("tbody").inner_text() == rows
    assert desk.evaluate("[scrollY, document.querySelector('main .zk-scroll')?.scrollTop]") == before
    context = browser.new_context(base_url=product.address, storage_state=signed_in, locale="zh-CN")
    other = context.new_page()
    other.goto(desk.url)
    assert other.locator("tbody").inner_text() == rows
    context.close()


def test_a_row_under_the_pointer_is_fetched_ahead(desk: Page) -> None:
    """Nothing tells a page what was fetched ahead for the next one, so a slow machine is asked again."""
    for pause in (1_500, 5_000, 15_000):
        desk.goto("/products/")
        link = desk.locator("tbody a").nth(3)
        address = link.get_attribute("href")
        link.hover()
        desk.wait_for_timeout(pause)
        link.click()
        desk.wait_for_url(f"**{address}")
        if desk.evaluate("performance.getEntriesByType('navigation')[0].deliveryType") == "navigational-prefetch":
            return
    raise AssertionError(f"{address} was not fetched ahead")


def test_what_fails_says_what_to_do_and_leaves_the_page_as_it_was(desk: Page, customer: str, faults: list[str]) -> None:
    """Lost network, a fault of the server, a record that is gone, a page from before the last sign-in."""
    desk.goto(customer)
    toasts, place = desk.locator("#toasts"), desk.locator("#field-source")
    before = place.inner_text()

    def open_field(said: str) -> None:
        place.locator("a").click()
        expect(toasts.locator("[data-toast]").last).to_contain_text(said)
        assert place.inner_text() == before
        toasts.locator("[data-toast-close]").last.click()

    desk.route("**/fields/source/", lambda route: route.abort("internetdisconnected"))
    open_field("请再试一次")
    desk.unroute("**/fields/source/")
    desk.route("**/fields/source/", lambda route: route.fulfill(status=500, body="<html>boom</html>"))
    open_field("请再试一次")
    desk.unroute("**/fields/source/")
    gone = "/customers/999999999/fields/source/"
    desk.route("**/fields/source/", lambda route: route.continue_(url=desk.url.replace(customer, gone)))
    open_field("无权查看")
    desk.unroute("**/fields/source/")
    assert [one for one in faults if not re.search(r"500|404|ERR_INTERNET|fetch", one)] == []
    faults.clear()


def test_a_form_from_before_the_last_sign_in_is_refused_and_shows_again_what_was_typed(
    desk: Page, customer: str, faults: list[str]
) -> None:
    desk.goto(customer)
    token = next(one for one in desk.context.cookies() if one["name"] == "csrftoken")
    desk.locator("#note textarea").fill("两个标签页里写的")
    desk.context.add_cookies([{**token, "value": "z" * len(token["value"])}])  # as signing in in another tab would
    desk.locator("#note button").click()
    expect(desk.locator("main")).to_contain_text("你填的内容还在")
    desk.locator("main .btn-primary").click()
    expect(desk.locator("#note textarea")).to_have_value("两个标签页里写的")
    assert [one for one in faults if "403" not in one] == []
    faults.clear()
