"""What every page asks for and few people change: remembered for a second, and forgotten by whoever changes it."""

import time
from collections.abc import Callable
from typing import ClassVar

from django.db import connection, transaction

KEPT = 1.0  # seconds: other processes see a change that much later


class Remembered[T]:
    """Gives what `read` gave less than a second ago. Only for reading: who writes reads anew."""

    _all: ClassVar[list["Remembered[object]"]] = []

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._held: tuple[float, T] | None = None
        self._all.append(self)

    def __call__(self) -> T:
        held = self._held
        if held is None or time.monotonic() - held[0] > KEPT:
            held = self._held = (time.monotonic(), self._read())
        return held[1]

    def forget(self) -> None:
        """Read anew the next time, and again once the change is committed."""
        self._clear()
        if connection.in_atomic_block:
            transaction.on_commit(self._clear)

    @classmethod
    def forget_all(cls) -> None:
        """Remember nothing at all, as a process that has just begun: of a change that was rolled back no one tells."""
        for one in cls._all:
            one._clear()

    def _clear(self) -> None:
        self._held = None
