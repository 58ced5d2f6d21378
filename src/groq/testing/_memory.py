"""`MemoryBudget`: the memory for the bodies of requests that are on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._connection import Connection


_SMALL = 64 * 1024
"""Bytes of a request that is read without a reservation."""


class MemoryBudget:
    """Memory for the bodies of requests, which a request takes before its body is read.

    What it takes is the most that it may keep, so that each one that begins can also end.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._free = size
        self._taken: dict[Connection, int] = {}
        self._waiting: dict[Connection, int] = {}

    def acquire(self, connection: Connection, size: int) -> bool:
        """Reserve memory for a request if there is enough, and say whether there was.

        If not, the connection gets it later. Small requests do not wait for large ones.
        """
        if size <= _SMALL:
            return True
        size = min(size, self._size)  # A larger one takes all of it, and does not wait forever.
        if size > self._free:
            self._waiting[connection] = size
            return False
        self._free -= size
        self._taken[connection] = size
        return True

    def reduce(self, connection: Connection, size: int) -> None:
        """Give back what a connection has beyond the size of the request that has come."""
        taken = self._taken.pop(connection, 0)
        kept = min(taken, size) if size > _SMALL else 0
        if kept:
            self._taken[connection] = kept
        self._free += taken - kept
        self._serve_waiting()

    def release(self, connection: Connection) -> None:
        """Give back what a connection has, if any."""
        self._waiting.pop(connection, None)
        self._free += self._taken.pop(connection, 0)
        self._serve_waiting()

    def _serve_waiting(self) -> None:
        """Let connections go on while there is memory, first come first."""
        while self._waiting:
            following, size = next(iter(self._waiting.items()))
            if size > self._free:
                return
            del self._waiting[following]
            self.acquire(following, size)
            following.receive_body()
