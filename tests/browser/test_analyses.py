"""Value and retention of the sample firm: axe finds nothing, nothing sticks out, keys walk the map of cohorts."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from zhike.ui.testing import list_accessibility_faults

PATHS = {
    "/value/": "concentration",
    "/retention/": "retention",
}
PATIENCE = 90  # seconds until the worker must have computed a model


@pytest.fixture
def computed(desk: Page) -> Page:
    """The pages with figures, computed by the worker where that has not happened yet."""
    for path, model in PATHS.items():
        until = time.monotonic() + PATIENCE
        desk.goto(path)
        if not desk.locator(".zk-stats").count():
            desk.goto(f"/models/{model}/")
            if (button := desk.locator("main .zk-form-foot .btn-primary")).count():
                with desk.expect_navigation():
                    button.click()
        while not desk.locator(".zk-stats").count() and time.monotonic() < until:
            desk.wait_for_timeout(1000)
            desk.goto(path)
    return desk


@pytest.mark.slow
def test_value_and_retention_are_read_by_everybody(computed: Page) -> None:
    computed.emulate_media(reduced_motion="reduce")
    faults: dict[str, list[str]] = {}
    for path in PATHS:
        for theme, width in (("light", 1280), ("dark", 375)):
            computed.set_viewport_size({"width": width, "height": 800})
            computed.goto(f"{path}?theme={theme}")
            expect(computed.locator(".zk-stats")).to_be_visible()
            computed.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            found = list_accessibility_faults(computed)
            if computed.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append("scrolls sideways")
            if found:
                faults[f"{path} {theme}"] = found
    assert faults == {}, faults

    computed.set_viewport_size({"width": 1280, "height": 800})
    computed.goto("/retention/")
    cell = computed.locator("#cohorts td[tabindex='0']")
    cell.focus()
    first = cell.get_attribute("data-exact")
    computed.keyboard.press("ArrowRight")
    focused = computed.locator("#cohorts td:focus")
    expect(focused).to_have_attribute("tabindex", "0")
    assert focused.get_attribute("data-exact") != first
    expect(computed.locator("#cohorts td[tabindex='0']")).to_have_count(1)
    computed.get_by_role("link", name="净额", exact=True).click()
    computed.wait_for_url("**/retention/?measure=revenue#cohorts")
    expect(computed.locator("#cohorts td[tabindex='0']")).to_have_attribute("data-exact", re.compile("首月"))
