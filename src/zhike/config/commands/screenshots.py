"""`zhike screenshots`: the pictures of the guide, taken anew of a sample firm and of a real shop, in both languages."""

import argparse
import base64
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhike.config.checkout import checkout_folder
from zhike.config.screenshots_home import fresh_home
from zhike.config.screenshots_retail import SCENES as RETAIL_SCENES
from zhike.config.screenshots_retail import find_file, run_analyses, running_retail
from zhike.config.screenshots_scenes import SCENES
from zhike.config.words import Phrase as _

type Scenes = Mapping[str, Callable[[Any, str], None]]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LANGUAGES = {"zh-hans": "zh", "en": "en"}  # and how their files end
WIDTH, HEIGHT = 1280, 660
QUALITY = 88  # of WebP: letters stay sharp, at 40 % of the PNG's size
DARK = ("customer",)  # taken in the dark too, for the page of the repository


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, help=str(_("folder for the pictures (docs/guide/pictures)")))
    parser.add_argument(
        "--only",
        nargs="*",
        choices=sorted({*SCENES, *RETAIL_SCENES}),
        metavar="NAME",
        help=str(_("these pictures alone")),
    )
    parser.add_argument(
        "--retail",
        type=Path,
        metavar="FILE",
        help=str(
            _("the data set Online Retail (UCI), for the pictures of value and retention; or ZHIKE_ONLINE_RETAIL")
        ),
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Return how many pictures were taken and where they are, and which were left out for want of the shop's orders."""
    out = options.out or checkout_folder() / "docs" / "guide" / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    wanted = set(options.only or {*SCENES, *RETAIL_SCENES})
    ours, retail = wanted & SCENES.keys(), wanted & RETAIL_SCENES.keys()
    file = find_file(options.retail)
    taken: list[Path] = []
    for language in LANGUAGES if ours else ():
        with running_firm(language) as link, browser_page(language) as page:
            taken += take_pictures(page, link, out, language, only=ours)
    if retail and file:
        scenes = {name: scene for name, scene in RETAIL_SCENES.items() if name in retail}
        with running_retail(file) as make_link:
            for language in LANGUAGES:
                with browser_page(language) as page:
                    taken += take_pictures(page, make_link(), out, language, scenes=scenes, first=run_analyses)
    found: dict[str, Any] = {"pictures": len(taken), "folder": str(out)}
    if retail and not file:
        left_out = _("{names} show the data set Online Retail, and no file with it was named: they stay as they are.")
        found["left_out"] = str(left_out).format(names=", ".join(sorted(retail)))
    return found


@contextmanager
def running_firm(language: str) -> Iterator[str]:
    """Run the product with a sample firm in a home of its own; yield the address that signs in."""
    command = [sys.executable, "-m", "zhike.config.cli", "demo", "--no-browser"]
    with (
        fresh_home(language) as environment,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process,
    ):
        try:
            yield next(line.strip() for line in process.stdout or () if "http" in line)
        finally:
            process.terminate()
            process.wait(60)


@contextmanager
def browser_page(language: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        locale = "en-GB" if language == "en" else "zh-CN"
        context = chromium.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, locale=locale, reduced_motion="reduce"
        )
        yield context.new_page()
        chromium.close()


def take_pictures(
    page: Any,
    link: str,
    out: Path,
    language: str,
    *,
    only: Collection[str] = tuple(SCENES),
    scenes: Scenes | None = None,
    first: Callable[[Any, str], None] | None = None,
) -> list[Path]:
    """Sign in by `link` and take every scene; return the files, `scene.zh.webp` or `scene.en.webp`.

    :param scenes: instead of those `only` of the sample firm; `first` makes them ready.
    """
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("button").first.click()
    root = link.split("/sign-in/")[0]
    if first:
        first(page, root)
    taken, suffix = [], LANGUAGES[language]
    for name, scene in (scenes or {name: one for name, one in SCENES.items() if name in only}).items():
        scene(page, root)
        taken.append(_shoot(page, out / f"{name}.{suffix}.webp"))
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        if name in DARK:
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            page.wait_for_timeout(500)  # charts are drawn anew in the colours of the theme
            taken.append(_shoot(page, out / f"{name}-dark.{suffix}.webp"))
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return taken


def _shoot(page: Any, path: Path) -> Path:
    page.wait_for_load_state("networkidle")
    browser = page.context.new_cdp_session(page)
    shot = browser.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    browser.detach()
    path.write_bytes(base64.b64decode(shot["data"]))
    return path
