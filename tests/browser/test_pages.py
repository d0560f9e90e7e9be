"""Every page that a person reaches, at a desk in the light and on a phone in the dark: axe finds nothing."""

import pytest
from playwright.sync_api import Page

from zhike.ui.testing import list_accessibility_faults

PAGES = (
    "/customers/",
    "/customers/new/",
    "/classes/",
    "/settings/schemes/",
    "/settings/schemes/lifecycle/",
    "/imports/",
    "/imports/new/",
    "/orders/",
    "/products/",
    "/settings/demo/",
    "/settings/organisation/",
    "/settings/people/",
)
DETAILS = {"/customers/": "tbody a.name", "/orders/": "tbody a", "/products/": "tbody a", "/imports/": "tbody a.name"}


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_and_nothing_sticks_out(desk: Page, theme: str, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 800})
    faults: dict[str, list[str]] = {}
    for path in [*PAGES, *_details(desk)]:
        answer = desk.goto(f"{path}?theme={theme}")
        assert answer is not None
        found = list_accessibility_faults(desk) if answer.ok else [f"answers {answer.status}"]
        if desk.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("scrolls sideways")
        if found:
            faults[path] = found
    assert faults == {}, faults


def _details(page: Page) -> list[str]:
    """Return the first record of each list."""
    found = []
    for path, link in DETAILS.items():
        page.goto(path)
        if page.locator(link).count():
            found.append(str(page.locator(link).first.get_attribute("href")).partition("?")[0])
    return found
