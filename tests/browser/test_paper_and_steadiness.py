"""Pages stay still while they come, and a customer's page makes a sheet of paper for a colleague."""

from playwright.sync_api import Page, expect

MOST = 0.01  # of cumulative layout shift; 0.1 is what is called good
SHIFTS = """
window.moved = 0;
window.movers = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    window.moved += one.value;
    window.movers.push(one.sources.map((source) => source.node?.outerHTML?.slice(0, 80)).join(" | "));
  }
}).observe({ type: "layout-shift", buffered: true });
"""
PAGES = ("/", "/customers/", "CUSTOMER", "/orders/", "/classes/", "/value/", "/retention/", "/churn/")
PRESSED = "main :is(button, .btn, input, textarea, select, nav), .zk-side, .zk-tabbar"  # of no use on paper
SEEN = """(what) => [...document.querySelectorAll(what)]
  .filter((one) => one.checkVisibility() && !one.matches(".zk-pill")).map((one) => one.outerHTML.slice(0, 100))"""


def measure(page: Page, path: str) -> list[str]:
    """Return what moved on a page while it came, where it is too much."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    moved, movers = page.evaluate("[window.moved, window.movers]")
    return [f"{path}: {moved:.3f}", *movers] if moved > MOST else []


def find_customer(page: Page) -> str:
    page.goto("/customers/?sort=-value")
    return str(page.locator("tbody a.name").first.get_attribute("href"))


def test_nothing_moves_while_a_page_comes_at_a_desk(desk: Page) -> None:
    desk.add_init_script(SHIFTS)
    customer = find_customer(desk)
    assert [fault for path in PAGES for fault in measure(desk, path.replace("CUSTOMER", customer))] == []


def test_nothing_moves_while_a_page_comes_on_a_phone(phone: Page) -> None:
    phone.add_init_script(SHIFTS)
    customer = find_customer(phone)
    assert [fault for path in PAGES[:5] for fault in measure(phone, path.replace("CUSTOMER", customer))] == []


def test_nothing_moves_when_rows_are_swapped_or_a_toast_comes(desk: Page) -> None:
    desk.add_init_script(SHIFTS)
    desk.goto("/customers/")
    desk.wait_for_load_state("networkidle")
    desk.evaluate("document.fonts.ready.then(() => { window.moved = 0; window.movers = []; })")
    desk.locator("thead a").first.focus()
    desk.wait_for_timeout(
        600
    )  # what follows a key within half a second is not counted: the answer comes later than that
    desk.route("**/customers/?sort=*", lambda route: (desk.wait_for_timeout(700), route.continue_()))
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/customers/?sort=*")
    desk.wait_for_timeout(200)
    desk.evaluate(
        "document.getElementById('toasts').append(document.getElementById('no-answer').content.cloneNode(true))"
    )
    expect(desk.locator("#toasts [data-toast]")).to_be_visible()
    desk.wait_for_timeout(200)
    moved, movers = desk.evaluate("[window.moved, window.movers]")
    assert moved <= MOST, movers


def test_a_customer_on_paper_is_a_sheet_for_a_colleague(desk: Page) -> None:
    customer = find_customer(desk)
    desk.add_init_script("localStorage.setItem('zk-theme', 'dark')")
    desk.goto(customer)
    name = desk.locator(".zk-id h1").inner_text()
    masked = desk.locator("[id^=point-]").first.inner_text()
    desk.locator("[data-reveal]").first.click()
    expect(desk.locator("[id^=point-]").first).not_to_have_text(masked)
    desk.emulate_media(media="print")
    desk.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert desk.evaluate(SEEN, PRESSED) == []
    assert desk.locator("[id^=point-]").first.inner_text() == masked
    paper = desk.locator("main").inner_text()
    assert "管理员 打印" in paper
    assert paper.count(name) >= 1
    assert desk.evaluate("document.documentElement.dataset.bsTheme") == "light"
    assert len(desk.pdf(format="A4")) > 10_000
    desk.evaluate("dispatchEvent(new Event('afterprint'))")
    assert desk.evaluate("document.documentElement.dataset.bsTheme") == "dark"
