"""Where an installation's embedded database lies: inside its home where the server can reach that."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from zhike.config.database.account import Account, server_account
from zhike.config.database.binaries import SYSTEM_FOLDER
from zhike.config.database.server_conf import ROLE
from zhike.config.home import DATABASE

SOCKET_LIMIT = 107  # bytes of a socket's path; PostgreSQL names the file .s.PGSQL.5432
MARKER = "database-folder"


@dataclass(frozen=True, slots=True)
class Place:
    """A cluster's folders. `folder` is ours; `cluster` and `socket` belong to the server's user."""

    home: Path
    folder: Path

    @property
    def cluster(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.cluster / "server.log"

    @property
    def locks(self) -> Path:
        return self.home / "run"

    @property
    def socket(self) -> Path:
        near = self.folder / "socket"
        if len(bytes(near / ".s.PGSQL.5432")) <= SOCKET_LIMIT and "," not in str(near):  # libpq splits hosts at commas
            return near
        return Path("/tmp", f"zhike-{_short_name(self.folder)}")  # made 0700, its owner is checked

    @property
    def outside(self) -> bool:
        """Whether the database lies elsewhere than in the home."""
        return not self.folder.is_relative_to(self.home)

    def account(self) -> Account:
        return server_account(self.cluster)

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self.socket), safe='')}"


def find_place(home: Path) -> Place:
    """Return where the database of `home` is, or will be. Only looks; `settle` makes the answer last."""
    home = home.resolve()
    marker = home / MARKER
    if marker.exists():
        return Place(home, Path(marker.read_text().strip()))
    if (home / "database").exists() or server_account().can_reach(home):
        return Place(home, home / "database")
    return Place(home, _free_folder(SYSTEM_FOLDER / "clusters" / _short_name(home)))


def settle(place: Place) -> None:
    """Remember a database that lies outside its home, so that later starts find the same one."""
    if place.outside and not (place.home / MARKER).exists():
        (place.home / MARKER).write_text(f"{place.folder}\n")


def _short_name(path: Path) -> str:
    return hashlib.sha256(bytes(path)).hexdigest()[:12]


def _free_folder(folder: Path) -> Path:
    """A folder of this name without a home that points at it is what a deleted home left: it is not taken over."""
    taken, number = folder, 2
    while taken.exists():
        taken, number = folder.with_name(f"{folder.name}-{number}"), number + 1
    return taken
