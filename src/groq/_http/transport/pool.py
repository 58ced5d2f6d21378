"""`Pool`: assigns connections to requests, without I/O; its users connect and wait."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    import httpx


class ClosedError(OSError):
    """The client closed the connection while it was in use."""

    def __init__(self) -> None:
        super().__init__("The connection was closed")


class Origin(NamedTuple):
    """The server that a connection leads to."""

    scheme: str
    host: str
    port: int
    server_name: str
    """The name that the server's certificate must have."""


class Connection(Protocol):
    """The interface that the pool needs of a connection."""

    origin: Origin

    @property
    def is_connected(self) -> bool:
        """Whether it was connected, so that it has carried a request before."""
        ...

    def close(self) -> None:
        """Close the connection at once; a pending read or write raises an error."""

    def is_usable(self) -> bool:
        """Say whether an idle connection can carry a request."""
        ...


ConnectionT = TypeVar("ConnectionT", bound=Connection)


class Waiter(Generic[ConnectionT]):
    """A request that waits for a connection, first come, first served."""

    def __init__(self, origin: Origin, wake: Callable[[], Any]) -> None:
        self.origin = origin
        self.connection: ConnectionT | None = None
        self._wake = wake

    def give(self, connection: ConnectionT) -> None:
        self.connection = connection
        self._wake()

    def wake(self) -> None:
        self._wake()


class Pool(Generic[ConnectionT]):
    """Connections, and the requests that wait for one. Not thread-safe: callers hold a lock."""

    def __init__(self, limits: httpx.Limits, make: Callable[[Origin], ConnectionT]) -> None:
        self._make = make
        self._max_connections = _unlimited_if_none(limits.max_connections)
        self._max_idle = _unlimited_if_none(limits.max_keepalive_connections)
        self._expiry = _unlimited_if_none(limits.keepalive_expiry)
        self.active: set[ConnectionT] = set()
        """Connections that a request owns, connected or not."""
        self.idle: list[tuple[ConnectionT, float]] = []
        """Connections without a request, and since when; the last one is used first."""
        self.waiting: deque[Waiter[ConnectionT]] = deque()
        self.is_closed = False

    def claim(self, origin: Origin) -> ConnectionT | None:
        """Return a connection, idle or new; `None` if the caller has to wait.

        Raises `ClosedError` once the pool is closed.
        """
        if self.is_closed:
            raise ClosedError
        oldest = time.monotonic() - self._expiry
        for index in range(len(self.idle) - 1, -1, -1):
            connection, since = self.idle[index]
            if connection.origin != origin:
                continue
            del self.idle[index]
            if since >= oldest and connection.is_usable():
                self.active.add(connection)
                return connection
            connection.close()
        if len(self.active) + len(self.idle) >= self._max_connections:
            if not self.idle:
                return None
            self.idle.pop(0)[0].close()  # it leads to another server
        return self._create(origin)

    def release(self, connection: ConnectionT, *, is_reusable: bool) -> None:
        """Take back a connection, and assign it to a waiting request."""
        if connection not in self.active:
            return  # released before, or closed with the pool
        self.active.discard(connection)
        if not is_reusable or self.is_closed:
            connection.close()
            self._serve_waiting()
            return
        for waiter in self.waiting:
            if waiter.origin == connection.origin:
                self.waiting.remove(waiter)
                self.active.add(connection)
                waiter.give(connection)
                return
        self.idle.append((connection, time.monotonic()))
        if self.waiting or len(self.idle) > self._max_idle:
            self.idle.pop(0)[0].close()
        self._serve_waiting()

    def take(self, waiter: Waiter[ConnectionT]) -> ConnectionT:
        """Return the connection that a request was given, or a new one if it has died since.

        Raises `ClosedError` once the pool is closed.
        """
        connection = waiter.connection
        if self.is_closed or connection is None:
            raise ClosedError
        if not connection.is_connected or connection.is_usable():
            return connection
        self.active.discard(connection)
        connection.close()
        return self._create(connection.origin)

    def give_up(self, waiter: Waiter[ConnectionT]) -> None:
        """Remove a request from the queue; a connection that it was given goes to the next."""
        if waiter.connection is not None:
            self.release(waiter.connection, is_reusable=waiter.connection.is_usable())
        elif waiter in self.waiting:
            self.waiting.remove(waiter)

    def close(self) -> None:
        """Close all connections; requests that own one or wait for one raise an error."""
        self.is_closed = True
        connections = [*self.active, *(connection for connection, _ in self.idle)]
        self.active.clear()
        self.idle.clear()
        for connection in connections:
            connection.close()
        while self.waiting:
            self.waiting.popleft().wake()

    def _serve_waiting(self) -> None:
        """Assign free places to waiting requests."""
        while self.waiting and len(self.active) + len(self.idle) < self._max_connections:
            waiter = self.waiting.popleft()
            waiter.give(self._create(waiter.origin))

    def _create(self, origin: Origin) -> ConnectionT:
        connection = self._make(origin)
        self.active.add(connection)
        return connection


def _unlimited_if_none(limit: float | None) -> float:
    return math.inf if limit is None else limit
