"""`AsyncSocket`: a connection on an asyncio event loop, without a task or timer per read.

The loop watches the socket only while someone reads. One timer serves all reads of a connection:
it is set again only when it has expired.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import math
import os
import socket
import ssl
import sys
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

import sniffio

from . import name_lookup
from .connection import READ, BaseSocket
from .pool import ClosedError, Origin, Pool, Waiter
from .tls import TLS

if TYPE_CHECKING:
    import httpx

    from .on_trio import TrioConnections

_MAX_UNREAD = 256 * 1024
"""Unread bytes after which the socket is no longer watched, so that the server has to wait."""

_ATTEMPT_DELAY = 0.25
"""Seconds before the next address is tried in parallel (RFC 8305)."""


class AsyncSocket(BaseSocket):
    """A connection on asyncio."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self.is_idle = False
        """Whether it is idle in the pool, where anything that arrives makes it unusable."""
        self._loop = asyncio.get_running_loop()
        self._descriptor = -1
        self._is_watched = False
        self._error: OSError | None = None
        self._reading: asyncio.Future[None] | None = None
        self._writing: asyncio.Future[None] | None = None
        self._expires_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def connect(self, context: ssl.SSLContext | None, timeout: float | None) -> None:
        """Connect, with TLS if a context is given.

        Raises `OSError` if that fails, `TimeoutError` after `timeout` seconds.
        """
        async with _expiring(timeout):
            self._socket = await _connect_first(self.origin.host, self.origin.port)
            if self._is_closed:  # `close` was called before the socket existed
                self._socket.close()
                raise ClosedError
            self._descriptor = self._socket.fileno()
            self._watch()
            if context is not None:
                await self._start_tls(TLS(context, self.origin.server_name))

    async def _start_tls(self, tls: TLS) -> None:
        is_done, to_send = tls.handshake(None)
        while not is_done:
            await self.write(to_send, None)
            is_done, to_send = tls.handshake(await self.read(None))
        await self.write(to_send, None)
        self._tls = tls
        early, self._received = self._received, b""
        if early:
            self._on_received(early)

    async def read(self, timeout: float | None) -> bytes:
        """Return received bytes, and wait for some if necessary; `b""` at the end.

        Raises `OSError` if the connection is lost, `TimeoutError` after `timeout` seconds.
        """
        if not self._received and not self._is_ended:
            if self._error is not None:
                raise self._error
            if not self._is_watched:
                self._watch()
            self._reading = self._loop.create_future()
            if timeout is None:
                self._expires_at = math.inf  # the timer of an earlier read may still be set
            else:
                self._expire_in(timeout)
            try:
                await self._reading
            finally:
                self._reading = None
        received, self._received = self._received, b""
        return received

    async def write(self, data: bytes, timeout: float | None) -> None:
        """Write all of the data.

        Raises `OSError` if the connection is lost, `TimeoutError` after `timeout` seconds in which
        the server has read nothing.
        """
        if self._error is not None:
            raise self._error
        if self._tls is not None:
            data = self._tls.encrypt(data)
        rest = memoryview(data)[self._send(data) :]
        while rest:
            self._writing = self._loop.create_future()
            self._loop.add_writer(self._descriptor, _wake, self._writing)
            timer = None
            if timeout is not None:
                timer = self._loop.call_later(
                    timeout, _set_exception, self._writing, TimeoutError()
                )
            try:
                await self._writing
            finally:
                self._writing = None
                if not self._is_closed:
                    self._loop.remove_writer(self._descriptor)
                if timer is not None:
                    timer.cancel()
            rest = rest[self._send(rest) :]

    def park(self) -> None:
        """Watch an idle connection, which closes if anything arrives."""
        self.is_idle = True
        if not self._is_watched:
            self._watch()

    def is_usable(self) -> bool:
        """Say whether an idle connection is still open and has received nothing."""
        # What has arrived since the loop last looked counts too.
        return self._error is None and super().is_usable()

    def close(self) -> None:
        """Close the connection at once; a pending read or write raises `ClosedError`."""
        if self._is_closed:
            return
        self._is_closed = True
        self._error = self._error or ClosedError()
        if not self._loop.is_closed():
            self._wake_all(self._error)
        if self._socket is not None:
            self._say_goodbye()
            self._socket.close()

    def _wake_all(self, error: OSError) -> None:
        """Raise an error in the tasks that wait, and have the loop forget the connection."""
        if self._timer is not None:
            self._timer.cancel()
        for waiting in (self._reading, self._writing):
            if waiting is not None:
                _set_exception(waiting, error)
        if self._socket is not None:
            self._unwatch()
            self._loop.remove_writer(self._descriptor)

    def _send(self, data: bytes | memoryview) -> int:
        if self._socket is None:
            raise ClosedError
        try:
            return self._socket.send(data)
        except (BlockingIOError, InterruptedError):
            return 0

    def _receive_now(self) -> bytes:
        if self._socket is None:
            raise ClosedError
        return self._socket.recv(READ)

    def _on_readable(self) -> None:
        try:
            data = self._receive_now()
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._on_error(error)
            return
        self._on_received(data)

    def _on_received(self, data: bytes) -> None:
        try:
            plaintext = self._decrypt(data)
        except ssl.SSLError as error:
            self._on_error(error)
            return
        if plaintext:
            self._received = self._received + plaintext if self._received else plaintext
        elif not self._is_ended:
            return  # the bytes belong to TLS itself
        if self._is_ended or len(self._received) > _MAX_UNREAD:
            self._unwatch()
        if self._reading is not None:
            _wake(self._reading)
        elif self.is_idle:
            self.close()

    def _on_error(self, error: OSError) -> None:
        self._error = error
        self._unwatch()
        if self._reading is not None:
            _set_exception(self._reading, error)
        elif self.is_idle:
            self.close()

    def _watch(self) -> None:
        self._is_watched = True
        self._loop.add_reader(self._descriptor, self._on_readable)

    def _unwatch(self) -> None:
        if self._is_watched:
            self._is_watched = False
            self._loop.remove_reader(self._descriptor)

    def _expire_in(self, timeout: float) -> None:
        self._expires_at = self._loop.time() + timeout
        if self._timer is not None:
            if self._timer.when() <= self._expires_at:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(self._expires_at, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self._reading is None or self._expires_at == math.inf:
            return
        if self._loop.time() < self._expires_at:
            self._timer = self._loop.call_at(self._expires_at, self._on_timer)
        else:
            _set_exception(self._reading, TimeoutError())


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


def _set_exception(waiting: asyncio.Future[None], error: OSError) -> None:
    if not waiting.done():
        waiting.set_exception(error)


class AsyncConnections:
    """The pool of one event loop, and the tasks that wait for a connection."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._loop = asyncio.get_running_loop()
        self._pool = Pool(limits, AsyncSocket)

    async def claim(self, origin: Origin, timeout: float | None) -> AsyncSocket:
        """Return a connection, connected or not.

        Raises `TimeoutError` if none is free for `timeout` seconds, `ClosedError` once closed.
        """
        connection = self._pool.claim(origin) or await self._wait(origin, timeout)
        connection.is_idle = False
        return connection

    async def _wait(self, origin: Origin, timeout: float | None) -> AsyncSocket:
        woken: asyncio.Future[None] = self._loop.create_future()
        waiter = Waiter[AsyncSocket](origin, lambda: _wake(woken))
        self._pool.waiting.append(waiter)
        timer = None
        if timeout is not None:
            timer = self._loop.call_later(timeout, _set_exception, woken, TimeoutError())
        try:
            await woken
        except BaseException:
            self._pool.give_up(waiter)
            raise
        finally:
            if timer is not None:
                timer.cancel()
        return self._pool.take(waiter)

    def release(self, connection: AsyncSocket, *, is_reusable: bool) -> None:
        """Take a connection back."""
        is_reusable = is_reusable and connection.is_usable()
        if is_reusable:
            connection.park()
        self._pool.release(connection, is_reusable=is_reusable)

    @property
    def is_ended(self) -> bool:
        """Whether the event loop is closed."""
        return self._loop.is_closed()

    def close(self) -> None:
        """Close all connections, from any thread."""
        if self._loop.is_closed():
            self._pool.waiting.clear()  # their tasks have ended with the loop
            self._pool.close()
        elif _running_loop() is self._loop or not self._loop.is_running():
            self._pool.close()
        else:
            self._loop.call_soon_threadsafe(self._pool.close)


class AsyncPools:
    """The pools, one for each event loop, of asyncio or trio."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._limits = limits
        self._by_loop: dict[object, AsyncConnections | TrioConnections] = {}

    def current(self) -> AsyncConnections | TrioConnections | None:
        """Return the pool of the running loop; `None` if the loop cannot watch sockets."""
        loop = _running_loop()
        if loop not in self._by_loop:
            if loop is None or _is_proactor(loop):
                return None
            self._forget_ended()
            self._by_loop[loop] = self._create(loop)
        return self._by_loop[loop]

    def _create(self, loop: object) -> AsyncConnections | TrioConnections:
        if isinstance(loop, asyncio.AbstractEventLoop):
            return AsyncConnections(self._limits)
        from .on_trio import TrioConnections

        return TrioConnections(self._limits)

    def _forget_ended(self) -> None:
        for loop, connections in list(self._by_loop.items()):
            if connections.is_ended:
                self._by_loop.pop(loop, None)  # another thread may do the same
                connections.close()

    def close(self) -> None:
        """Close all connections, from any thread."""
        for connections in list(self._by_loop.values()):
            connections.close()


def _running_loop() -> object | None:
    """Return the running event loop of asyncio, or the token of trio's."""
    try:
        name = sniffio.current_async_library()
    except sniffio.AsyncLibraryNotFoundError:
        return None
    if name == "trio":  # asked first, because trio may run as a guest on asyncio
        import trio.lowlevel

        return trio.lowlevel.current_trio_token()
    return asyncio.get_running_loop() if name == "asyncio" else None


def _is_proactor(loop: object) -> bool:
    """Say whether a loop is Windows' proactor loop, which cannot watch sockets."""
    kind: Any = getattr(asyncio, "ProactorEventLoop", ())
    return isinstance(loop, kind)


# --------------------------------------------------------------------------------------- connect


@contextlib.asynccontextmanager
async def _expiring(timeout: float | None) -> AsyncGenerator[None, None]:
    """Raise `TimeoutError` in the block after `timeout` seconds."""
    if sys.version_info >= (3, 11):
        async with asyncio.timeout(timeout):
            yield
    else:
        import anyio

        with anyio.fail_after(timeout):
            yield


async def _connect_first(host: str, port: int) -> socket.socket:
    """Return a socket connected to the first address that answers (RFC 8305)."""
    untried = name_lookup.numeric_addresses(host, port)
    if untried is None:
        found: name_lookup.Addresses = await asyncio.wrap_future(name_lookup.look_up(host, port))
        untried = list(found)  # others may wait for the same lookup
    if len(untried) == 1:
        return await _connect_to(*untried[0])
    attempts: list[asyncio.Task[socket.socket]] = []
    pending: set[asyncio.Task[socket.socket]] = set()
    failed: OSError | None = None
    try:
        while untried or pending:
            if untried:
                attempts.append(asyncio.create_task(_connect_to(*untried.pop(0))))
                pending.add(attempts[-1])
            done, pending = await asyncio.wait(
                pending,
                timeout=_ATTEMPT_DELAY if untried else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for attempt in done:
                try:
                    won = attempt.result()
                except OSError as error:
                    failed = failed or error
                else:
                    attempts.remove(attempt)
                    return won
    finally:
        for attempt in attempts:
            attempt.cancel()
            attempt.add_done_callback(_discard)
    raise failed or OSError(f"{host!r} has no address")


def _discard(attempt: asyncio.Task[socket.socket]) -> None:
    """Close the socket of an attempt that lost the race."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()


async def _connect_to(family: int, address: Any) -> socket.socket:
    # `loop.sock_connect` is not used: after a cancellation it keeps the descriptor registered for a
    # moment, in which the next socket may get the same number.
    loop = asyncio.get_running_loop()
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(0)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = made.connect_ex(address)
        if code in (errno.EINPROGRESS, errno.EWOULDBLOCK):
            connected: asyncio.Future[None] = loop.create_future()
            loop.add_writer(made.fileno(), _wake, connected)
            try:
                await connected
            finally:
                loop.remove_writer(made.fileno())
            code = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    except BaseException:
        made.close()
        raise
    if code:
        made.close()
        raise OSError(code, os.strerror(code))
    return made
