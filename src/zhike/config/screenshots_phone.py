"""Pictures of the product on a phone: three screens beside each other, as wide as the pictures of a desk."""

import base64
from collections.abc import Callable
from typing import Any

WIDTH, HEIGHT = 390, 760  # of one screen
DESK = {"width": 1280, "height": 820}
PAPER = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; height: 820px; display: flex; justify-content: space-evenly; align-items: center }
body { background: #e9eded }
img { width: 380px; border: 1px solid #c4cccc; border-radius: 18px }
</style>"""


def phone(*screens: Callable[[Any, str], None]) -> Callable[[Any, str], None]:
    """Return a scene that shows what each of `screens` leaves on a phone, from left to right."""

    def show(page: Any, root: str) -> None:
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        shots = []
        for screen in screens:
            screen(page, root)
            page.wait_for_load_state("networkidle")
            shots.append(base64.b64encode(page.screenshot()).decode())
        page.goto("about:blank")  # away from the product, whose policy keeps pictures in the page out
        page.set_viewport_size(DESK)
        page.set_content(PAPER + "".join(f'<img alt="" src="data:image/png;base64,{shot}">' for shot in shots))

    return show


def menu(page: Any, root: str) -> None:
    """Everything that the bar of pages has no room for."""
    page.goto(root)
    page.locator(".zk-tabbar a").last.click()
