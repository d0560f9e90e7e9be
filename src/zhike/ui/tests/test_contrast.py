"""WCAG 2.2 for every pair of tokens that meet on a page: text 4.5, graphics 3, in both themes."""

import re
from pathlib import Path

import pytest

from zhike.ui.public import HUES

CSS = (Path(__file__).resolve().parents[1] / "static" / "ui" / "tokens.css").read_text()
HEX = "#[0-9a-f]{6}"
TOKENS = {
    **{name: (one, one) for name, one in re.findall(rf"--zk-([\w-]+):\s*({HEX});", CSS)},
    **{name: (a, b) for name, a, b in re.findall(rf"--zk-([\w-]+):\s*light-dark\(({HEX}),\s*({HEX})\)", CSS)},
}
GROUNDS = ["surface", "canvas", "sunken", "raised", "hover", "accent-soft"]
TEXT = [
    *[(text, ground) for text in ("ink", "ink-2", "ink-3", "accent") for ground in GROUNDS],
    *[(text, "press") for text in ("ink", "ink-2", "ink-3")],
    *[("on-accent", "accent-fill"), ("on-accent", "fill-hover"), ("on-seal", "seal"), ("ink", "seg-on")],
    *[
        (tone, ground)
        for tone in ("good", "warn", "bad")
        for ground in ("surface", "sunken", "raised", "hover", f"{tone}-soft")
    ],
    *[(text, f"{tone}-soft") for text in ("ink", "ink-2") for tone in ("good", "warn", "bad")],
    *[(f"{hue}-fg", f"{hue}-bg") for hue in HUES],
    *[("ink", f"heat-{level}") for level in range(4)],
]
GRAPHICS = [
    *[(f"{hue}-dot", ground) for hue in HUES for ground in ("surface", "sunken")],
    ("chart", "surface"),
    ("accent-fill", "surface"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (GRAPHICS, 3.0)], ids=["text", "graphics"])
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_pair_is_readable(pairs: list[tuple[str, str]], least: float, theme: int) -> None:
    weak = {
        f"{front} on {back}": round(got, 2)
        for front, back in pairs
        if (got := ratio(TOKENS[front][theme], TOKENS[back][theme])) < least
    }
    assert weak == {}
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
