"""`zhike upgrade`: lock the newest versions that fit pyproject.toml and package.json, with hashes."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from zhike.config.checkout import checkout_folder
from zhike.config.words import Phrase as _

COMPILE = [
    "pip",
    "compile",
    "--universal",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--python-version=3.12",
]
HIDDEN = ["--no-emit-index-url", "--no-emit-find-links", "--quiet"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", action="append", default=[], metavar="PACKAGE", help=str(_("this package alone")))


def run(options: argparse.Namespace) -> int:
    """Write requirements.lock, requirements-dev.lock and package-lock.json. No file names a registry."""
    root = checkout_folder()
    chosen = [word for one in options.only for word in ("--upgrade-package", one)] or ["--upgrade"]
    for target, extra in (("requirements.lock", []), ("requirements-dev.lock", ["--extra", "dev"])):
        _run([*_uv(), *COMPILE, *HIDDEN, *chosen, *extra, "pyproject.toml", "-o", target], root)
    if not options.only:
        _run(["npm", "update", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"], root)
    return 0


def _uv() -> list[str]:
    found = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    return [found] if found else [sys.executable, "-m", "uv"]


def _run(command: list[str], folder: Path) -> None:
    print(" ".join(command[:2]), "…", flush=True)
    subprocess.run(command, cwd=folder, check=True, env=os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "./zhike upgrade"})
