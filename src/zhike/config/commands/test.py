"""`zhike test [pytest's arguments]`: all tests, against a PostgreSQL of their own that is gone afterwards."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType

from zhike.config.checkout import checkout_folder
from zhike.config.database import cluster
from zhike.config.database.lease import is_held
from zhike.config.words import Phrase as _

PASSES_REST = True
PREFIX = "zhike-test-"
# Files go out in the order that conftest.py gives them, the slow ones first: by itself xdist sends the fullest first.
SPREAD = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile", "--no-loadscope-reorder"]
QUIET = ("-q", "-v", "-x")
BROWSER = "tests/browser"
INTERRUPTED = 2  # pytest's exit code after Ctrl-C; pytest itself is not there in an installation without the source
GRACE = 25.0  # seconds for a round that was asked to end: each process of it drops its databases


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


def _run_rounds(root: Path, home: Path, rounds: Iterable[list[str]]) -> int:
    """Return the code of the first round that failed, else 0; one that a signal ended (a code below 0) failed too."""
    failed = 0
    for arguments in rounds:
        code = _pytest(root, home, arguments)
        if code == INTERRUPTED:
            return code
        failed = failed or code
    return failed


def _rounds(options: argparse.Namespace, root: Path) -> Iterator[list[str]]:
    """Yield what to give to pytest, one round after the other.

    Everything runs on all processors, a file's tests together, and what needs a browser last: Playwright leaves an
    event loop running, in which Django refuses to work. Whoever names tests or markers gets one round as it is.
    """
    if options.fast:
        yield [*SPREAD, f"--ignore={BROWSER}", "-m", "not slow and not browser", *options.rest]
    elif all(word.startswith("--durations") or word in QUIET for word in options.rest):
        yield [*SPREAD, f"--ignore={BROWSER}", "-m", "not browser", *options.rest]
        yield [*SPREAD, "-m", "browser", *options.rest, BROWSER, *_marked(root)]
    else:
        yield list(options.rest)


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


def _pytest(root: Path, home: Path, arguments: list[str]) -> int:
    environment = os.environ | {"ZHIKE_HOME": str(home), "ZHIKE_TESTING": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(_bytecode(home))  # nothing is written beside the source
    environment["ZHIKE_TEST_DATABASE"] = cluster.database_url(home)  # for tests that make a database of their own
    command = [sys.executable, "-m", "pytest", *arguments]
    several = "-n" in arguments  # one alone may ask its terminal (a debugger), so it stays with it
    with subprocess.Popen(command, cwd=root, env=environment, process_group=0 if several else None) as child:
        return _wait(child, several=several)


def _wait(child: "subprocess.Popen[bytes]", *, several: bool) -> int:
    """Return the exit code of a round; asked to end, ask it, and leave when nothing of it is left.

    :raises SystemExit: if we were asked to end.
    """
    asked: list[int] = []

    def tell(number: int) -> None:
        with suppress(ProcessLookupError):
            (os.killpg if several else os.kill)(child.pid, number)

    def ask(number: int, _frame: FrameType | None) -> None:
        if not asked:
            asked.append(number)
            tell(signal.SIGTERM)
            late.start()

    late = threading.Timer(GRACE, tell, [signal.SIGKILL])
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        code = child.wait()
    finally:
        late.cancel()
        if several:
            tell(signal.SIGKILL)  # what its own processes did not end
        for number, handler in before.items():
            signal.signal(number, handler)
    if asked:
        raise SystemExit(128 + asked[0])
    return code
