"""`zhike screenshots`: the pictures of the guide, taken anew of a sample firm, in both languages."""

import argparse
import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhike.config.checkout import checkout_folder
from zhike.config.database import cluster
from zhike.config.screenshots_scenes import SCENES
from zhike.config.words import Phrase as _

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTH, HEIGHT = 1280, 660
QUALITY = 88  # of WebP: letters stay sharp, at 40 % of the PNG's size
DARK = ("customer",)  # taken in the dark too, for the page of the repository


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, help=str(_("folder for the pictures (docs/guide/pictures)")))
    parser.add_argument(
        "--only", nargs="*", choices=sorted(SCENES), metavar="NAME", help=str(_("these pictures alone"))
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Return how many pictures were taken and where they are."""
    out = options.out or checkout_folder() / "docs" / "guide" / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    taken = []
    for language in ("zh-hans", "en"):
        with running_firm(language) as link, browser_page(language) as page:
            taken += take_pictures(page, link, out, "en" if language == "en" else "zh", only=options.only or SCENES)
    return {"pictures": len(taken), "folder": str(out)}


@contextmanager
def running_firm(language: str) -> Iterator[str]:
    """Run the product with a sample firm in a home of its own; yield the address that signs in."""
    home = Path(tempfile.mkdtemp(prefix="zhike-pictures-")).resolve()
    home.chmod(0o711)  # ours alone: the database's user must be able to pass
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"ZHIKE_HOME": str(home), "ZHIKE_LANG": language}
    command = [sys.executable, "-m", "zhike.config.cli", "demo", "--no-browser"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield next(line.strip() for line in process.stdout or () if "http" in line)
        finally:
            process.terminate()
            process.wait(60)
            cluster.remove(home)


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


def take_pictures(page: Any, link: str, out: Path, suffix: str, *, only: Collection[str] = tuple(SCENES)) -> list[Path]:
    """Sign in by `link` and take every scene; return the files, `scene.zh.webp` or `scene.en.webp`."""
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("button").first.click()
    root = link.split("/sign-in/")[0]
    taken = []
    for name in [name for name in SCENES if name in only]:
        SCENES[name](page, root)
        taken.append(_shoot(page, out / f"{name}.{suffix}.webp"))
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
