"""`zhike package`: build the wheel, and prove that it runs in an empty environment outside the repository."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

from zhike.config.checkout import checkout_folder
from zhike.config.words import Phrase as _

PATIENCE = 300.0  # seconds for the demo to come up: a machine that tests may be busy
NEEDED = (
    "ui/static/vendor/tabler.min.css",
    "ui/static/vendor/htmx.min.js",
    "ui/guide/chapters/README.md",
    "locale/zh_Hans/LC_MESSAGES/django.mo",
)
LINK = re.compile(r"(http://\S+)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, help=str(_("folder to leave the wheel in")))


def run(options: argparse.Namespace) -> dict[str, object]:
    root = checkout_folder()
    folder = Path(tempfile.mkdtemp(prefix="zhike-package-")).resolve()
    folder.chmod(0o711)  # ours alone: the database's user must be able to pass
    try:
        wheel = build(root, folder)
        install(root, wheel, folder / "env")
        began = time.monotonic()
        pages = try_demo(folder)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            shutil.copy(wheel, options.out)
        figures = {"wheel": wheel.name, "bytes": wheel.stat().st_size, "pages": pages}
        return figures | {"seconds_to_answer": round(time.monotonic() - began, 1)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def build(root: Path, folder: Path) -> Path:
    """Return the wheel; it must carry assets and compiled translations."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
    wheel = next(folder.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    missing = [part for part in NEEDED if not any(name.endswith(part) for name in names)]
    if missing:
        raise SystemExit(f"the wheel lacks {missing}")
    return wheel


def install(root: Path, wheel: Path, environment: Path) -> None:
    subprocess.run([sys.executable, "-I", "-m", "venv", str(environment)], check=True)
    pip = [str(environment / "bin" / "python"), "-I", "-m", "pip", "install", "--quiet", "--no-deps"]
    pip += ["--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(root / "requirements.lock")], check=True)
    subprocess.run([*pip, "--no-index", str(wheel)], check=True)


def try_demo(folder: Path) -> list[str]:
    """Start `zhike demo` from the wheel, open its sign-in link, the first style sheet it names, and stop it."""
    hidden = {"PYTHONPATH", "ZHIKE_CHECKOUT", "ZHIKE_TESTING", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"}
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    environment |= {"ZHIKE_HOME": str(folder / "home"), "PYTHONUNBUFFERED": "1"}
    command = [str(folder / "env" / "bin" / "zhike"), "demo", "--no-browser"]
    demo = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        link = read_link(demo)
        page = fetch(link)
        sheet = re.search(r'href="(/static/[^"]+\.css)"', page)
        if sheet is None:
            raise SystemExit(f"{link} names no style sheet")
        fetch(link[: link.index("/", 8)] + sheet[1])
        return [re.sub(r"/[^/]{20,}/?", "/…/", link), sheet[1]]
    finally:
        demo.terminate()
        demo.wait(60)


def read_link(demo: "subprocess.Popen[str]") -> str:
    until = time.monotonic() + PATIENCE
    for line in demo.stdout or ():
        print(line.rstrip(), file=sys.stderr, flush=True)
        if found := LINK.search(line):
            return found[1]
        if time.monotonic() > until:
            break
    raise SystemExit(f"`zhike demo` ended without a link ({demo.poll()})")


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read().decode())
