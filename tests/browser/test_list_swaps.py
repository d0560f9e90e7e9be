"""What leads to the same list (filters, sort, pages, search) brings its rows without the page around them."""

import re

from playwright.sync_api import Browser, Page, expect

from .product import Product

MARK = "window.mark = true"  # gone once a whole page has come
KEPT = "() => window.mark === true"


def parts_asked_for(page: Page) -> list[str]:
    """Return the list that grows with each address whose rows alone are asked for."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.headers.get("hx-target") == "main#main" else None)
    return asked


def test_a_list_changes_in_its_place_and_back_brings_rows_place_and_focus_again(desk: Page) -> None:
    desk.goto("/customers/")
    desk.evaluate(MARK)
    first = desk.locator("tbody").inner_text()
    head = desk.locator("thead a", has_text="近 365 天净额")
    head.focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/customers/?sort=value")
    expect(head).to_be_focused()
    assert desk.locator("tbody").inner_text() != first
    desk.evaluate("scrollTo({top: 1e5, behavior: 'instant'})")
    foot = desk.evaluate("scrollY")
    desk.locator(".zk-foot a[rel=next]").click()
    desk.wait_for_url("**/customers/?sort=value&after=*")
    expect(desk.locator(".zk-foot a[rel=prev]")).to_be_visible()
    expect(desk.locator(".zk-foot a[rel=next]")).to_be_focused()
    assert desk.evaluate("scrollY") == 0
    desk.keyboard.press("j")
    expect(desk.locator("tbody tr").first.locator("a.name")).to_be_focused()
    desk.go_back()
    expect(desk.locator(".zk-foot a[rel=prev]")).to_have_count(0)
    expect(desk.locator(".zk-foot a[rel=next]")).to_be_focused()
    assert desk.evaluate("scrollY") == foot
    desk.go_back()
    desk.wait_for_url("**/customers/")
    expect(desk.locator("tbody")).to_have_text(first, use_inner_text=True)
    desk.go_forward()
    desk.wait_for_url("**/customers/?sort=value")
    assert desk.evaluate(KEPT)


def test_one_types_on_while_the_rows_come_and_each_search_is_one_step_back(desk: Page) -> None:
    desk.goto("/customers/")
    desk.evaluate(MARK)
    field = desk.locator("main input[name=q]").first
    field.press_sequentially("wang", delay=30)
    desk.wait_for_url("**/customers/?q=wang")
    field.press_sequentially("w", delay=30)
    desk.wait_for_url("**/customers/?q=wangw")
    expect(field).to_be_focused()
    assert field.input_value() == "wangw"
    counted = desk.locator(".zk-foot [role=status]").inner_text()
    expect(desk.locator("#said")).to_have_text(counted)
    expect(desk.locator("#person-menu input[name=next]").first).to_have_value("/customers/?q=wangw")
    desk.go_back()
    desk.wait_for_url("**/customers/")
    expect(field).to_have_value("")
    assert desk.evaluate(KEPT)


def test_ticks_do_not_pass_to_other_rows_and_a_filter_gives_the_focus_back(desk: Page) -> None:
    desk.goto("/customers/")
    desk.evaluate(MARK)
    desk.locator("tbody td.tick input").first.check()
    expect(desk.locator("[data-bulk]")).to_be_visible()
    desk.locator("a.zk-chip-add").click()
    desk.locator("#filter-form input[value=person]").check()
    desk.locator("#filter-form .btn-primary").click()
    desk.wait_for_url("**/customers/?kind=person")
    expect(desk.locator("a.zk-chip-add")).to_be_focused()
    expect(desk.locator("[data-bulk]")).to_be_hidden()
    expect(desk.locator("tbody td.tick input:checked")).to_have_count(0)
    desk.locator(".zk-chip a[aria-label]").last.click()
    desk.wait_for_url("**/customers/")
    assert desk.evaluate(KEPT)


def test_coming_back_from_elsewhere_shows_the_whole_page(desk: Page) -> None:
    """What was kept of the rows alone must not be taken for the page."""
    desk.goto("/orders/")
    desk.locator(".zk-foot a[rel=next]").click()
    desk.wait_for_url("**/orders/?after=*")
    desk.goto("/products/")
    desk.go_back()
    expect(desk.locator(".zk-side")).to_be_visible()
    assert desk.locator("main tbody tr").count() > 0
    answer = desk.request.get(desk.url, headers={"HX-Request": "true", "HX-Target": "main#main"})
    assert answer.headers["cache-control"] == "no-store"
    assert {"HX-Request", "HX-Target"} <= set(re.split(r",\s*", answer.headers["vary"]))
    assert "<html" not in answer.text()


def test_what_one_rests_on_is_asked_for_once(desk: Page) -> None:
    desk.goto("/orders/")
    asked = parts_asked_for(desk)
    link = desk.locator(".zk-foot a[rel=next]")
    with desk.expect_request(lambda one: one.headers.get("hx-target") == "main#main"):
        link.hover()
    link.click()
    desk.wait_for_url("**/orders/?after=*")
    assert asked.count(desk.url) == 1


def test_an_ended_sign_in_leads_there_and_then_to_the_rows_one_asked_for(desk: Page, faults: list[str]) -> None:
    desk.goto("/orders/")
    desk.context.clear_cookies()
    link = desk.locator(".zk-foot a[rel=next]")
    asked = str(link.get_attribute("href")).removeprefix("?after=")
    link.click()
    desk.wait_for_url(lambda url: "/sign-in/?next=" in url)
    assert asked in desk.url
    assert [one for one in faults if "401" not in one] == []
    faults.clear()


def test_without_scripts_the_same_links_lead_there(browser: Browser, product: Product, signed_in: object) -> None:
    context = browser.new_context(
        base_url=product.address, storage_state=signed_in, locale="zh-CN", java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/customers/?kind=person")
    page.locator(".zk-foot a[rel=next]").click()
    page.wait_for_url("**/customers/?kind=person&after=*")
    assert page.locator("main tbody tr").count() == 50
    context.close()
