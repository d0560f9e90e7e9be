"""ZHIKE_HOME: the one folder for everything an installation keeps, and where its database is."""

import os
import secrets
from pathlib import Path

DATABASE = "zhike"


def home_path() -> Path:
    """Return the installation's folder: ZHIKE_HOME, else /var/lib/zhike for root, else the user's data folder."""
    if given := os.environ.get("ZHIKE_HOME"):
        return Path(given).expanduser().absolute()
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/zhike")
    return Path(os.environ.get("XDG_DATA_HOME", "~/.local/share")).expanduser().absolute() / "zhike"


def secret_key(home: Path) -> str:
    """Return the installation's signing key, made on first use and readable by its owner only."""
    path = home / "keys" / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)  # two starts at once: the first one's key stands
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
