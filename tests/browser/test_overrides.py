"""A class is set above the rule on the customer's page, told with its reason, and taken off again; what a type asks."""

from playwright.sync_api import Page, expect


def test_a_class_is_set_above_the_rule_and_taken_off(desk: Page) -> None:
    desk.goto("/customers/")
    desk.locator("tbody a.name").first.click()
    panel = desk.locator("section", has=desk.get_by_role("heading", name="人工调整"))
    panel.locator("summary", has_text="价值分层").click()
    form = panel.locator("details", has_text="价值分层")
    form.locator("select").select_option(index=2)
    form.get_by_label("理由").fill("合同谈判期间按 C 类对待")
    form.get_by_role("button", name="设置", exact=True).click()
    expect(desk.get_by_text("到期或取消之前，以人工调整为准")).to_be_visible()
    desk.locator("button.zk-pill", has_text="C 类").click()
    expect(desk.get_by_text("规则判定").first).to_be_visible()
    expect(desk.get_by_text("合同谈判期间按 C 类对待").first).to_be_visible()
    desk.keyboard.press("Escape")
    panel.get_by_role("button", name="取消调整").click()
    expect(desk.get_by_text("客户回到规则判定的类别")).to_be_visible()


def test_what_a_type_asks_is_set(desk: Page) -> None:
    desk.goto("/settings/schemes/value_tier/steadiness/")
    desk.get_by_label("最短停留期（天）").fill("30")
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.get_by_text("从下一次变动起生效")).to_be_visible()
    desk.goto("/settings/schemes/value_tier/steadiness/")
    expect(desk.get_by_label("最短停留期（天）")).to_have_value("30")
    desk.get_by_label("最短停留期（天）").fill("0")
    desk.get_by_role("button", name="保存", exact=True).click()
    desk.goto("/classes/approvals/")
    expect(desk.get_by_text("没有待审批的变动")).to_be_visible()
