"""A real Chromium for tests of pages: answers come from the test, so that no server and no network is needed."""

import mimetypes
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.csp import build_policy

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Browser:
    """Chromium with one page at a time. `complaints` are what its console said: faults, and what the CSP refused."""

    def __init__(self, chromium: Any) -> None:
        self.chromium = chromium
        self.pages: Mapping[str, str] = {}
        self.complaints: list[str] = []
        self.context: Any = None

    def show(self, pages: Mapping[str, str], *, width: int = 1440, height: int = 900) -> Any:
        """Return a fresh page for which each path answers the given HTML under the product's own CSP."""
        self.pages, self.complaints = pages, []
        if self.context:
            self.context.close()
        size = {"width": width, "height": height}
        # Without motion: a colour that is on its way to another is a fault to axe.
        self.context = self.chromium.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce")
        self.context.route("**/*", self._answer)
        page = self.context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        return page

    def _listen(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def _answer(self, route: Any) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith(settings.STATIC_URL):
            file = finders.find(path.removeprefix(settings.STATIC_URL))
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            route.fulfill(path=file, content_type=kind) if isinstance(file, str) else route.fulfill(status=404)
        elif path in self.pages:
            rules: Any = settings.SECURE_CSP
            policy = {"Content-Security-Policy": build_policy(rules)}
            route.fulfill(body=self.pages[path], content_type="text/html; charset=utf-8", headers=policy)
        else:
            route.fulfill(status=404, body="")


@contextmanager
def open_browser(playwright: Any) -> Iterator[Browser]:
    """Yield a Chromium of the session's Playwright; skip the test, saying why, where there is none."""
    if not CHROMIUM:
        pytest.skip("There is no Chromium on this machine: install the package `chromium`.")
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    try:
        yield Browser(chromium)
    finally:
        chromium.close()


def list_accessibility_faults(page: Any, *, only: Sequence[str] = (), also: Sequence[str] = ()) -> list[str]:
    """Return what axe finds wrong on a page, each with the first element at fault.

    `only` are the rules to look at (all that axe usually does, without it), `also` further ones.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed.").Axe()
    options: dict[str, Any] = {"resultTypes": ["violations"], "rules": {rule: {"enabled": True} for rule in also}}
    if only:
        options["runOnly"] = {"type": "rule", "values": list(only)}
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.axe_script)
    answer: dict[str, Any] = page.evaluate("(options) => axe.run(options)", options)
    assert len(answer["passes"]) > (0 if only else 10), "axe looked at nothing"
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in answer["violations"]]
