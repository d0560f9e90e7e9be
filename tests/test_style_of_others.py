"""Of a style sheet that is not ours only what pages use is served."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHEET = (
    "@charset \"UTF-8\";/*! Made by others, MIT */:root{--x:url('a;}b')}a,.card a{color:red}.btn:hover,.card{top:0}"
    ".btn:not(.card){left:0}@media (width>1px){.card{top:1px}.btn .ico,.btn.w-1\\/2{top:2px}}"
    "@media print{.card{top:3px}}@keyframes turn{to{top:0}}@keyframes blink{to{top:0}}.btn{animation:blink 1s}"
)


@pytest.fixture(name="styles")
def _styles(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return import_module("styles")


def test_rules_of_classes_that_nobody_uses_are_left_out(styles: Any) -> None:
    assert styles.only_used(SHEET, {"btn", "w-1/2"}) == (
        "@charset \"UTF-8\";:root{--x:url('a;}b')}a{color:red}.btn:hover{top:0}.btn:not(.card){left:0}"
        "@media (width>1px){.btn.w-1\\/2{top:2px}}@keyframes blink{to{top:0}}.btn{animation:blink 1s}"
        "\n/*! Made by others, MIT */\n"
    )


def test_what_is_served_of_tabler_is_small_and_names_its_licence() -> None:
    sheet = (ROOT / "src/zhike/ui/static/vendor/tabler.min.css").read_text()
    assert len(sheet) < 100_000
    assert "Licensed under MIT" in sheet
    listed = [line for line in (ROOT / "src/zhike/ui/tabler.txt").read_text().splitlines() if line[0] != "#"]
    assert [name for name in listed if f".{name}" not in sheet] == []
