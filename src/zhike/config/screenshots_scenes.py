"""What the pictures of the guide show: a scene brings a page into the state that a chapter speaks of.

A scene is told the page and the address of the running sample firm, and leaves the browser on what is to be seen.
They run in the order of `SCENES`; a later one finds what an earlier one left, such as the draft of a type.
"""

from collections.abc import Callable, Mapping
from typing import Any

from zhike.config.screenshots_phone import menu, phone

TEXT_OF_RULE = "employees >= 1000 and did(purchase, last 180 days) >= 2 and not class(lifecycle, lost)"
LONG = 120_000  # ms until a background run must have shown its result


def plain(path: str) -> Callable[[Any, str], None]:
    """Return a scene that only opens an address."""
    return lambda page, root: page.goto(root + path)


def first_run(page: Any, root: str) -> None:
    page.goto(f"{root}/first-run/language/")


def search(page: Any, root: str) -> None:
    page.goto(f"{root}/customers/")
    page.keyboard.press("Control+k")
    page.keyboard.type("sz", delay=20)
    page.locator("[data-palette-found] [role=option]").first.wait_for()


def thresholds(page: Any, root: str) -> None:
    page.goto(f"{root}/settings/schemes/lifecycle/")
    page.locator("input[name=at_risk_days]").fill("60")
    page.keyboard.press("Tab")
    page.locator("#preview .zk-move").first.wait_for()


def versions(page: Any, root: str) -> None:
    """Keep the thresholds as a draft, so that two versions differ."""
    thresholds(page, root)
    with page.expect_navigation():
        page.locator("form button[formaction='/settings/schemes/lifecycle/']").click()
    page.goto(f"{root}/settings/schemes/lifecycle/versions/?before=1&after=2")


def simulation(page: Any, root: str) -> None:
    page.goto(f"{root}/settings/schemes/lifecycle/simulations/")
    with page.expect_navigation():
        page.locator("main form .zk-form-foot button").click()
    page.locator(".zk-flow").first.wait_for(timeout=LONG)
    page.evaluate("scrollTo(0, 0)")


def segments(page: Any, root: str) -> None:
    """What a type whose classes overlap would do: who would be in which of its classes, and in several."""
    page.goto(f"{root}/settings/schemes/new/")
    with page.expect_navigation():
        page.locator("form[action$='/preferences/'] button").click()
    page.goto(f"{page.url.split('?')[0]}simulations/")
    with page.expect_navigation():
        page.locator("main form .zk-form-foot button").click()
    page.locator(".zk-flow-box").first.wait_for(timeout=LONG)
    page.evaluate("scrollTo(0, 0)")


def rule_editor(page: Any, root: str) -> None:
    address = f"{root}/settings/schemes/scale/rules/large/"
    page.goto(f"{address}?as=text")
    page.locator("#rule-text").fill(TEXT_OF_RULE)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("#rule-form .zk-form-foot button").click()
    page.goto(address)


def rule_conditions(page: Any, root: str) -> None:
    """The search among conditions, over the rule of the scene before."""
    page.goto(f"{root}/settings/schemes/scale/rules/large/")
    page.locator("[data-offers]").first.click()
    page.locator("[data-offers-box] input").wait_for()


def rfm(page: Any, root: str) -> None:
    """The map of scores stands below the table."""
    page.goto(f"{root}/classes/rfm/")
    page.locator(".zk-heat").evaluate("one => one.closest('section').scrollIntoView({ block: 'end' })")


def customer(page: Any, root: str) -> None:
    page.goto(f"{root}/customers/")
    page.locator("tbody a.name").nth(11).click()
    page.locator("button.zk-pill").first.wait_for()


def order_form(page: Any, root: str) -> None:
    page.goto(f"{root}/orders/?sort=-net")
    order = page.locator("tbody a.name").nth(3).get_attribute("href")
    page.goto(f"{root}{order}edit/")


def product(page: Any, root: str) -> None:
    page.goto(f"{root}/products/")
    page.locator("tbody a.name").nth(1).click()
    page.locator("[data-chart] canvas").wait_for()


def why(page: Any, root: str) -> None:
    customer(page, root)
    page.wait_for_load_state("networkidle")
    page.locator("button.zk-pill").first.click()


def policy(page: Any, root: str) -> None:
    """All that the first value tier gets."""
    page.goto(f"{root}/policies/")
    page.locator("#order-value_tier a[href^='/policies/classes/']").first.click()
    page.wait_for_load_state("networkidle")


def review(page: Any, root: str) -> None:
    page.goto(f"{root}/reviews/")
    page.locator(".zk-acts .btn-primary").click()
    page.locator("[data-key=y]").wait_for()


def steadiness(page: Any, root: str) -> None:
    page.goto(f"{root}/settings/schemes/lifecycle/steadiness/")
    page.locator("input[name=stay_days]").fill("14")
    page.locator("input[name=ask_into]").nth(4).check()


def fields(page: Any, root: str) -> None:
    """Three fields of the firm's own."""
    for kind, key, zh, en in FIELDS:
        page.goto(f"{root}/settings/fields/new/?type={kind}")
        page.locator("input[name=name_zh]").fill(zh)
        page.locator("input[name=name_en]").fill(en)
        page.locator("input[name=key]").fill(key)
        with page.expect_navigation():
            page.locator(".zk-form-foot .btn-primary").click()
    page.goto(f"{root}/settings/fields/")


def forms(page: Any, root: str) -> None:
    page.goto(f"{root}/settings/forms/")
    page.locator("main select").first.select_option(index=1)
    with page.expect_navigation():
        page.locator("main form .zk-form-foot button, main form button").first.click()


def role(page: Any, root: str) -> None:
    """What a team lead may do."""
    page.goto(f"{root}/settings/roles/")
    page.locator("tbody a.name").nth(1).click()
    page.wait_for_url("**/settings/roles/*/")


def language_of(page: Any) -> str:
    return "en" if page.evaluate("document.documentElement.lang") == "en" else "zh"


def approvals(page: Any, root: str) -> None:
    """Moves into “at risk” wait for a yes; then the draft of the scene `versions` is put in force."""
    page.goto(f"{root}/settings/schemes/lifecycle/steadiness/")
    page.locator("input[name=ask_into]").nth(4).check()
    with page.expect_navigation():
        page.locator(".zk-form-foot .btn-primary").click()
    page.goto(f"{root}/settings/schemes/lifecycle/")
    with page.expect_navigation():
        page.locator("form[action$='/apply/'] button").click()
    for _ in range(60):
        page.goto(f"{root}/classes/approvals/")
        if page.locator("main tbody tr").count():
            break
        page.wait_for_timeout(1000)


def import_report(page: Any, root: str) -> None:
    page.goto(f"{root}/imports/")
    page.locator("tbody a.name").first.click()
    page.locator("main h2, main .zk-stats").first.wait_for()


def import_map(page: Any, root: str) -> None:
    page.goto(f"{root}/imports/new/")
    page.locator("input[name=kind][value=orders]").check()
    example = EXAMPLES[language_of(page)]
    page.locator("input[type=file]").set_input_files(
        {"name": "orders-q4.csv", "mimeType": "text/csv", "buffer": example.encode()}
    )
    page.locator(".zk-form-foot .btn-primary").click()
    page.locator("select:has(option[selected])").first.wait_for()


def card_of_value(page: Any, root: str) -> None:
    """Show the card of the value model's run in use, from the test on."""
    found_by_model("/models/", "#model-value .zk-stat")(page, root)
    page.locator("#model-value p a").first.click()
    page.locator(".zk-chart canvas").first.wait_for(timeout=LONG)
    page.locator("main .zk-sec").first.evaluate("one => one.scrollIntoView()")


def found_by_model(path: str, shown: str) -> Callable[[Any, str], None]:
    """Return a scene of a page that shows what a model found, once its run in the background has ended."""

    def wait(page: Any, root: str) -> None:
        for _ in range(LONG // 2000):
            page.goto(root + path)
            if page.locator(shown).count():
                return
            page.wait_for_timeout(2000)

    return wait


SCENES: Mapping[str, Callable[[Any, str], None]] = {
    "first-run": first_run,
    "workbench": plain("/"),
    "customers": plain("/customers/"),
    "search": search,
    "customer": customer,
    "orders": plain("/orders/?sort=-net&status=completed"),
    "order-form": order_form,
    "product": product,
    "why": why,
    "import-report": import_report,
    "import-map": import_map,
    "classes": plain("/classes/"),
    "rfm": rfm,
    "editor": thresholds,
    "versions": versions,
    "simulation": simulation,
    "segments": segments,
    "steadiness": steadiness,
    "rule": rule_editor,
    "rule-conditions": rule_conditions,
    "policies": plain("/policies/"),
    "policy": policy,
    "conflicts": plain("/policies/conflicts/"),
    "reviews": plain("/reviews/"),
    "review": review,
    "fields": fields,
    "forms": forms,
    "audit": plain("/settings/audit/"),
    "roles": role,
    "phone": phone(plain("/"), customer, menu),
    "guide": plain("/ui/guide/customers/"),
    "approvals": approvals,
    "notices": plain("/notices/"),
    "churn": found_by_model("/churn/", ".zk-matrix"),
    "associations": found_by_model("/associations/", ".zk-network"),
    "models": found_by_model("/models/", "#model-value .zk-stat"),
    "model-card": card_of_value,
}

FIELDS = [  # type, key, name
    ("date", "contract_until", "合同到期", "Contract until"),
    ("money", "budget", "年度预算", "Yearly budget"),
    ("text", "machine", "设备编号", "Machine number"),
]
EXAMPLES = {
    "zh": """订单号,客户编号,客户名称,下单时间,商品编码,商品名称,数量,单价,备注
SO261101001,C10008,苏州新越精密机械有限公司,2026-11-18 10:24,DAQ-8A,8 路模拟量采集模块,12,718.50,加急
SO261101002,C10015,成都锐朗食品股份有限公司,2026-11-18 14:02,SEN-T10,铂电阻温度传感器,40,112.60,
""",
    "en": """Order no.,Customer no.,Customer name,Ordered at,SKU,Product,Quantity,Unit price,Remark
SO261101001,C10008,Suzhou Xinyue Precision Machinery,2026-11-18 10:24,DAQ-8A,8-channel analogue module,12,718.50,urgent
SO261101002,C10015,Chengdu Ruilang Foods Corp.,2026-11-18 14:02,SEN-T10,Platinum temperature sensor,40,112.60,
""",
}
