"""`TrioSocket`: a connection on trio. Only an operation that would block opens a cancel scope."""

from __future__ import annotations

import contextlib
import math
import socket
import ssl
from collections.abc import Generator
from typing import TYPE_CHECKING

import trio

from .connection import READ, BaseSocket
from .pool import ClosedError, Origin, Pool, Waiter
from .tls import TLS

if TYPE_CHECKING:
    import httpx


class TrioSocket(BaseSocket):
    """A connection on trio."""

    async def connect(self, context: ssl.SSLContext | None, timeout: float | None) -> None:
        """Connect, with TLS if a context is given.

        Raises `OSError` if that fails, `TimeoutError` after `timeout` seconds.
        """
        with _expiring(timeout):
            try:
                stream = await trio.open_tcp_stream(self.origin.host, self.origin.port)
            except UnicodeError as error:
                raise OSError(f"{self.origin.host!r} is not a host name") from error
            self._socket = socket.socket(fileno=stream.socket.detach())
            self._socket.settimeout(0)  # `socket.setdefaulttimeout` may be set
            if self._is_closed:  # `close` was called before the socket existed
                self._socket.close()
                raise ClosedError
            if context is not None:
                await self._start_tls(TLS(context, self.origin.server_name))

    async def _start_tls(self, tls: TLS) -> None:
        is_done, to_send = tls.handshake(None)
        while not is_done:
            await self.write(to_send, None)
            is_done, to_send = tls.handshake(await self._receive())
        await self.write(to_send, None)
        self._tls = tls

    async def read(self, timeout: float | None) -> bytes:
        """Return received bytes, and wait for some if necessary; `b""` at the end.

        Raises `OSError` if the connection is lost, `TimeoutError` after `timeout` seconds.
        """
        if self._received:
            received, self._received = self._received, b""
            return received
        with _expiring(timeout):
            while not self._is_ended:
                if plaintext := self._decrypt(await self._receive()):
                    return plaintext
        return b""

    async def write(self, data: bytes, timeout: float | None) -> None:
        """Write all of the data.

        Raises `OSError` if the connection is lost, `TimeoutError` after `timeout` seconds in which
        the server has read nothing.
        """
        if self._tls is not None:
            data = self._tls.encrypt(data)
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._open_socket().send(rest) :]
            except (BlockingIOError, InterruptedError):
                with _expiring(timeout), _closed_is_lost():
                    await trio.lowlevel.wait_writable(self._open_socket())

    def close(self) -> None:
        """Close the connection at once; a pending read or write raises `ClosedError`."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._socket is None:
            return
        with contextlib.suppress(RuntimeError):  # trio has ended, so nothing waits
            trio.lowlevel.notify_closing(self._socket)
        self._say_goodbye()
        self._socket.close()

    def _receive_now(self) -> bytes:
        return self._open_socket().recv(READ)

    async def _receive(self) -> bytes:
        while True:
            with _closed_is_lost():
                await trio.lowlevel.wait_readable(self._open_socket())
            # The system may report bytes that are gone when they are read (select(2)).
            with contextlib.suppress(BlockingIOError, InterruptedError):
                return self._receive_now()

    def _open_socket(self) -> socket.socket:
        if self._is_closed or self._socket is None:
            raise ClosedError
        return self._socket


class TrioConnections:
    """The pool of one run of trio, and the tasks that wait for a connection."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._token = trio.lowlevel.current_trio_token()
        self._pool = Pool(limits, TrioSocket)

    async def claim(self, origin: Origin, timeout: float | None) -> TrioSocket:
        """Return a connection, connected or not.

        Raises `TimeoutError` if none is free for `timeout` seconds, `ClosedError` once closed.
        """
        return self._pool.claim(origin) or await self._wait(origin, timeout)

    async def _wait(self, origin: Origin, timeout: float | None) -> TrioSocket:
        woken = trio.Event()
        waiter = Waiter[TrioSocket](origin, woken.set)
        self._pool.waiting.append(waiter)
        try:
            with _expiring(timeout):
                await woken.wait()
        except BaseException:
            self._pool.give_up(waiter)
            raise
        return self._pool.take(waiter)

    def release(self, connection: TrioSocket, *, is_reusable: bool) -> None:
        """Take a connection back."""
        self._pool.release(connection, is_reusable=is_reusable and connection.is_usable())

    @property
    def is_ended(self) -> bool:
        """Whether the run of trio has ended."""
        try:
            self._token.run_sync_soon(int)
        except trio.RunFinishedError:
            return True
        return False

    def close(self) -> None:
        """Close all connections, from any thread."""
        with contextlib.suppress(RuntimeError):  # no trio runs in this thread
            if trio.lowlevel.current_trio_token() is self._token:
                self._pool.close()
                return
        try:
            self._token.run_sync_soon(self._pool.close)
        except trio.RunFinishedError:
            self._pool.close()


@contextlib.contextmanager
def _expiring(timeout: float | None) -> Generator[None, None, None]:
    """Raise `TimeoutError` in the block after `timeout` seconds."""
    with trio.move_on_after(math.inf if timeout is None else timeout) as scope:
        yield
    if scope.cancelled_caught:
        raise TimeoutError


@contextlib.contextmanager
def _closed_is_lost() -> Generator[None, None, None]:
    """Raise `ClosedError` if the socket is closed while the block waits for it."""
    try:
        yield
    except trio.ClosedResourceError as error:
        raise ClosedError from error
