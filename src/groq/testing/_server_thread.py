"""`ServerThread`: a listening socket with an event loop, for any number of connections."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from ._api import API
from ._connection import Connection
from ._exchanges import Exchanges
from ._incoming import ReadLimits
from ._memory import MemoryBudget
from ._received import RequestLog

_MOST_BODY_BYTES = 64 * 1024 * 1024
"""Bytes that are kept of the bodies of all requests whose answer has not begun."""


class ServerThread:
    """A listening socket, its thread and its connections."""

    def __init__(
        self,
        listener: socket.socket,
        api: API,
        log: RequestLog,
        exchanges: Exchanges,
        read_limits: ReadLimits,
        tls: ssl.SSLContext | None,
    ) -> None:
        self.api = api
        self.log = log
        self.exchanges = exchanges
        self.read_limits = read_limits
        self.budget = MemoryBudget(_MOST_BODY_BYTES)
        self.port: int = listener.getsockname()[1]
        self.connections: set[Connection] = set()
        self.accepted = 0
        self._open: set[int] = set()
        """The numbers of the connections that the client has not closed."""
        self._changed = threading.Condition()
        self._tls = tls
        self.loop = asyncio.SelectorEventLoop()
        self._listener = listener
        self._listener.settimeout(0)
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._connecting: set[socket.socket] = set()
        """Sockets whose handshake has not ended; they have no `Connection` yet."""
        self._thread = threading.Thread(target=self._run, name="groq-local-server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def accept(self, connection: Connection) -> int:
        """Add a connection, and return its number."""
        self.accepted += 1
        self.connections.add(connection)
        self._open.add(self.accepted)
        return self.accepted

    def forget(self, connection: Connection, number: int) -> None:
        """Remove a connection that has ended."""
        self.connections.discard(connection)
        # asyncio closes the socket right after it calls the protocol.
        self.loop.call_soon(self.tell_closed, number)

    def tell_closed(self, number: int) -> None:
        """Record that a connection was closed."""
        with self._changed:
            self._open.discard(number)
            self._changed.notify_all()

    def wait_for_close(self, number: int, timeout: float) -> bool:
        """Wait until a connection is closed, and return whether it was."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_closed(number), timeout)

    def _is_closed(self, number: int) -> bool:
        return number <= self.accepted and number not in self._open

    def run_soon(self, call: Callable[[], None]) -> None:
        """Call a function in the server's thread, from any thread."""
        # The server may have stopped in the meantime.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(call)

    def catch_up(self) -> None:
        """Wait until the thread has finished its current work, so that its records are complete."""
        if threading.current_thread() is not self._thread:
            done = threading.Event()
            self.run_soon(done.set)
            done.wait(timeout=5)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a coroutine in the loop, which finishes before the thread ends."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _run(self) -> None:
        with contextlib.closing(self.loop), self._listener:
            self.loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._listen()
        await self._stop.wait()
        self.loop.remove_reader(self._listener)
        while self.connections or self._tasks:
            for connection in list(self.connections):
                connection.abort()
            for accepted in self._connecting:
                with contextlib.suppress(OSError):  # closed by the client, or by asyncio
                    accepted.shutdown(socket.SHUT_RDWR)
            await asyncio.sleep(0)
        await self.api.aclose()

    def _listen(self) -> None:
        if not self._stop.is_set():
            self.loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        # asyncio's own servers lose connections that arrive while they are stopped.
        while True:
            try:
                accepted, _ = self._listener.accept()
            except BlockingIOError:
                return
            except OSError:  # No file descriptor is left: stop accepting until one is free.
                self.loop.remove_reader(self._listener)
                self.loop.call_later(0.05, self._listen)
                return
            accepted.settimeout(0)
            # Send each piece at once, as asyncio does for sockets that it creates.
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.spawn(self._connect(accepted))

    async def _connect(self, accepted: socket.socket) -> None:
        self._connecting.add(accepted)
        # A failed handshake concerns only the client, which is gone.
        with contextlib.suppress(OSError):
            await self.loop.connect_accepted_socket(
                lambda: Connection(self), accepted, ssl=self._tls
            )
        self._connecting.discard(accepted)
