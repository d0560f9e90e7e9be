"""The user that the embedded server runs as. PostgreSQL refuses to run as root, so root lends it another user."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from zhike.config.errors import NoServerAccount

WANTED = ("zhike", "postgres")


@dataclass(frozen=True, slots=True)
class Account:
    """The server's user. `lent` is true where we are root and the server is somebody else."""

    name: str
    uid: int
    gid: int
    lent: bool

    def can_reach(self, folder: Path) -> bool:
        """Tell whether this user may pass through `folder` and all its parents; what is not there yet counts as yes."""
        if not self.lent:
            return True
        groups = set(os.getgrouplist(self.name, self.gid))
        return all(self._may_pass(one.stat(), groups) for one in (folder, *folder.parents) if one.exists())

    def _may_pass(self, found: os.stat_result, groups: set[int]) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid in groups:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def server_account(data: Path | None = None) -> Account:
    """Return who runs the server: ourselves; for root the owner of `data`, else `zhike`, else `postgres`.

    :raises NoServerAccount: if that user has no name, which `initdb` asks for.
    """
    if os.geteuid() != 0:
        return _account(os.geteuid(), lent=False)
    if data is not None and data.exists() and data.stat().st_uid != 0:
        return _account(data.stat().st_uid, lent=True)
    for name in WANTED:
        try:
            return _account(pwd.getpwnam(name).pw_uid, lent=True)
        except KeyError:
            continue
    return _make_account()


def _account(uid: int, *, lent: bool) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        raise NoServerAccount(uid=uid) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, lent)


def _make_account() -> Account:
    command = shutil.which("useradd")
    if command is None:
        raise NoServerAccount(uid=0)
    sys.stderr.write("zhike: adding the system user “zhike”, which the database runs as.\n")
    subprocess.run([command, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "zhike"], check=False)
    try:
        return _account(pwd.getpwnam("zhike").pw_uid, lent=True)
    except KeyError as error:
        raise NoServerAccount(uid=0) from error
