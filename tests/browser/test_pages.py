"""Every page that a link leads to: axe finds nothing in light and dark; nothing sticks out at a desk, at 200 %,
on a phone, or with words half as long again; each has a name and a way to its help."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from zhike.ui.testing import list_accessibility_faults

LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)', re.DOTALL)
MUST_BE_AMONG = """
start customers:list customers:customer customers:new customers:export customers:filters classification:classes
classification:schemes classification:edit imports:imports imports:new imports:import commerce:orders commerce:order
commerce:order-filters commerce:new-order commerce:edit-order commerce:products commerce:product commerce:new-product
commerce:edit-product accounts:own-account accounts:people accounts:organisation
accounts:trail accounts:tokens analytics:value analytics:retention ui:gallery ui:guide ui:guide-chapter ui:keys
demo:page
"""
# Makes every text half as long again, as German or Finnish would be, and tells whether something then sticks out.
LENGTHEN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walk.nextNode()) texts.push(walk.currentNode);
  for (const text of texts) {
    const words = text.textContent.trim();
    if (words && !text.parentElement.closest("script, style, svg")) {
      text.textContent = `${words} ${words.slice(0, Math.ceil(words.length / 2))}`;
    }
  }
  return document.documentElement.scrollWidth > document.documentElement.clientWidth;
}"""
# A chart takes its new width in the frame after the window has: what is measured is what one sees then.
OVERFLOWS = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(
  document.documentElement.scrollWidth > document.documentElement.clientWidth))))"""
CUT = """() => [...document.querySelectorAll('main button, main .btn, main h1')].filter((one) => one.checkVisibility()
  && getComputedStyle(one).overflow !== 'visible' && getComputedStyle(one).textOverflow !== 'ellipsis'
  && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent.trim().slice(0, 40))"""


@pytest.fixture
def addresses(desk: Page) -> dict[str, str]:
    """The first address of each kind that links lead to from the first page on, by the name of its pattern."""
    found, waiting, seen = {}, ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        name = pattern_name(path)
        if not name or name in found:
            continue
        answer = desk.request.get(path)
        if not answer.ok or "text/html" not in answer.headers["content-type"]:
            continue
        html = answer.text()
        if "<html" not in html:
            continue
        found[name] = path
        for link in LINK.findall(html):
            target = urlsplit(urljoin(f"http://here{path}", unescape(link)))
            address = (
                target.path if pattern_name(target.path) != "customers:export" else f"{target.path}?{target.query}"
            )
            if target.netloc == "here" and address not in seen:
                seen.add(address)
                waiting.append(address)
    return found


def pattern_name(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return ""


@pytest.mark.slow
def test_no_page_is_hard_to_reach_read_or_press(desk: Page, addresses: dict[str, str]) -> None:
    assert set(MUST_BE_AMONG.split()) <= set(addresses)
    desk.emulate_media(reduced_motion="reduce")  # a colour that is on its way to another is a fault to axe
    faults = {path: found for path in addresses.values() if (found := list(look_at(desk, path)))}
    assert faults == {}, faults


def look_at(page: Page, path: str) -> Iterator[str]:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{path}{'&' if '?' in path else '?'}theme=light")
    if not page.title().endswith(" · 知客") or page.title().startswith(" ·"):
        yield f"is called {page.title()!r}"
    if not page.locator("a[href^='/ui/guide/']").count():
        yield "leads to no help"
    yield from list_accessibility_faults(page, also=("target-size",))
    if page.evaluate(OVERFLOWS):
        yield "scrolls sideways at a desk"
    page.set_viewport_size({"width": 640, "height": 400})  # what 1280 is at 200 %
    if page.evaluate(OVERFLOWS):
        yield "scrolls sideways at 200 %"
    yield from (f"cuts {text!r} at 200 %" for text in page.evaluate(CUT))
    page.set_viewport_size({"width": 375, "height": 740})
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    yield from (f"in the dark {one}" for one in list_accessibility_faults(page, only=("color-contrast", "target-size")))
    if page.evaluate(OVERFLOWS):
        yield "scrolls sideways on a phone"
    if page.evaluate(LENGTHEN):
        yield "scrolls sideways on a phone with long words"
    page.set_viewport_size({"width": 1280, "height": 800})
    if page.evaluate(OVERFLOWS):
        yield "scrolls sideways at a desk with long words"


def test_nothing_moves_for_who_wants_no_motion(desk: Page) -> None:
    desk.emulate_media(reduced_motion="reduce")
    desk.goto("/customers/")
    desk.keyboard.press("Control+k")
    moving: Any = desk.evaluate(
        """() => [...document.querySelectorAll('*')].filter((one) => {
          const style = getComputedStyle(one), longest = (list) => Math.max(...list.split(',').map(parseFloat));
          return longest(style.transitionDuration) > 0.01 || longest(style.animationDuration) > 0.01;
        }).map((one) => one.className || one.tagName)"""
    )
    assert moving == []
