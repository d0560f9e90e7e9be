"""Brings the product up: port, static files, web server and worker."""

import errno
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from zhike.config.errors import PortTaken
from zhike.config.home import home_path
from zhike.config.supervisor import Supervisor
from zhike.config.words import Phrase as _

FIRST_PORT = 8000
TRIES = 20


_claims: list[TextIO] = []


def choose_port(host: str, wanted: int | None) -> int:
    """Claim a port that is free, for as long as this process lives: the one wanted, else 8000 or the next.

    :raises PortTaken: if the one that was asked for is not free.
    """
    if wanted is not None:
        if not (is_free(host, wanted) and claim(wanted)):
            raise PortTaken(host=host, port=wanted)
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + TRIES):
        if is_free(host, port) and claim(port):
            if port != FIRST_PORT:
                text = str(_("Port {taken} is taken; using {port} instead.")).format(taken=FIRST_PORT, port=port)
                sys.stderr.write(f"zhike: {text}\n")
            return port
    raise PortTaken(host=host, port=FIRST_PORT)


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
        return True


def claim(port: int) -> bool:
    """Keep other starts of this user away from a port that is not listened on yet.

    The server's sockets may share a port among the processes of one user, so the second of two starts at the same
    moment would get every other request of the first.
    """
    folder = Path("/tmp", f"zhike-ports-{os.geteuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    file = (folder / str(port)).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _claims.append(file)
    return True


def public_address(host: str, port: int) -> str:
    """Return the address that people type: ZHIKE_URL, else this machine's own."""
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # only shown, not listened on
    return os.environ.get("ZHIKE_URL") or f"http://{shown}:{port}"


def announce(port: int, address: str) -> TextIO:
    """Write down where this installation is served, for as long as the file that is returned stays open.

    A lock tells that the server lives: a file that a killed one left behind is not believed.
    """
    folder = home_path() / "run"
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / f"served-{port}").open("a+")
    fcntl.flock(file, fcntl.LOCK_EX)
    file.truncate(0)
    file.write(address)
    file.flush()
    return file


def served_at() -> str | None:
    """Return the address at which this installation is served now, the one started last; None: by nobody here."""
    found = sorted((home_path() / "run").glob("served-*"), key=lambda one: one.stat().st_mtime, reverse=True)
    return next((one.read_text() for one in found if _is_held(one)), None)


def _is_held(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def running(host: str, port: int, *, workers: int = 1) -> Iterator[Supervisor]:
    """Run the web server for as long as the block lasts, and the worker from `start_worker` on."""
    from zhike.accounts.public import sync_built_in_roles
    from zhike.config.static_files import collect_static_files

    sync_built_in_roles()  # a new version may bring permissions without a migration
    collect_static_files()
    supervisor = Supervisor(os.environ | {"ZHIKE_URL": public_address(host, port)})
    supervisor.listen()
    announced = announce(port, public_address(host, port))
    try:
        arguments = ["--host", host, "--port", str(port), "--workers", str(workers)]
        supervisor.add("web server", "zhike.config.web_server", *arguments)
        yield supervisor
    finally:
        announced.close()
        supervisor.stop()


def start_worker(supervisor: Supervisor) -> None:
    supervisor.add("worker", "zhike.config.cli", "worker", "--child")


def answers(host: str, port: int) -> bool:
    """Tell whether something listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host.replace("0.0.0.0", "127.0.0.1"), port)) == 0
