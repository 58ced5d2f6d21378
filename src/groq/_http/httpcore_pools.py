"""What httpx's own transports need to be safe: fixes for the pools of httpcore behind them.

They serve proxies, HTTP/2 and a caller's own HTTP client. Requests on this package's transport pass
through untouched. Everything here reads private attributes of httpx and httpcore, and does nothing
where they are missing.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, cast

import sniffio

from . import library

if TYPE_CHECKING:
    import httpx

_WRITE = 16 * 1024
"""Bytes that are written at once while there is a deadline: a socket takes them all or none."""


def _pools(http: httpx.Client | httpx.AsyncClient) -> Iterator[Any]:
    """Yield the pools behind a client, but for those that have not been made yet."""
    transports = [getattr(http, "_transport", None), *getattr(http, "_mounts", {}).values()]
    for transport in transports:
        pool = getattr(transport, "__dict__", {}).get("_pool")
        if hasattr(pool, "_requests"):
            yield pool


def _stream_of(connection: Any) -> Any:
    """Return the socket behind a connection, through its proxies; `None` before it is connected."""
    while connection is not None and not hasattr(connection, "_network_stream"):
        connection = getattr(connection, "_connection", None)
    return getattr(connection, "_network_stream", None)


# -------------------------------------------------------------------------------------- deadline


class Timeouts(dict[str, "float | None"]):
    """The timeouts of a request, none of which reaches past its deadline.

    A transport looks them up at the start of each step, and gets less as time goes by.
    """

    def __init__(self, timeouts: dict[str, float | None], ends_at: float) -> None:
        super().__init__(timeouts)
        self.ends_at = ends_at
        """The deadline, on the monotonic clock."""

    def __getitem__(self, step: str) -> float | None:
        return self.get(step)

    def get(self, step: str, default: float | None = None) -> float | None:  # type: ignore[override]  # one kind of default
        """Return the seconds that a step may take from now on."""
        seconds, left = super().get(step, default), max(self.ends_at - time.monotonic(), 0.001)
        return left if seconds is None else min(seconds, left)


class DeadlineTrace:
    """Holds one request in a thread to its deadline while httpcore sends it.

    httpcore looks up a timeout when a step begins, and then allows it for each of any number of
    reads. Its `trace` extension tells which connection a request uses: until the response is
    closed, what that connection reads and writes ends at the deadline.
    """

    def __init__(self, http: httpx.Client, ends_at: float) -> None:
        self._http = http
        self._ends_at = ends_at
        self._bound: list[Any] = []

    def __call__(self, event: str, info: dict[str, Any]) -> None:
        """Take an event of httpcore."""
        protocol, _, step = event.partition(".")
        if step == "response_closed.started" or protocol == "http2":  # which requests share
            self._unbind()
        elif step.endswith(".complete") and hasattr(info.get("return_value"), "start_tls"):
            self._bind(info["return_value"])
        elif event == "http11.send_request_headers.started" and not self._bound:
            self._bind(self._connected())

    def _connected(self) -> Any:
        """Return the connection that was kept from another request, and is used for this one."""
        for pool in _pools(self._http):
            for each in list(pool._requests):
                if each.request.extensions.get("trace") is self:
                    return _stream_of(each.connection)
        return None

    def _bind(self, stream: Any) -> None:
        if not hasattr(stream, "__dict__"):
            return
        read, write, start_tls = stream.read, stream.write, stream.start_tls

        def bounded_read(max_bytes: int, timeout: float | None = None) -> bytes:
            return bytes(read(max_bytes, timeout=self._left(timeout)))

        def bounded_write(buffer: bytes, timeout: float | None = None) -> None:
            for start in range(0, len(buffer), _WRITE):
                write(buffer[start : start + _WRITE], timeout=self._left(timeout))

        def bounded_start_tls(
            ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
        ) -> Any:
            return start_tls(ssl_context, server_hostname, self._left(timeout))

        stream.read, stream.write = bounded_read, bounded_write
        stream.start_tls = bounded_start_tls
        self._bound.append(stream)

    def _unbind(self) -> None:
        while self._bound:
            bound = cast("dict[str, Any]", vars(self._bound.pop()))  # a plain object
            for name in ("read", "write", "start_tls"):
                bound.pop(name, None)

    def _left(self, timeout: float | None) -> float:
        left = max(self._ends_at - time.monotonic(), 0.001)
        return left if timeout is None else min(timeout, left)


def set_deadline(
    http: httpx.Client | httpx.AsyncClient, request: httpx.Request, ends_at: float | None
) -> None:
    """Hold a request to a deadline on the monotonic clock, as far as its transport can be held."""
    if ends_at is None:
        return
    request.extensions["timeout"] = Timeouts(request.extensions.get("timeout", {}), ends_at)
    # A task is cancelled at its deadline.
    if isinstance(http, library.classes("Client")):
        trace = DeadlineTrace(cast("httpx.Client", http), ends_at)  # of either library
        request.extensions.setdefault("trace", trace)


# ------------------------------------------------------------------------------------------ send


async def async_send(
    http: httpx.AsyncClient, request: httpx.Request, **options: Any
) -> httpx.Response:
    """Send a request, and return its response, of which the body has not been read."""
    _drop_overfull(http)
    try:
        response = await http.send(request, stream=True, **options)
    except BaseException:
        await _async_reclaim(http)
        raise
    _async_protect(http, response)
    return response


# >>> sync half: produced by scripts/mirror.py


def send(http: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
    """Send a request, and return its response, of which the body has not been read."""
    _drop_overfull(http)
    try:
        response = http.send(request, stream=True, **options)
    except BaseException:
        _reclaim(http)
        raise
    _protect(http, response)
    return response


# <<<


def _drop_overfull(http: httpx.Client | httpx.AsyncClient) -> None:
    """Have idle connections closed that have received more than the response to their request.

    httpcore would take it for the response to the next one.
    """
    for pool in _pools(http):
        for connection in pool.connections:
            inner = connection
            while hasattr(inner, "_connection"):
                inner = inner._connection
            reader = getattr(inner, "_h11_state", None)
            if reader is not None and connection.is_idle() and reader.trailing_data[0]:
                inner._expire_at = 0.0


def _reclaim(http: httpx.Client) -> None:
    """Do nothing: a thread is not cancelled."""


async def _async_reclaim(http: httpx.AsyncClient) -> None:
    """Clean up after a cancellation.

    httpcore loses a place in its pool if a task is cancelled at the moment that it gets a new
    connection, for no request owns that connection.
    """
    import anyio

    for pool in _pools(http):
        owned = {id(each.connection) for each in pool._requests}
        for connection in pool.connections:
            if id(connection) not in owned and not (connection.is_idle() or connection.is_closed()):
                pool._connections.remove(connection)
                with anyio.CancelScope(shield=True):
                    await connection.aclose()
                    # Give the place to a waiting request.
                    await pool._close_connections(pool._assign_requests_to_connections())


def _protect(http: httpx.Client, response: httpx.Response) -> None:
    """Do nothing: a thread is not cancelled."""


def _async_protect(http: httpx.AsyncClient, response: httpx.Response) -> None:
    """Have the response closed even if the task that closes it is cancelled meanwhile.

    httpcore shields its closing with a scope, which holds off no `asyncio.Task.cancel()`.
    """
    if any(_pools(http)) and sniffio.current_async_library() == "asyncio":
        response.stream = library.of(response).BodyStream(_Protected(response.stream))


class _Protected:
    """A body that is closed in a task of its own."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)  # the elapsed time, in httpx2

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        import asyncio

        closing = asyncio.ensure_future(self._stream.aclose())
        cancelled: asyncio.CancelledError | None = None
        while not closing.done():
            try:
                await asyncio.wait([closing])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled
        closing.result()


# ----------------------------------------------------------------------------------------- close


def interrupt_all(http: httpx.Client) -> None:
    """Wake the threads that use a connection of a client, which is about to be closed.

    Closing a socket does not wake its readers; shutting it down does.
    """
    for pool in _pools(http):
        for connection in pool.connections:
            if stream := _stream_of(connection):
                # `SSLSocket.shutdown` would also drop the TLS state that the reader is using.
                with contextlib.suppress(OSError, AttributeError, TypeError):
                    socket.socket.shutdown(stream.get_extra_info("socket"), socket.SHUT_RDWR)


def async_interrupt_all(http: httpx.AsyncClient) -> None:
    """Do nothing: closing a connection wakes the tasks that use it."""
