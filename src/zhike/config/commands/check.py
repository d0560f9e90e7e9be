"""`zhike check [STEP …]`: all static checks; nothing is changed unless `--fix` is given."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from zhike.config.checkout import checkout_folder
from zhike.config.words import Phrase as _

FOLDERS = ["src", "tests", "tools", "bench", "conftest.py"]


@dataclass(frozen=True, slots=True)
class Step:
    """One check: what it is called, what it runs, and what mends its findings."""

    name: str
    command: list[str]
    fix: list[str] | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("steps", nargs="*", help=str(_("only these steps")))
    parser.add_argument("--fix", action="store_true", help=str(_("mend what can be mended by itself")))


def run(options: argparse.Namespace) -> int:
    """Run every step, also after one failed; show what the failed ones said. Return 1 if any failed."""
    root = checkout_folder()
    told = []
    with tempfile.TemporaryDirectory(prefix="zhike-check-") as home:
        places = [str(root / "src"), str(root / "tools")]
        environment = os.environ | {"ZHIKE_HOME": home, "ZHIKE_TESTING": "1", "PYTHONPATH": os.pathsep.join(places)}
        for step in list_steps(root):
            if options.steps and step.name not in options.steps:
                continue
            command = step.fix if options.fix and step.fix else step.command
            told.append(run_step(step.name, command, root, environment, quiet=options.json))
    if options.json:
        print(json.dumps({"steps": told, "passed": all(step["passed"] for step in told)}, ensure_ascii=False))
    return 0 if all(step["passed"] for step in told) else 1


def run_step(
    name: str, command: list[str], root: Path, environment: dict[str, str], *, quiet: bool = False
) -> dict[str, object]:
    """Run one step; print its line and what it found, or say both in the answer alone."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    passed, seconds = done.returncode == 0, round(time.monotonic() - began, 1)
    if not quiet:
        print(f"{'ok  ' if passed else 'FAIL'} {name:<14} {seconds:6.1f} s", flush=True)
        if not passed:
            print(done.stdout.rstrip() + "\n", flush=True)
    return {"step": name, "passed": passed, "seconds": seconds} | ({} if passed else {"output": done.stdout.rstrip()})


def list_steps(root: Path) -> list[Step]:
    folders = [folder for folder in FOLDERS if (root / folder).exists()]
    python = sys.executable
    templates = sorted(str(file) for file in (root / "src").glob("zhike/*/templates/**/*.html"))
    return [
        Step(
            "ruff",
            [python, "-m", "ruff", "check", "--quiet", *folders],
            [python, "-m", "ruff", "check", "--fix", *folders],
        ),
        Step(
            "format", [python, "-m", "ruff", "format", "--check", *folders], [python, "-m", "ruff", "format", *folders]
        ),
        Step("imports", [tool("lint-imports"), "--no-logo"]),
        Step("templates", [tool("djade"), "--check", *templates], [tool("djade"), *templates]),
        Step("messages", [python, "-m", "zhike.config.cli", "messages", "--check"]),
        Step("migrations", [python, "-m", "zhike.config.commands.migrations_check"]),
        Step("architecture", [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_architecture.py"]),
        Step("types", [python, "-m", "mypy"]),
    ]


def tool(name: str) -> str:
    """Return the place of a program that came with a package beside our Python."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name) or name
