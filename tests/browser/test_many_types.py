"""A firm with more, and longer, than anybody planned for: sixty classes, a dozen types, names in every script."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .product import Product

NAMES = [
    "一个名字很长很长很长的客户管理类型用来看看会不会把页面撑破",
    "<b>HTML</b> & “引号”",
    "شركة النور للتجارة",
    "👨\u200d👩\u200d👧 家庭",
    "Internationalisierungsbeauftragtenverzeichnis",
]
OVERFLOWS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def describe_type(position: int, classes: int) -> dict[str, object]:
    """Return a type that people sort by hand, as a set-up file has it."""
    name = NAMES[position % len(NAMES)]
    named = [
        {"key": f"c{number}", "hue": "teal", "name_zh": f"{name[:20]} {number}", "name_en": f"{name[:20]} {number}"}
        for number in range(classes)
    ]
    texts = {"name_zh": f"{name} {position}", "name_en": f"{name} {position}", "meaning_zh": "", "meaning_en": ""}
    rest = {"kind": "hand", "parameters": {}, "rules": {}, "status": "active", "position": 50 + position}
    return {**texts, **rest, "classes": [{"meaning_zh": "", "meaning_en": "", **one} for one in named]}


@pytest.fixture
def many_types(product: Product, desk: Page, tmp_path: Path) -> Iterator[list[str]]:
    """Types that are retired afterwards: other tests share the firm."""
    types = {f"many{number}": describe_type(number, 60 if number == 0 else 4) for number in range(6)}
    path = tmp_path / "setup.json"
    path.write_text(json.dumps({"version": 1, "schemes": types, "policies": {}}))
    product.run("schemes", "apply", str(path))
    yield list(types)
    for key in types:
        desk.goto(f"/settings/schemes/{key}/settings/")
        desk.locator("form[action$='/retire/'] button").click()


def test_sixty_classes_and_types_with_long_names_fit(desk: Page, many_types: list[str]) -> None:
    desk.goto("/customers/")
    customer = desk.locator("tbody a.name").first.get_attribute("href") or ""
    first = many_types[0]
    paths = (customer, f"/classes/{first}/", f"/settings/schemes/{first}/", "/settings/schemes/", "/policies/")
    broken = []
    for width in (1280, 375):
        desk.set_viewport_size({"width": width, "height": 800})
        for path in (*paths, "/customers/filters/"):
            desk.goto(path)
            if desk.evaluate(OVERFLOWS):
                broken.append((width, path))
    assert broken == []

    desk.goto(f"/classes/{first}/")
    expect(desk.locator(".zk-schemes [aria-current]")).to_be_in_viewport()
    desk.goto(customer)
    fold = desk.locator("details.zk-fold", has_text=NAMES[1])
    fold.locator("summary").click()
    fold.locator("select").select_option(index=1)
    fold.locator("input[name=reason]").fill("看看")
    fold.locator("button").click()
    expect(desk.locator("details.zk-fold", has_text=NAMES[1]).locator("summary .zk-pill")).to_have_text(f"{NAMES[1]} 0")
