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

    def release(self, connection: Connection) -> None:
        """Give back what a connection has, if any, and let others go on, first come first."""
        self._waiting.pop(connection, None)
        self._free += self._taken.pop(connection, 0)
        while self._waiting:
            following, size = next(iter(self._waiting.items()))
            if size > self._free:
                return
            del self._waiting[following]
            self.acquire(following, size)
            following.receive_body()
