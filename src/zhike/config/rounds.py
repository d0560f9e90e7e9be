"""Rounds of tests side by side, each a group of processes. Nothing of them is left when we end, however we are asked.

The first one speaks at once. What the others say is kept until all are over.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

GRACE = 25.0  # seconds for rounds that were asked to end: each of their processes drops its databases


@dataclass(frozen=True)
class _Round:
    process: "subprocess.Popen[bytes]"
    grouped: bool

    def tell(self, number: int) -> None:
        """Send a signal to all its processes; nothing where all have ended."""
        with suppress(ProcessLookupError):
            (os.killpg if self.grouped else os.kill)(self.process.pid, number)

    def end(self) -> None:
        """End what its own processes did not end."""
        if self.grouped or self.process.poll() is None:
            self.tell(signal.SIGKILL)
        self.process.wait()


def run_rounds(commands: Sequence[list[str]], *, folder: Path, environment: Mapping[str, str]) -> list[int]:
    """Run commands at the same time and return their exit codes; a code below 0 is the signal that ended one.

    Asked to end by Ctrl-C or SIGTERM, ask them, and leave when nothing of them is left.

    :raises SystemExit: if we were asked to end.
    """
    grouped = len(commands) > 1  # one alone may ask its terminal (a debugger), so it stays with it
    rounds: list[_Round] = []
    with ExitStack() as kept, _passing_on(rounds) as asked:
        said = [None, *(kept.enter_context(tempfile.TemporaryFile()) for _ in commands[1:])]
        try:
            for words, out in zip(commands, said, strict=True):
                process = subprocess.Popen(
                    words, cwd=folder, env=environment, stdout=out, stderr=out, process_group=0 if grouped else None
                )
                rounds.append(_Round(process, grouped))
            codes = [one.process.wait() for one in rounds]
        finally:
            for one in rounds:
                one.end()
        if asked:
            raise SystemExit(128 + asked[0])
        for each in said[1:]:
            _show(each)
        return codes


@contextmanager
def _passing_on(rounds: list[_Round]) -> Iterator[list[int]]:
    """Ask the rounds to end when we are asked to; what is given holds the signal then."""
    asked: list[int] = []

    def tell(number: int) -> None:
        for one in rounds:
            one.tell(number)

    def ask(number: int, _frame: FrameType | None) -> None:
        if not asked:
            asked.append(number)
            tell(signal.SIGTERM)
            late.start()

    late = threading.Timer(GRACE, tell, [signal.SIGKILL])
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        late.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)


def _show(said: IO[bytes] | None) -> None:
    if said is not None:
        said.seek(0)
        sys.stdout.flush()
        shutil.copyfileobj(said, sys.stdout.buffer)
        sys.stdout.flush()
