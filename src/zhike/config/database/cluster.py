"""The embedded PostgreSQL: started by the first process that needs it, stopped by the last one that leaves.

A thin launcher over `initdb` and `pg_ctl`. The server listens on a socket in a folder that only its user and root can
enter, and on no network port. No mode of a folder that we did not make is ever changed.
"""

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from zhike.config.database.account import Account
from zhike.config.database.binaries import SYSTEM_FOLDER, major_version, make_folder, programs
from zhike.config.database.lease import Lease, turn
from zhike.config.database.place import Place, find_place, settle
from zhike.config.database.server_conf import ROLE, write_settings
from zhike.config.errors import (
    CannotStart,
    DatabaseNotStarted,
    DatabaseOfAnother,
    DatabaseTooOld,
    DiskFull,
    HomeUnusable,
)
from zhike.config.full_disk import SAID, ran_full
from zhike.config.home import DATABASE

NEEDED_MB = 300
SEGMENT = 16 * 1024**2  # bytes of one file of the server's write-ahead log
PATIENCE = 60  # seconds for the server to come up, recovery after a crash included
_leases: dict[Path, Lease] = {}


def is_embedded() -> bool:
    return not os.environ.get("DATABASE_URL")


def database_url(home: Path) -> str:
    """Return the address of this installation's database: DATABASE_URL, else the embedded server's socket.

    Starts nothing and writes nothing: the settings ask for it when they load.
    """
    return os.environ.get("DATABASE_URL") or find_place(home).url()


def start(home: Path, *, durable: bool = True) -> None:
    """Join the embedded server of `home`, starting it where it is down. The share ends with `stop` or the process.

    `durable=False` is for databases that are thrown away: it trusts that the machine does not fail.

    :raises CannotStart: with the reason, when there is no way.
    """
    place = find_place(home)
    if (held := _leases.get(place.home)) and held.process == os.getpid():
        return
    prepare_home(place.home)
    with turn(place.locks):
        lease = Lease(place.locks)
        try:
            settle(place)
            _ensure_running(place, durable=durable)
        except BaseException:
            lease.leave()
            raise
    _leases[place.home] = lease
    atexit.register(stop, place.home)


def stop(home: Path) -> None:
    """Give up this process's share; the last one stops the server. Does nothing where nothing was started."""
    place = find_place(home)
    lease = _leases.pop(place.home, None)
    if lease is None or lease.process != os.getpid():
        return
    with turn(place.locks):
        if lease.leave() and (place.cluster / "postmaster.pid").exists():
            _run(place.account(), "pg_ctl", "stop", "-D", str(place.cluster), "-m", "fast", "-w", "-s")


def remove(home: Path) -> None:
    """Delete a home that we made ourselves, with its database, wherever that lies."""
    place = find_place(home)
    stop(home)
    for folder in (place.folder, place.socket, place.home):
        shutil.rmtree(folder, ignore_errors=True)


def prepare_home(home: Path) -> None:
    """Make the home where it is new. One that is there keeps its mode.

    :raises HomeUnusable: if we may not write there.
    """
    try:
        make_folder(home, 0o711)
        make_folder(home / "run", 0o700)
    except OSError as error:
        raise HomeUnusable(folder=home, reason=error.strerror) from error
    if not os.access(home / "run", os.W_OK | os.X_OK):
        raise HomeUnusable(folder=home, reason="EACCES")


def _ensure_running(place: Place, *, durable: bool) -> None:
    account = place.account()
    _check_owner(place, account)
    if _answers(place):
        return
    _make_folders(place, account)
    if not place.cluster.exists():
        _init_cluster(place, account, durable=durable)
    _check_version(place)
    settings = write_settings(place.folder, place.socket, account, durable=durable)
    _forget_dead_server(place)
    _start_server(place, account, settings)
    _make_database(place)


def _check_owner(place: Place, account: Account) -> None:
    for folder in (place.cluster, place.socket):
        if folder.exists() and folder.stat().st_uid != account.uid:
            raise DatabaseOfAnother(folder=folder, owner=pwd.getpwuid(folder.stat().st_uid).pw_name)


def _make_folders(place: Place, account: Account) -> None:
    if place.outside:
        for folder in (SYSTEM_FOLDER, SYSTEM_FOLDER / "clusters"):
            make_folder(folder, 0o755)
        if not place.folder.exists():
            sys.stderr.write(
                f"zhike: {place.home} is closed to the database's user; its files are in {place.folder}.\n"
            )
    make_folder(place.folder, 0o711)
    _make_private(place.socket, account)


def _make_private(folder: Path, account: Account) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700)
        if account.lent:
            os.chown(folder, account.uid, account.gid)


def _init_cluster(place: Place, account: Account, *, durable: bool) -> None:
    """Run initdb under another name and rename it, so that one that was killed is simply made again."""
    free = shutil.disk_usage(place.folder).free // 1024**2
    if free < NEEDED_MB:
        raise DiskFull(folder=place.folder, free_mb=free, needed_mb=NEEDED_MB)
    fresh = place.folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    _make_private(fresh, account)
    options = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=peer"]
    made = _run(account, "initdb", "-D", str(fresh), "-U", ROLE, *options, *([] if durable else ["--no-sync"]))
    if made.returncode:
        raise _did_not_start(place, made.stderr.strip() or made.stdout.strip())
    fresh.rename(place.cluster)


def _check_version(place: Place) -> None:
    found = (place.cluster / "PG_VERSION").read_text().strip()
    if found != major_version():
        raise DatabaseTooOld(folder=place.cluster, found=found, ours=major_version())


def _answers(place: Place) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(place.socket / ".s.PGSQL.5432"))
        except OSError:
            return False
    try:
        psycopg.connect(place.url(), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _forget_dead_server(place: Place) -> None:
    """Remove a pid file whose number now belongs to another program (after a crash, or in a restarted container)."""
    file = place.cluster / "postmaster.pid"
    if not file.exists():
        return
    pid = file.read_text().split("\n", 1)[0].strip()
    folder = Path("/proc", pid, "cwd")
    try:
        if Path("/proc/self").exists() and folder.exists() and folder.resolve() != place.cluster.resolve():
            file.unlink()
    except OSError:
        return  # not ours to look at: pg_ctl decides


def _start_server(place: Place, account: Account, settings: Path) -> None:
    """Start, and try again for a while: children of a server that was killed may still hold its memory."""
    until = time.monotonic() + PATIENCE
    option = "-c config_file='" + str(settings).replace("'", "'\\''") + "'"
    arguments = ["-D", str(place.cluster), "-l", str(place.log), "-w", "-s", "-t", str(PATIENCE), "-o", option]
    while True:
        started = _run(account, "pg_ctl", "start", *arguments)
        if started.returncode == 0 or _answers(place):
            return
        last = _last_words(place)
        if time.monotonic() > until or not ("still in use" in last or "already exists" in last):
            raise _did_not_start(place, last or started.stderr.strip())
        time.sleep(0.2)


def _did_not_start(place: Place, reason: str) -> CannotStart:
    """Return why: without room for one segment of its log the server cannot start, whatever its last words are."""
    if SAID in reason or shutil.disk_usage(place.folder).free < SEGMENT:
        return ran_full(place.folder)
    return DatabaseNotStarted(reason=reason, log=place.log)


def _last_words(place: Place) -> str:
    if not place.log.exists():
        return ""
    lines = place.log.read_text(errors="replace").splitlines()
    return " ".join(line.strip() for line in lines[-4:])


def _make_database(place: Place) -> None:
    with psycopg.connect(place.url("postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(f'CREATE DATABASE "{DATABASE}"'.encode())


def _run(account: Account, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run one of PostgreSQL's programs as the server's user.

    Its output goes to files, since a server that it starts would keep a pipe open.
    """
    command = [str(programs(lent=account.lent) / program), *arguments]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=environment,
            cwd="/",
            check=False,
            user=account.uid if account.lent else None,
            group=account.gid if account.lent else None,
            extra_groups=[] if account.lent else None,
        )
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())
