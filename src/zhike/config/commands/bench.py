"""`zhike bench [NAME …]`: measure one thing on a database of its own, and print the figures as JSON."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from zhike.config.checkout import checkout_folder
from zhike.config.database import cluster
from zhike.config.errors import CannotStart
from zhike.config.words import Phrase as _

PASSES_REST = True


class NoSuchBench(CannotStart):
    code = "config.no_such_bench"
    sentence = _("There is no bench {name}. There are: {names}.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help=str(_("which one; without it, their names are listed")))


def run(options: argparse.Namespace) -> int:
    """Run `bench/NAME.py` with the remaining arguments; ZHIKE_HOME is a fresh home with a durable, empty database.

    DATABASE_URL names that database, or the one that was given.
    """
    folder = checkout_folder() / "bench"
    names = sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_"))
    if options.name is None:
        print("\n".join(names))
        return 0
    if options.name.replace("-", "_") not in names:
        raise NoSuchBench(name=options.name, names=", ".join(names))
    home = Path(tempfile.mkdtemp(prefix="zhike-bench-")).resolve()
    home.chmod(0o711)  # ours alone: the database's user must be able to pass
    try:
        if cluster.is_embedded():
            cluster.start(home)
        database = cluster.database_url(home)
        program = folder / f"{options.name.replace('-', '_')}.py"
        rest = [*options.rest, *(["--json"] if options.json else [])]
        environment = os.environ | {
            "ZHIKE_HOME": str(home),
            "DATABASE_URL": database,
            "PYTHONPATH": f"{folder.parent / 'src'}{os.pathsep}{folder.parent}",
        }
        return subprocess.run([sys.executable, str(program), *rest], env=environment, check=False).returncode
    finally:
        cluster.remove(home)
