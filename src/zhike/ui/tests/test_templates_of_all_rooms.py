"""What a strict content security policy and one look ask of every template and script of every room."""

import re
from pathlib import Path

import pytest

from zhike.kit.registry import ALL_REGISTRIES

ROOMS = Path(__file__).resolve().parents[2]
UI = ROOMS / "ui"
TEMPLATES = sorted(ROOMS.glob("**/templates/**/*.html"))
SCRIPTS = sorted((UI / "static" / "ui" / "js").glob("*.js"))
STYLES = sorted((UI / "static" / "ui").glob("*.css"))
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"\son[a-z]+\s*=|\shx-on[:-]", re.IGNORECASE),
    "an address that runs": re.compile(r"javascript:|hx-vals=.js:|hx-headers=.js:", re.IGNORECASE),
    "a trigger that needs eval": re.compile(r"hx-trigger=\"[^\"]*\["),
    "something from another host": re.compile(r"(?:src|href)=\"(?:https?:)?//", re.IGNORECASE),
}
ICON = re.compile(r"""\{% icon ["']([a-z0-9/-]+)["']|\bicon=["']([a-z0-9/-]+)["']""")
CLASS = re.compile(r"\bclass=\"([^\"]*)\"")
WIDGET_CLASS = re.compile(r"""attrs=\{[^}]*['"]class['"]: ['"]([^'"{]*)['"]""")
PLAIN_NAME = re.compile(r"[A-Za-z][\w-]*[\w]|[a-z]")
ANY_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
OUR_CLASS = re.compile(r"\.(zk-[a-z0-9]+(?:-[a-z0-9]+)*)(?![a-z0-9-])")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")


def listed_icons() -> set[str]:
    return {line.strip() for line in (UI / "icons.txt").read_text().splitlines() if line and not line.startswith("#")}


def listed_classes() -> list[str]:
    lines = (UI / "tabler.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("what", INLINE)
def test_no_template_has(what: str) -> None:
    html = {str(file.relative_to(ROOMS)): TAG.sub("", COMMENT.sub("", file.read_text())) for file in TEMPLATES}
    assert [name for name, text in html.items() if INLINE[what].search(text)] == []


@pytest.mark.django_db  # some registries look up what the organisation defined
def test_every_icon_is_in_the_list() -> None:
    used: dict[str, str] = {
        item.icon: f"{registry.name}: {item}"
        for registry in ALL_REGISTRIES.values()
        for item in registry
        if getattr(item, "icon", "")
    }
    for file in [*TEMPLATES, *ROOMS.glob("**/*.py")]:
        if "tests" not in file.parts:
            used |= {one or two: str(file.relative_to(ROOMS)) for one, two in ICON.findall(file.read_text())}
    known = listed_icons()
    assert {name: place for name, place in used.items() if name not in known} == {}


def test_the_list_of_icons_is_in_order_and_holds_each_once() -> None:
    names = [line for line in (UI / "icons.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert names == sorted(set(names))


def test_colours_stand_in_the_tokens_only() -> None:
    """One exception: the darkest heat levels, whose text must be the page's ground in either theme."""
    found = []
    for file in STYLES:
        if file.name != "tokens.css":
            lines = file.read_text().splitlines()
            found += [f"{file.name}: {line.strip()}" for line in lines if COLOUR.search(line) and "zk-heat" not in line]
    assert found == []


def test_every_class_of_ours_is_defined() -> None:
    defined = {name for file in STYLES for name in OUR_CLASS.findall(file.read_text())}
    used: dict[str, str] = {}
    for file in TEMPLATES:
        listed = " ".join(CLASS.findall(COMMENT.sub("", file.read_text())))
        used |= {name: str(file.relative_to(ROOMS)) for name in OUR_CLASS.findall(listed.replace("zk-", ".zk-"))}
    assert {name: place for name, place in used.items() if name not in defined} == {}


def test_every_other_class_is_in_the_list_of_those_of_tabler() -> None:
    """The list decides which rules of Tabler are served: what is not in it has no look."""
    used: dict[str, str] = {}
    for file in [*TEMPLATES, *ROOMS.glob("**/*.py")]:
        if "tests" not in file.parts:
            text = TAG.sub(" ", COMMENT.sub("", file.read_text()))
            names = " ".join([*CLASS.findall(text), *WIDGET_CLASS.findall(text)])
            used |= {name: str(file.relative_to(ROOMS)) for name in names.split() if PLAIN_NAME.fullmatch(name)}
    ours = {name for file in STYLES for name in ANY_CLASS.findall(file.read_text())}
    known = listed_classes()
    assert {name: at for name, at in used.items() if name not in ours and name not in known} == {}
    assert known == sorted(set(known))


def test_a_script_is_one_behaviour_of_at_most_80_lines() -> None:
    assert {file.name: n for file in SCRIPTS if (n := len(file.read_text().splitlines())) > 80} == {}
    assert [
        file.name for file in SCRIPTS if re.search(r"\beval\(|new Function|\.style\.(?!color)", file.read_text())
    ] == []


def test_every_script_is_loaded_and_every_component_is_in_the_gallery() -> None:
    written = "".join(file.read_text() for file in TEMPLATES)
    assert [file.name for file in SCRIPTS if f"ui/js/{file.name}" not in written] == []
    gallery = (UI / "templates" / "ui" / "gallery.html").read_text()
    shown = {file.stem for file in (UI / "templates" / "ui" / "components").glob("*.html")} - {"toasts"}
    assert sorted(name for name in shown if f"components/{name}.html" not in gallery) == []
