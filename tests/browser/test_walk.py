"""The product's main job, by hand and eye: from a file of order lines to an explained class and a changed threshold."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

HEADING = ["订单号", "客户编号", "客户名称", "下单时间", "货号", "商品名称", "数量", "单价"]
FIRM = "苏州澜图精密仪器有限公司"
AGO = 70  # days since its only order: neither lost nor at risk by the rules as they come
LINES = 12_000


def write_orders(path: Path) -> Path:
    """Write order lines of 600 firms, with one price that cannot be."""
    today = datetime.now(UTC).date()
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADING)
        writer.writerow(["A-1", "K-1", FIRM, f"{today - timedelta(days=AGO)} 10:30", "G-7", "光栅尺", 3, "1280.50"])
        writer.writerow(["A-2", "K-2", "无锡远澜机电有限公司", f"{today} 09:00", "G-7", "光栅尺", 1, "-5"])
        for line in range(LINES):
            at = f"{date(2026, 1, 5) + timedelta(days=line % 200)} 14:00"
            customer = line % 600
            writer.writerow(
                [f"B-{line // 2}", f"M-{customer // 2}", f"常州试件厂{customer // 2}", at, "G-8", "读数头", 2, "66"]
            )
    return path


def test_from_a_file_to_a_changed_threshold(desk: Page, tmp_path: Path) -> None:
    import_orders(desk, write_orders(tmp_path / "订单 三季度.csv"))
    open_customer(desk)
    see_why(desk)
    change_threshold(desk)
    wait_for_class(desk, "流失预警")


def import_orders(page: Page, file: Path) -> None:
    page.goto("/imports/")
    page.locator("a[href$='/imports/new/']").first.click()
    page.locator("input[name=kind][value=orders]").check()
    page.locator("input[type=file]").set_input_files(file)
    page.locator(".zk-form-foot .btn-primary").click()
    expect(page.locator("select:has(option[selected])").first).to_be_visible()
    chosen = page.locator("td select").evaluate_all("all => all.map(one => one.value)")
    assert chosen == ["order_no", "customer", "customer_name", "at", "sku", "product", "quantity", "unit_price"]
    page.locator("input[name=source]").fill("walk")
    page.locator("button[form=mapping]").click()

    go = page.locator("form[action$='/run/'] .btn-primary")
    expect(go).to_contain_text("12,001", timeout=60_000)
    expect(page.get_by_text("无锡远澜机电有限公司")).to_be_visible()
    go.click()
    expect(page.locator("#import-progress")).to_be_visible()
    expect(page.locator("a[href*='/rejected']")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.locator("a[href*='/rejected']").click()
    rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("A-2,K-2,无锡远澜机电有限公司")


def open_customer(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("szltjmyq")  # initials of its pinyin
    page.locator("[role=option]", has_text=FIRM).first.click()
    expect(page.locator("main")).to_contain_text(FIRM)
    wait_for_class(page, "首购")


def wait_for_class(page: Page, name: str) -> None:
    """Look again until the worker has classified."""
    for _ in range(90):
        if page.locator("button.zk-pill", has_text=name).count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(f"{name} did not come: {page.locator('button.zk-pill').all_inner_texts()}")


def see_why(page: Page) -> None:
    page.locator("button.zk-pill", has_text="首购").click()
    why = page.locator(".zk-why:popover-open")
    expect(why).to_be_visible()
    expect(why).to_contain_text(re.compile(rf"\b({AGO}|{AGO + 1})\b"))
    page.keyboard.press("Escape")


def change_threshold(page: Page) -> None:
    customer = page.url
    page.goto("/settings/schemes/lifecycle/")
    days = page.locator("input[name=at_risk_days]")
    assert days.input_value() == "90"
    days.fill("60")
    days.blur()
    expect(page.locator("#preview .zk-move", has_text="流失预警").first).to_be_visible()
    page.locator("button[formaction$='/settings/schemes/lifecycle/']").click()
    apply = page.locator("form[action$='/apply/'] button")
    expect(apply).to_be_visible()
    apply.click()
    expect(page.locator("main")).to_contain_text("v2")
    page.goto(customer)
