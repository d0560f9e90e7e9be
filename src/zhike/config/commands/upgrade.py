"""`zhike upgrade`: lock the newest versions that fit pyproject.toml and package.json, with hashes."""

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
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
    """Write requirements.lock, -dev.lock, -spark.lock and package-lock.json. No file names a registry."""
    root = checkout_folder()
    chosen = [word for one in options.only for word in ("--upgrade-package", one)] or ["--upgrade"]
    for target, extra in (("requirements.lock", []), ("requirements-dev.lock", ["--extra", "dev"])):
        _run([*_uv(), *COMPILE, *HIDDEN, *chosen, *extra, "pyproject.toml", "-o", target], root)
    # Spark is a lock of its own: 450 MB that few need, and nothing else of ours needs what it needs.
    spark = "\n".join(_extra(root, "spark"))
    _run([*_uv(), *COMPILE, *HIDDEN, *chosen, "-", "-o", "requirements-spark.lock"], root, given=spark)
    if not options.only:
        _run([*_npm(root), "update", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"], root)
    return 0


def _extra(root: Path, name: str) -> list[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["optional-dependencies"][name])


def _uv() -> list[str]:
    found = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    return [found] if found else [sys.executable, "-m", "uv"]


def _npm(root: Path) -> list[str]:
    """Return how npm is called: the system's where its Node is new enough, else that of the locked wheel."""
    sys.path.insert(0, str(root / "tools"))
    steps = import_module("setup_steps")
    node, npm = steps.find_node(root, import_module("bootstrap").cache_folder())
    return [str(node), str(npm)]


def _run(command: list[str], folder: Path, *, given: str | None = None) -> None:
    print(" ".join(command[:2]), "…", flush=True)
    environment = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "./zhike upgrade"}
    subprocess.run(command, cwd=folder, check=True, env=environment, input=given, text=True)
