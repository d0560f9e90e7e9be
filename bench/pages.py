"""What pages cost the person who opens them, from Chromium on this machine: bytes, first paint, a change of filters.

First visit: an empty cache, so all style sheets, scripts, icons and the typeface come too. Second visit: the same
browser once more. A filter's round trip is what a person waits: from the key that is pressed on a link to the frame
with the new rows in it. `swapped` is how the list does it; `rested_on` the same by a mouse that rests on the link for
0.2 s before it presses; `whole` the same links as pages of their own, as without scripts.
Targets: first visit ≤ 400 kB, second ≤ 30 kB, first contentful paint ≤ 600 ms, filters ≤ 150 ms at 100,000 customers,
the median and the 95th percentile.

    ./zhike bench pages --customers 100000
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.make_customers import make_customers, set_up

PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SHOWN = f"Math.max({PAINT}, performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd)"
WAIT = "new Promise((done) => {{ const look = () => {there} ? done({found}) : setTimeout(look, 5); look(); }})"
# Puts one link on the page and tells when the frame after its answer was painted, in ms since it was pressed.
LINK = """([query, whole]) => {
  document.getElementById("bench")?.remove();
  const link = Object.assign(document.createElement("a"), { id: "bench", href: `?${query}`, textContent: "→" });
  link.toggleAttribute("data-whole", whole);
  document.querySelector("main").prepend(link);
  link.focus();
  window.painted = 0;
  const pressed = (event) => { window.pressed = event.timeStamp; };
  addEventListener("keydown", pressed, { once: true, capture: true });
  addEventListener("pointerdown", pressed, { once: true, capture: true });
  document.addEventListener("htmx:after:swap", () => requestAnimationFrame(() => {
    const frame = new MessageChannel();
    frame.port1.onmessage = () => { window.painted = performance.now() - window.pressed; };
    frame.port2.postMessage(0);
  }), { once: true });
}"""
FILTERS = ("kind=company", "kind=person", "province=330000", "city=330100", "q=zs", "tag=VIP", "class=1", "sort=name")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
PATIENCE = 120.0  # seconds until the server must answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5, help="the median of which is told")
    parser.add_argument("--port", type=int, default=8390)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chromium = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if chromium is None:
        sys.exit("There is no Chromium on this machine; without it nothing can be measured.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
    set_up()
    made = make_customers(options.customers)
    link, pages = prepare()
    with server(options.port) as address:
        figures = measure(chromium, address, link, pages, rounds=options.rounds)
    print(json.dumps({"made": made, **figures}, indent=None if options.json else 2))


def prepare() -> tuple[str, dict[str, str]]:
    """Return a link that signs in, and the pages to look at."""
    from django.utils.timezone import now

    from zhike.accounts.public import SYSTEM, ensure_administrator, make_sign_in_link, sync_built_in_roles
    from zhike.customers.models import Fact

    sync_built_in_roles()
    at = now()
    customer = Fact.objects.order_by("-id").values_list("customer_id", flat=True).first()
    pages = {"list": "/customers/", "customer": f"/customers/{customer}/", "classes": "/classes/", "workbench": "/"}
    return make_sign_in_link(user=ensure_administrator(at=at), by=SYSTEM, at=at), pages


@contextmanager
def server(port: int) -> Iterator[str]:
    """Run the product's own web server until the block ends."""
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "zhike.config.cli", "serve", "--port", str(port)]
    environment = os.environ | {"ZHIKE_URL": address}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(f"{address}/sign-in/", process)
            yield address
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    sys.exit("The server did not start.")


def measure(chromium: str, address: str, link: str, pages: dict[str, str], *, rounds: int) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(base_url=address, locale="zh-CN")
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button").first.click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        state = context.storage_state()
        context.close()
        for path in pages.values():  # the server's caches are warm; the browser's are not
            _visits(browser, address, state, path)
        visits = {
            name: _median([_visits(browser, address, state, path) for _ in range(rounds)])
            for name, path in pages.items()
        }
        filters = _filters(browser, address, state, rounds)
        browser.close()
    return {"pages": visits, "filters_ms": filters}


def _visits(browser: Any, address: str, state: Any, path: str) -> dict[str, float]:
    """Open a page twice in a fresh browser profile; return bytes over the wire and first paint of both."""
    context = browser.new_context(base_url=address, storage_state=state, locale="zh-CN")
    page = context.new_page()
    wire = context.new_cdp_session(page)
    received = {"first": 0, "second": 0}
    visit = "first"
    wire.on(
        "Network.loadingFinished",
        lambda event: received.__setitem__(visit, received[visit] + event["encodedDataLength"]),
    )
    wire.send("Network.enable")
    found: dict[str, float] = {}
    for visit in ("first", "second"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[f"{visit}_paint_ms"] = page.evaluate(PAINT) or 0.0
    context.close()
    return {"first_kb": received["first"] / 1000, "second_kb": received["second"] / 1000, **found}


def _filters(browser: Any, address: str, state: Any, rounds: int) -> dict[str, Any]:
    context = browser.new_context(base_url=address, storage_state=state, locale="zh-CN")
    page = context.new_page()
    page.goto("/customers/")
    waits: dict[str, list[float]] = {"swapped": [], "rested_on": [], "whole": []}
    for turn in range(rounds + 1):
        for query in FILTERS:
            for way, found in waits.items():
                took = _follow(page, query, way)
                if turn:  # the first round warms the caches of the server and of the database
                    found.append(took)
    context.close()
    return {way: _spread(found) for way, found in waits.items()}


def _follow(page: Any, query: str, way: str) -> float:
    """Follow a link to the list with these filters; return the ms until its rows were painted."""
    page.goto("/customers/")
    page.wait_for_load_state("networkidle")
    page.evaluate(LINK, [query, way == "whole"])
    if way == "whole":
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/customers/?{query}")
        return float(page.evaluate(WAIT.format(there=PAINT, found=SHOWN)))
    if way == "rested_on":
        page.hover("#bench")
        page.wait_for_timeout(200)
        page.mouse.down()
        page.mouse.up()
    else:
        page.keyboard.press("Enter")
    return float(page.evaluate(WAIT.format(there="window.painted", found="window.painted")))


def _spread(found: list[float]) -> dict[str, float]:
    found = sorted(found)
    return {"median": round(statistics.median(found), 1), "p95": round(found[int(len(found) * 0.95)], 1)}


def _median(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(statistics.median(one[key] for one in rounds), 1) for key in rounds[0]}


if __name__ == "__main__":
    main()
