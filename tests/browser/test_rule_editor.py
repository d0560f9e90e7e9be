"""A rule is built in the editor, read, simulated and put in force; an order over the API moves a customer by it."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .product import Product

CATEGORY = "显卡"


def send(desk: Page, path: str, body: dict[str, Any]) -> Any:
    """Post to the API as the person who is signed in."""
    token = json.loads(desk.locator("body").get_attribute("hx-headers:inherited") or "{}")
    headers = {**token, "Referer": desk.url, "Content-Type": "application/json"}
    answer = desk.request.post(path, data=json.dumps(body), headers=headers)
    assert answer.ok, answer.text()
    return answer.json()


def order(desk: Page, number: str, customer: int) -> None:
    at = (datetime.now(UTC) - timedelta(hours=30)).isoformat()
    line = {"sku": "GPU-1", "quantity": "1", "unit_price": "2999", "product": "A1", "category": CATEGORY}
    send(desk, "/api/orders", {"number": number, "customer_id": customer, "at": at, "currency": "CNY", "lines": [line]})


def add_condition(desk: Page, word: str, count: int) -> None:
    desk.get_by_role("button", name="条件", exact=True).click()
    desk.get_by_role("combobox", name="搜你想说的").fill(word)
    desk.keyboard.press("Enter")
    expect(desk.locator(".zk-cond")).to_have_count(count)


@pytest.mark.slow
def test_a_rule_is_built_read_simulated_and_follows_the_orders(desk: Page, product: Product) -> None:
    desk.goto("/")
    facts = {"name": "钱塘图形", "kind": "company", "address": {"place": "330000"}}
    customer = send(desk, "/api/customers", facts)["id"]
    order(desk, "W-1", customer)
    order(desk, "W-2", customer)
    make_type(desk)
    build_rule(desk)
    say = desk.locator(".zk-say")
    expect(say).to_contain_text(
        f"近 90 天内购买（商品类别属于 {CATEGORY}）至少 3 次，并且所在地属于 浙江，并且标签不含 VIP"
    )

    desk.goto("/settings/schemes/walkers/simulations/")
    desk.locator("main form button.btn-primary").click()
    expect(desk.get_by_role("heading", name=re.compile("各类客户|谁会变")).first).to_be_visible(timeout=30_000)
    desk.goto("/settings/schemes/walkers/")
    desk.get_by_role("button", name="生效").click()

    order(desk, "W-3", customer)
    wait_for_class(desk, customer)

    text = f'did(purchase where category in ("{CATEGORY}"), last 90 days) >= 3 and place in ("浙江省")'
    text += ' and tags has none ("VIP")'
    by_text = product.run("rules", "members", "--text", text, "--json")
    found = send(desk, "/api/rules/members", {"text": text})
    assert found["count"] == json.loads(by_text)["count"] == 1
    assert found["ids"] == [customer]


def wait_for_class(desk: Page, customer: int) -> None:
    """Look at the customer until the run after the activation has told of the class, then read its reason."""
    pill = desk.locator("button.zk-pill, a.zk-pill", has_text="显卡常客").first
    for _attempt in range(90):
        desk.goto(f"/customers/{customer}/")
        if pill.count():
            break
        desk.wait_for_timeout(1000)
    pill.click()
    expect(desk.locator(".zk-pop:popover-open")).to_contain_text("3")


def make_type(desk: Page) -> None:
    desk.goto("/settings/schemes/new/")
    desk.locator("[name=name_zh]").fill("显卡买家")
    desk.locator("[name=key]").fill("walkers")
    desk.locator("[name=kind][value=rule]").check()
    desk.locator("main form button.btn-primary").click()
    adding = desk.locator('form[action$="/classes/add/"]')
    adding.locator("[name=name_zh]").fill("显卡常客")
    adding.locator("[name=key]").fill("regular")
    adding.locator("button").click()


def build_rule(desk: Page) -> None:
    desk.goto("/settings/schemes/walkers/rules/regular/")
    say = desk.locator(".zk-say")
    add_condition(desk, "买过", 1)
    desk.get_by_label("看什么").select_option("count")
    desk.get_by_label("值", exact=True).fill("3")
    with desk.expect_request(lambda one: one.method == "POST") as sent:
        desk.keyboard.press("Tab")
    assert re.search(r"edit\D+\d{13}\b", sent.value.post_data or "")  # of two edits on their way the later one stays
    expect(say).to_contain_text("至少 3 次")
    desk.get_by_role("button", name="限定").click()
    desk.get_by_role("checkbox", name=CATEGORY).press("Space")
    expect(say).to_contain_text(CATEGORY)
    add_condition(desk, "省", 2)
    place = desk.locator(".zk-cond").nth(1)
    place.locator('[name="t.r.1"]').select_option("place")
    place.locator('[name="o.r.1"]').select_option("in")
    place.locator('[name="v.r.1"]').fill("浙江省")
    desk.keyboard.press("Tab")
    expect(say).to_contain_text("浙江")
    add_condition(desk, "标签", 3)
    desk.locator('[name="o.r.2"]').select_option("has_none")
    desk.locator('[name="v.r.2"]').fill("VIP")
    desk.keyboard.press("Tab")
    expect(say).to_contain_text("VIP")
