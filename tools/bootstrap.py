"""Sets up what is missing (packages, assets, translations), then runs Zhike. Standard library only.

Everything lies in a cache folder, keyed by what it was made from, so that a change makes it anew and nothing else does.
Two starts at once wait for each other; one that was killed is done again.
"""

import errno
import os
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

FOR_DEVELOPERS = {"test", "check", "bench", "messages", "package", "screenshots", "upgrade"}


def cache_folder() -> Path:
    if given := os.environ.get("ZHIKE_CACHE"):
        return Path(given).expanduser().absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser().absolute() / "zhike"


def remember(file: Path) -> None:
    """Note which Python fitted: the launcher asks it first the next time."""
    if not file.exists() or file.read_text() != sys.executable:
        fresh = file.with_name(f".{file.name}.{os.getpid()}")
        fresh.write_text(sys.executable)
        fresh.replace(file)


def main() -> None:
    if sys.version_info < (3, 12):  # the launcher looked, but this file can be started without it
        sys.stderr.write(f"zhike: Python 3.12 or newer is needed; this is {platform.python_version()}.\n")
        sys.exit(3)
    sys.path.insert(0, str(ROOT / "tools"))  # the launcher starts Python apart from the user's own settings
    from setup_steps import ROOM, Failure, ensure_assets, ensure_catalogues, ensure_packages, say

    verb = sys.argv[1] if len(sys.argv) > 1 else "help"
    cache = cache_folder()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        if "ZHIKE_PYTHON" not in os.environ:
            remember(cache / "found-python")
        with_spark = os.environ.get("ZHIKE_WITH_SPARK", "") not in ("", "0")
        python = ensure_packages(ROOT, cache, with_tools=verb in FOR_DEVELOPERS, with_spark=with_spark)
        ensure_assets(ROOT, cache, python)
        ensure_catalogues(ROOT, python)
    except Failure as failure:
        say(str(failure))
        sys.exit(failure.exit_code)
    except OSError as error:
        full = error.errno == errno.ENOSPC
        say(
            f"The disk is full at {error.filename or cache}. {ROOM}"
            if full
            else f"{error.filename or cache}: {error.strerror}"
        )
        sys.exit(4 if full else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "ZHIKE_CHECKOUT": str(ROOT)}
    os.execve(python, [str(python), "-m", "zhike.config.cli", *sys.argv[1:]], environment)


if __name__ == "__main__":
    main()
