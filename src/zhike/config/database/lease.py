"""Who uses the embedded server. Each user holds a shared lock on a file; the last one to leave stops the server.

The kernel drops a lock with its process, so one that was killed holds nothing. Where all were killed the server
stays up, and the next start joins it.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 120.0  # seconds that a start waits for another one to finish


class Lease:
    """One process's share of the server. Take and leave it only inside `turn`."""

    def __init__(self, folder: Path) -> None:
        self.process = os.getpid()
        self._file = os.open(folder / "lease", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Give the share back; tell whether nobody else has one."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(self._file)


def is_held(folder: Path) -> bool:
    """Tell whether any living process has a share."""
    if not (folder / "lease").exists():
        return False
    file = os.open(folder / "lease", os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(file)


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server.

    :raises TimeoutError: if another one is still at it after `PATIENCE` seconds.
    """
    file = os.open(folder / "turn", os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + PATIENCE
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise TimeoutError(str(folder)) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(file)
