"""`zhike test [pytest's arguments]`: all tests, against a PostgreSQL of their own that is gone afterwards."""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from zhike.config.checkout import checkout_folder
from zhike.config.database import cluster
from zhike.config.database.lease import is_held
from zhike.config.rounds import run_rounds
from zhike.config.words import Phrase as _

PASSES_REST = True
PREFIX = "zhike-test-"
# Files go out in the order that conftest.py gives them, the slow ones first: by itself xdist sends the fullest first.
SPREAD = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile", "--no-loadscope-reorder"]
QUIET = ("-q", "-v", "-x", "--durations", "--hypothesis-")  # beginnings of words that name no test
BROWSER = "tests/browser"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fast", action="store_true", help=str(_("leave out what takes seconds or needs a browser")))


def run(options: argparse.Namespace) -> int:
    """Return pytest's exit code. The home and its server are removed also after a failure, Ctrl-C or SIGTERM."""
    root = checkout_folder()
    sweep_left_homes()
    home = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    home.chmod(0o711)  # ours alone: the database's user must be able to pass
    (home / "static").mkdir()  # WhiteNoise warns where it is missing
    try:
        if cluster.is_embedded():
            cluster.start(home, durable=False)
        return _run_rounds(root, home, _rounds(options, root))
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # whoever asks twice would leave half of it
        cluster.remove(home)


def sweep_left_homes() -> None:
    """Remove the homes of runs that were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if left.stat().st_uid == os.geteuid() and (left / "run" / "lease").exists() and not is_held(left / "run"):
            cluster.start(left, durable=False)
            cluster.remove(left)


def _run_rounds(root: Path, home: Path, rounds: Sequence[list[str]]) -> int:
    """Return the code of the first round that failed, else 0; one that a signal ended (a code below 0) failed too."""
    commands = [[sys.executable, "-m", "pytest", *words] for words in rounds]
    return next((code for code in run_rounds(commands, folder=root, environment=_environment(home)) if code), 0)


def _rounds(options: argparse.Namespace, root: Path) -> list[list[str]]:
    """Return what to give to pytest, for each round.

    Everything runs on all processors, a file's tests together. What needs a browser waits for much, so it runs beside
    that, in a process of its own: Playwright leaves an event loop running, in which Django refuses to work. Whoever
    names tests or markers gets one round as it is.
    """
    if options.fast:
        return [[*SPREAD, f"--ignore={BROWSER}", "-m", "not slow and not browser", *options.rest]]
    if all(word.startswith(QUIET) for word in options.rest):
        return [
            [*SPREAD, f"--ignore={BROWSER}", "-m", "not browser", *options.rest],
            ["-m", "browser", *options.rest, BROWSER, *_marked(root)],
        ]
    return [list(options.rest)]


def _marked(root: Path) -> list[str]:
    """Return the files in the rooms that hold tests of a browser: importing all others takes each process seconds."""
    files = sorted((root / "src").rglob("test_*.py"))
    return [str(one.relative_to(root)) for one in files if "mark.browser" in one.read_text(encoding="utf-8")]


def _bytecode(home: Path) -> Path:
    """Return where Python keeps what it compiled: beside the packages, for the next time too, or for this run alone.

    Reading source costs each of the many processes of a run as much as all that they import for their tests.
    """
    kept = Path(sys.prefix) / "bytecode"
    return kept if sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK) else home / "bytecode"


def _environment(home: Path) -> dict[str, str]:
    environment = os.environ | {"ZHIKE_HOME": str(home), "ZHIKE_TESTING": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(_bytecode(home))  # nothing is written beside the source
    environment["ZHIKE_TEST_DATABASE"] = cluster.database_url(home)  # for tests that make a database of their own
    return environment
