"""A child process ends with its parent, also when the parent was killed and could not say so."""

import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import wait as wait_for


def follow_parent() -> None:
    """End this process, as if asked to, once the pipe that our parent gave us as standard input closes."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    if not sys.stdin.isatty():
        threading.Thread(target=wait, name="follow-parent", daemon=True).start()


def follow_spawner() -> None:
    """The same for a process that `multiprocessing` made, which the web server does with its workers."""
    spawner = multiprocessing.parent_process()
    if spawner is None:
        return

    def wait() -> None:
        wait_for([spawner.sentinel])
        os._exit(1)  # nobody is left to answer to, and the port must become free

    threading.Thread(target=wait, name="follow-spawner", daemon=True).start()
