"""Pictures of a real shop's figures: the public data set Online Retail (D. Chen, UCI, CC BY 4.0), read in each time.

The file is not part of the product. Who has it names it, and the pictures of Value and Retention are taken of it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhike.config.errors import CannotStart
from zhike.config.screenshots_home import fresh_home
from zhike.config.words import Phrase as _

VARIABLE = "ZHIKE_ONLINE_RETAIL"
AS_OF = "2011-12-10"  # the day after the last order
ANALYSES = ("concentration", "value", "retention")
READ_AS = ["--source", "retail", "--currency", "GBP", "--time-zone", "Europe/London"]
LONG = 300_000  # ms until a run over the shop has ended


class CannotRead(CannotStart):
    code = "config.retail_unreadable"
    sentence = _("The shop could not be read from {file}: {reason}")


def find_file(given: Path | None) -> Path | None:
    """Return the file with the shop's orders: the one given, else what ZHIKE_ONLINE_RETAIL names; None without."""
    named = given or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    return named.expanduser().absolute() if named and named.expanduser().exists() else None


@contextmanager
def running_retail(file: Path) -> Iterator[Callable[[], str]]:
    """Run the product with the shop's orders in a home of its own; yield what makes addresses that sign in, once each.

    One home serves both languages: the orders are in English whoever reads.

    :raises CannotRead: with what the import said.
    """
    with fresh_home("zh-hans") as environment:
        _zhike(environment, "import", "orders", str(file), *READ_AS, problem=file)
        command = [sys.executable, "-m", "zhike.config.cli", "serve"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                next(line for line in process.stdout or () if "http" in line)
                yield lambda: str(json.loads(_zhike(environment, "user", "--json", problem=file))["link"])
            finally:
                process.terminate()
                process.wait(60)


def _zhike(environment: Mapping[str, str], *words: str, problem: Path) -> str:
    command = [sys.executable, "-m", "zhike.config.cli", *words]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True)
    if done.returncode:
        raise CannotRead(file=problem, reason=done.stderr.strip()[-500:])
    return done.stdout


def run_analyses(page: Any, root: str) -> None:
    """Run what the pictures show as of the day after the last order, and wait for the last of them."""
    for key in ANALYSES:
        if not _is_shown(page, root, key):
            page.goto(f"{root}/models/{key}/")
            page.locator("input[name=as_of]").fill(AS_OF)
            with page.expect_navigation():
                page.locator("main form .btn-primary").first.click()
            page.goto("about:blank")  # the model's page would load itself anew once the run has ended
    for key in ANALYSES:
        for _turn in range(LONG // 2000):
            if _is_shown(page, root, key):
                break
            page.wait_for_timeout(2000)


def _is_shown(page: Any, root: str, key: str) -> bool:
    rows = page.request.get(f"{root}/api/analyses").json()["rows"]
    return any(one["key"] == key and (one["in_use"] or {}).get("as_of") == AS_OF for one in rows)


def part(path: str, section: str) -> Callable[[Any, str], None]:
    """Return a scene of a page from one of its sections on."""

    def show(page: Any, root: str) -> None:
        page.goto(root + path)
        page.wait_for_load_state("networkidle")
        page.locator(section).evaluate("one => { one.scrollIntoView(); scrollBy(0, -52); }")  # right below the head
        page.wait_for_timeout(400)  # charts are drawn when they come into sight

    return show


SCENES: Mapping[str, Callable[[Any, str], None]] = {
    "value": part("/value/?window=ever", "#distribution"),
    "value-hindsight": part("/value/", "#hindsight"),
    "retention": part("/retention/", "#cohorts"),
    "retention-stages": part("/retention/", "#moves"),
}
