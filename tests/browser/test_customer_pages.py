"""Working with customers by hand and keys: list, saved views, record after record, edits that can be taken back."""

import re
import uuid

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .product import Product


def open_first(page: Page) -> str:
    page.goto("/customers/")
    page.locator("tbody a.name").first.click()
    expect(page.locator("#timeline")).to_be_visible()
    return page.url


def test_keys_walk_the_list_open_a_customer_and_go_on_to_the_next(desk: Page) -> None:
    desk.goto("/customers/?kind=company")
    second = desk.locator("tbody a.name").nth(1).inner_text()
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.locator("[data-bulk] [data-count]")).to_have_text("1")
    desk.keyboard.press("x")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-walk-at]")).to_have_text(re.compile(r"^1 / \d+$"))
    desk.keyboard.press("j")
    expect(desk.locator(".zk-id h1")).to_have_text(second)
    expect(desk.locator("[data-walk-list]")).to_have_attribute("href", "/customers/?kind=company")


def test_a_filter_stands_in_the_address_and_is_kept_as_a_view(desk: Page) -> None:
    desk.goto("/customers/?kind=company")
    desk.locator(".zk-chip-edit").click()
    form = desk.locator("#filter-dialog[open] form")
    form.locator("input[name=kind][value=company]").uncheck()
    form.locator("input[name=kind][value=person]").check()
    form.locator(".btn-primary").click()
    desk.wait_for_url(lambda url: "kind=person" in url and "kind=company" not in url)
    desk.locator("[popovertarget=save-view]").click()
    desk.locator("#save-view input[name=name]").fill("个人客户")
    desk.keyboard.press("Enter")
    tab = desk.locator(".zk-views a[aria-current=page]")
    expect(tab).to_contain_text("个人客户")
    expect(tab.locator(".zk-n")).to_have_text(re.compile(r"\d"))
    desk.locator("[popovertarget=view-menu]").click()
    desk.locator("#view-menu form[action$='/remove/'] button").click()
    desk.locator("[data-toast] form button").click()
    expect(desk.locator(".zk-views a[aria-current=page]")).to_contain_text("个人客户")


def test_inline_edit_with_undo_leaves_the_page_and_the_focus_where_they_were(desk: Page) -> None:
    open_first(desk)
    desk.evaluate("window.same = true")
    place, before = desk.locator("#field-source"), desk.locator("#field-source").inner_text()
    edit(desk, "source", "展会")
    expect(place).to_have_text("展会")
    expect(desk.locator("#customer-head")).to_contain_text("展会")
    expect(place.locator("a")).to_be_focused()
    desk.locator("[data-toast] form button").click()
    expect(place).to_have_text(before)
    expect(place.locator("a")).to_be_focused()
    place.locator("a").press("Enter")
    desk.locator("#field-source input[name=value]").press("Escape")
    expect(place.locator("a")).to_be_focused()
    assert desk.evaluate("window.same")


def test_an_edit_shows_at_once_and_is_rolled_back_when_it_is_refused(desk: Page, faults: list[str]) -> None:
    open_first(desk)
    answers: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            answers.append(route)
        else:
            route.continue_()

    desk.route("**/fields/tags/", hold)
    edit(desk, "tags", "，".join(f"展会{number}" for number in range(51)))
    expect(desk.locator("#field-tags .zk-pending")).to_contain_text("展会50")
    expect(desk.locator("#field-tags input[name=value]")).to_be_hidden()
    answers.pop().continue_()
    expect(desk.locator("#field-tags small").last).to_contain_text("最多 50 个")
    expect(desk.locator("#field-tags input[name=value]")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#field-tags .zk-pending")).to_be_visible()
    answers.pop().fulfill(status=503, body="")
    expect(desk.locator("#toasts")).to_contain_text("还没有保存")
    expect(desk.locator("#field-tags input[name=value]")).to_be_focused()
    assert [one for one in faults if "503" not in one] == []
    faults.clear()


def test_the_second_of_two_tabs_is_told_and_so_is_an_undo_that_comes_too_late(desk: Page) -> None:
    address, other = open_first(desk), desk.context.new_page()
    first, second = (f"{said} {uuid.uuid4().hex[:6]}" for said in ("官网", "抖音"))  # new in a database used before too
    other.goto(address)
    for page in (desk, other):
        page.locator("#field-source a").click()
        page.locator("#field-source input[name=value]").wait_for()  # both know the value before the first is saved
    for page, said in ((desk, first), (other, second)):
        page.locator("#field-source input[name=value]").fill(said)
        page.keyboard.press("Enter")
        expect(desk.locator("[data-toast] form button")).to_be_visible()  # the first is saved before the second asks
    expect(other.locator("#field-source small").last).to_contain_text(f"改成了“{first}”")
    other.keyboard.press("Enter")
    expect(other.locator("#field-source")).to_have_text(second)
    desk.locator("[data-toast] form button").click()
    expect(desk.locator("#field-source small").last).to_contain_text(f"改成了“{second}”")


def edit(page: Page, field: str, value: str) -> None:
    page.locator(f"#field-{field} a").press("Enter")
    page.locator(f"#field-{field} input[name=value]").fill(value)
    page.keyboard.press("Enter")


def test_what_was_typed_is_there_again_after_the_sign_in_had_ended(desk: Page) -> None:
    address = open_first(desk)
    session = [one for one in desk.context.cookies() if one["name"] == "sessionid"]
    desk.locator("#note textarea").fill("下周二上门，带样品")
    desk.context.clear_cookies(name="sessionid")
    desk.locator("#note button").click()
    desk.wait_for_url(lambda url: "/sign-in/" in url)
    expect(desk.locator("[data-draft-kept]")).to_be_visible()
    desk.context.add_cookies(session)  # as signing in would
    desk.goto(address)
    expect(desk.locator("#note textarea")).to_have_value("下周二上门，带样品")
    desk.reload()
    expect(desk.locator("#note textarea")).to_have_value("")


def test_the_chart_shows_a_year_or_three_and_its_numbers_stand_below(desk: Page) -> None:
    open_first(desk)
    expect(desk.locator("#purchases [data-chart] canvas")).to_be_visible()
    desk.locator("[data-period='36']").click()
    expect(desk.locator("[data-period='36']")).to_have_attribute("aria-pressed", "true")
    desk.locator("#purchases summary").click()
    expect(desk.locator("#purchases tbody tr")).to_have_count(36)


def test_without_scripts_pages_read_and_forms_post(browser: Browser, product: Product, signed_in: object) -> None:
    context = browser.new_context(
        base_url=product.address, storage_state=signed_in, locale="zh-CN", java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/customers/filters/?only=kind")
    page.locator("input[name=kind][value=company]").check()
    page.locator("main .btn-primary").click()
    page.locator("tbody a.name").first.click()
    assert page.locator("#purchases details").count() == 1
    assert not page.locator("[data-chart]").is_visible()
    page.locator("#note textarea").fill("没有脚本也能记")
    page.locator("#note button").click()
    expect(page.locator(".zk-quote", has_text="没有脚本也能记")).to_have_count(1)
    context.close()


HOSTILE = {
    "long": "名" * 300,
    "one word": "Internationalisierungs" * 13,
    "html": "<script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">",
    "right to left": "شركة المدينة للتجارة \u202ecod.exe 👩‍👩‍👧‍👦🧨",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_name_breaks_a_page_or_runs(desk: Page, name: str) -> None:
    desk.goto("/customers/new/")
    desk.locator("input[name=name]").fill(name)
    desk.locator("input[name=tags]").fill(",".join([f"标签{number}" for number in range(49)] + [name[:60]]))
    desk.locator("input[name=source]").fill(name[:100])
    desk.locator(".zk-form-foot .btn-primary").click()
    expect(desk.locator(".zk-id h1")).to_contain_text(name[:20])
    expect(desk.locator(".zk-meta .zk-tag").last).to_have_text("+38")
    address = desk.url
    for path in (address, "/customers/?sort=-created", "/"):
        for width in (1280, 375):
            desk.set_viewport_size({"width": width, "height": 800})
            desk.goto(path)
            assert desk.title().endswith(" · 知客")
            assert not desk.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_while_the_network_is_slow_the_button_says_so_and_sends_once(desk: Page) -> None:
    open_first(desk)
    sent: list[Route] = []
    desk.route("**/notes/", lambda route: sent.append(route))
    desk.locator("#note textarea").fill("慢网络")
    press = "document.querySelector('#note button').click()"
    busy = desk.evaluate(f"({press}, {press}, document.querySelector('#note').getAttribute('aria-busy'))")
    desk.wait_for_timeout(500)
    assert (busy, len(sent)) == ("true", 1)
    sent.pop().continue_()
    expect(desk.locator(".zk-quote", has_text="慢网络")).to_have_count(1)
