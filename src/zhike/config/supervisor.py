"""Keeps the web server and the worker running, and stops both in order."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FrameType

GRACE = 25.0  # seconds that a child gets to finish what it does
FIRST_ASKING = 10.0  # seconds of it before a child is asked again: Python may swallow a signal while it imports
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a child that died is started again
CALM = 60.0  # seconds after which a child counts as healthy again


@dataclass
class Child:
    """One process: its command, and how often it fell over lately."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    pause: float = FIRST_PAUSE

    def start(self) -> None:
        self.let_go()
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches us alone: we stop the children in order
        )
        self.started = time.monotonic()

    def let_go(self) -> None:
        """Close the pipe, which ends the child if it still lives."""
        if self.process and self.process.stdin:
            self.process.stdin.close()

    def ask_to_end(self) -> None:
        if self.process and not self.is_down():
            self.process.terminate()

    def end(self) -> None:
        if self.process and not self.is_down():
            self.process.kill()
            self.process.wait()
        self.let_go()

    def is_down(self) -> bool:
        return self.process is None or self.process.poll() is not None


@dataclass
class Supervisor:
    """Runs its children until `stop`. A child that dies is started again, ever more slowly while it keeps dying.

    A child's standard input is a pipe that nobody writes to: when we die, however hard, it closes, and the child ends.
    """

    environment: Mapping[str, str]
    children: list[Child] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def add(self, name: str, module: str, *arguments: str) -> None:
        child = Child(name, [sys.executable, "-m", module, *arguments], self.environment)
        child.start()
        self.children.append(child)

    def listen(self) -> None:
        """End on Ctrl-C and on SIGTERM. The flag stands also where Python swallows the exception (in a callback)."""

        def end(number: int, _frame: FrameType | None) -> None:
            self._over.set()
            raise SystemExit(128 + number)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)

    def watch(self) -> None:
        """Return when the end was asked for."""
        while not self._over.wait(0.5):
            for child in self.children:
                if child.is_down():
                    self._start_again(child)

    def stop(self) -> None:
        """Ask every child to end, once more for one that did not hear it, and kill what is left after `GRACE`."""
        self._over.set()
        for patience in (FIRST_ASKING, GRACE - FIRST_ASKING):
            for child in self.children:
                child.ask_to_end()
            until = time.monotonic() + patience
            while time.monotonic() < until and not all(child.is_down() for child in self.children):
                time.sleep(0.05)
        for child in self.children:
            child.end()

    def _start_again(self, child: Child) -> None:
        if time.monotonic() - child.started > CALM:
            child.pause = FIRST_PAUSE
        code = child.process.returncode if child.process else None
        sys.stderr.write(f"zhike: {child.name} ended ({code}); starting it again in {child.pause:g} s.\n")
        if not self._over.wait(child.pause):
            child.pause = min(child.pause * 2, LONGEST_PAUSE)
            child.start()
