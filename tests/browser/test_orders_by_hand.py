"""An order written down by keys alone, and what is typed is there again after the sign-in had ended."""

from playwright.sync_api import Page, expect


def test_an_order_is_written_by_keys_and_survives_the_end_of_a_session(desk: Page, faults: list[str]) -> None:
    desk.goto("/products/")
    product = desk.locator("tbody a.name").first.inner_text()
    desk.keyboard.press("g")
    desk.keyboard.press("d")
    desk.wait_for_url("**/orders/new/")
    for number in range(1, 5):
        desk.locator(f"#line-{number}-product").focus()
        for text, key in ((product, "Tab"), (str(number), "Tab"), ("2.5", "Enter")):
            desk.keyboard.insert_text(text)
            desk.keyboard.press(key)
        expect(desk.locator(f"#line-{number + 1}-product")).to_be_focused()
    expect(desk.locator("#line-4-amount")).to_have_text("¥10")
    expect(desk.locator("#order-net")).to_have_text("¥25")
    assert desk.locator(".zk-order-line").count() == 5

    session = [one for one in desk.context.cookies() if one["name"] == "sessionid"]
    desk.context.clear_cookies(name="sessionid")
    desk.locator("button[value=create]").click()
    desk.wait_for_url("**/sign-in/**")
    assert [one for one in faults if "401" not in one] == []
    faults.clear()
    desk.context.add_cookies(session)  # as signing in would
    desk.goto("/orders/new/")
    expect(desk.locator("#order-net")).to_have_text("¥25")
    assert [one.input_value() for one in desk.locator("input[name=quantity]").all()] == ["1", "2", "3", "4", ""]
    desk.locator("#line-5-product").focus()
    desk.locator("#line-4-quantity").fill("x")
    desk.locator("button[value=create]").click()
    expect(desk.locator("#line-4-quantity")).to_be_focused()
    expect(desk.locator("#line-4-error")).to_contain_text("x")
