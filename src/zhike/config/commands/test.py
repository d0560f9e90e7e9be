"""`zhike test [pytest's arguments]`: all tests, against a PostgreSQL of their own that is gone afterwards."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from zhike.config.checkout import checkout_folder
from zhike.config.database import cluster
from zhike.config.database.lease import is_held
from zhike.config.words import Phrase as _

PASSES_REST = True
PREFIX = "zhike-test-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fast", action="store_true", help=str(_("leave out what takes seconds or needs a browser")))


def run(options: argparse.Namespace) -> int:
    """Return pytest's exit code. The home and its server are removed also after a failure or Ctrl-C."""
    root = checkout_folder()
    sweep_left_homes()
    home = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    home.chmod(0o711)  # ours alone: the database's user must be able to pass
    (home / "static").mkdir()  # WhiteNoise warns where it is missing
    try:
        if cluster.is_embedded():
            cluster.start(home, durable=False)
        return _pytest(root, home, _arguments(options))
    finally:
        cluster.remove(home)


def sweep_left_homes() -> None:
    """Remove the homes of runs that were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if left.stat().st_uid == os.geteuid() and (left / "run" / "lease").exists() and not is_held(left / "run"):
            cluster.start(left, durable=False)
            cluster.remove(left)


def _arguments(options: argparse.Namespace) -> list[str]:
    return [*(["-m", "not slow and not browser"] if options.fast else []), *options.rest]


def _pytest(root: Path, home: Path, arguments: list[str]) -> int:
    environment = os.environ | {"ZHIKE_HOME": str(home), "ZHIKE_TESTING": "1"}
    environment["ZHIKE_TEST_DATABASE"] = cluster.database_url(home)  # for tests that make a database of their own
    command = [sys.executable, "-m", "pytest", *arguments]
    with subprocess.Popen(command, cwd=root, env=environment) as child:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches pytest too, which ends in order
        try:
            return child.wait()
        finally:
            signal.signal(signal.SIGINT, before)
            if child.poll() is None:
                child.terminate()
