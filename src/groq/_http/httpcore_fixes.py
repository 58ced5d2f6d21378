"""Workarounds for httpcore, which sends for proxies, HTTP/2 and custom HTTP clients.

They read private attributes of httpx and httpcore, and do nothing where these are missing.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, cast

import sniffio

from .. import _library as library
from .closing import finish
from .deadlines import Deadline

if TYPE_CHECKING:
    import httpx

_WRITE = 16 * 1024
"""Bytes that are written at a time under a deadline, which is checked before each write."""


def _pools(http: httpx.Client | httpx.AsyncClient) -> Iterator[Any]:
    """Yield the existing pools of a client."""
    transports = [getattr(http, "_transport", None), *getattr(http, "_mounts", {}).values()]
    for transport in transports:
        pool = getattr(transport, "__dict__", {}).get("_pool")
        if hasattr(pool, "_requests"):
            yield pool


def _stream_of(connection: Any) -> Any:
    """Return the network stream of a connection, direct or proxied; `None` if not connected."""
    while connection is not None and not hasattr(connection, "_network_stream"):
        connection = getattr(connection, "_connection", None)
    return getattr(connection, "_network_stream", None)


# -------------------------------------------------------------------------------------- deadline


class DeadlineTrace:
    """Enforces the deadline of a request that a thread sends with httpcore.

    httpcore applies the timeout of a step to each read or write, and a step can have many. Its
    `trace` extension shows which connection the request uses. Until the response is closed, the
    reads and writes of that connection time out at the deadline.
    """

    def __init__(self, http: httpx.Client, deadline: Deadline) -> None:
        self._http = http
        self._deadline = deadline
        self._bound: list[Any] = []

    def __call__(self, event: str, info: dict[str, Any]) -> None:
        """Handle an event of httpcore."""
        protocol, _, step = event.partition(".")
        # Requests share an HTTP/2 connection.
        if step == "response_closed.started" or protocol == "http2":
            self._unbind()
        elif step.endswith(".complete") and hasattr(info.get("return_value"), "start_tls"):
            self._bind(info["return_value"])
        elif event == "http11.send_request_headers.started" and not self._bound:
            self._bind(self._connected())

    def _connected(self) -> Any:
        """Return the network stream of the kept-alive connection that this request uses."""
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
            return bytes(read(max_bytes, timeout=self._deadline.cut(timeout)))

        def bounded_write(buffer: bytes, timeout: float | None = None) -> None:
            for start in range(0, len(buffer), _WRITE):
                write(buffer[start : start + _WRITE], timeout=self._deadline.cut(timeout))

        def bounded_start_tls(
            ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
        ) -> Any:
            return start_tls(ssl_context, server_hostname, self._deadline.cut(timeout))

        stream.read, stream.write = bounded_read, bounded_write
        stream.start_tls = bounded_start_tls
        self._bound.append(stream)

    def _unbind(self) -> None:
        while self._bound:
            bound = cast("dict[str, Any]", vars(self._bound.pop()))  # a plain object
            for name in ("read", "write", "start_tls"):
                bound.pop(name, None)


def trace_deadline(
    http: httpx.Client | httpx.AsyncClient, request: httpx.Request, deadline: Deadline
) -> None:
    """Make httpcore enforce the deadline of a request, unless a caller traces it."""
    # An async request needs no trace: its task is cancelled at the deadline.
    if isinstance(http, library.classes("Client")):
        trace = DeadlineTrace(cast("httpx.Client", http), deadline)  # of either library
        request.extensions.setdefault("trace", trace)


# ---------------------------------------------------------------------------------------- HTTP/2


def _stop_sharing(pool: Any) -> None:
    """Make the threads that use a pool with HTTP/2 send one request at a time on a connection.

    httpcore lets threads share a connection, but locks neither its streams nor its TLS socket: two
    threads take the same stream, mix up their frames, or read while the other one writes.
    """
    create = pool.create_connection
    library_name = next(
        package
        for kind in type(pool).__mro__
        if (package := kind.__module__.partition(".")[0]).startswith("httpcore")
    )
    not_available = sys.modules[library_name].ConnectionNotAvailable

    def create_connection(origin: Any) -> Any:
        connection = create(origin)
        _UnsharedConnection(connection, not_available)
        return connection

    for connection in pool.connections:
        _UnsharedConnection(connection, not_available)
    pool.create_connection = create_connection


class _UnsharedConnection:
    """Replaces the methods by which a pool finds a connection and sends a request on it."""

    def __init__(self, connection: Any, not_available: type[Exception]) -> None:
        self._is_available = connection.is_available
        self._handle = connection.handle_request
        self._not_available = not_available
        self._lock = threading.Lock()
        connection.is_available = self.is_available
        connection.can_multiplex = lambda: False
        connection.handle_request = self.handle_request

    def is_available(self) -> bool:
        return not self._lock.locked() and bool(self._is_available())

    def handle_request(self, request: Any) -> Any:
        if not self._lock.acquire(blocking=False):
            raise self._not_available  # The pool takes another connection.
        try:
            response = self._handle(request)
        except BaseException:
            self._lock.release()
            raise
        response.stream = _BodyOfUnshared(response.stream, self._lock)
        return response


class _BodyOfUnshared:
    """A body that frees its connection for the next request when it is closed."""

    def __init__(self, stream: Any, lock: threading.Lock) -> None:
        self._stream = stream
        self._held = [lock]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        try:
            self._stream.close()
        finally:
            self._release()

    def __del__(self) -> None:
        self._release()  # nobody closed the response

    def _release(self) -> None:
        with contextlib.suppress(IndexError):  # released before
            self._held.pop().release()


# ------------------------------------------------------------------------------------------ send


def send(http: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
    """Send a request, and return its response with an unread body."""
    _drop_overfull(http)
    for pool in _pools(http):
        if getattr(pool, "_http2", False) and "create_connection" not in vars(pool):
            _stop_sharing(pool)
    return http.send(request, stream=True, **options)


async def async_send(
    http: httpx.AsyncClient, request: httpx.Request, **options: Any
) -> httpx.Response:
    """Send a request, and return its response with an unread body, even if tasks are cancelled."""
    _drop_overfull(http)
    try:
        response = await http.send(request, stream=True, **options)
    except BaseException:
        await _close_orphans(http)
        raise
    _shield_close(http, response)
    return response


def _drop_overfull(http: httpx.Client | httpx.AsyncClient) -> None:
    """Expire idle connections that have received more than the response to their request.

    httpcore would take the rest for the response to the next request.
    """
    for pool in _pools(http):
        for connection in pool.connections:
            inner = connection
            while hasattr(inner, "_connection"):
                inner = inner._connection
            reader = getattr(inner, "_h11_state", None)
            if reader is not None and connection.is_idle() and reader.trailing_data[0]:
                inner._expire_at = 0.0


async def _close_orphans(http: httpx.AsyncClient) -> None:
    """Close connections that no request owns.

    httpcore leaves one in its pool, where it takes a place, if a task is cancelled at the moment
    that it gets a new connection.
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


def _shield_close(http: httpx.AsyncClient, response: httpx.Response) -> None:
    """Make the response close completely even if the task that closes it is cancelled.

    httpcore closes it in a shielded cancel scope, which does not stop `asyncio.Task.cancel()`.
    """
    if any(_pools(http)) and sniffio.current_async_library() == "asyncio":
        response.stream = library.of(response).StreamAdapter(_BodyShieldedOnClose(response.stream))


class _BodyShieldedOnClose:
    """A body that is closed in a task of its own."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)  # httpx2 reads the elapsed time from it

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        await finish(self._stream.aclose())


# ----------------------------------------------------------------------------------------- close


def interrupt_all(http: httpx.Client) -> None:
    """Wake the threads that use a connection of a client that is about to be closed."""
    for pool in _pools(http):
        for connection in pool.connections:
            if stream := _stream_of(connection):
                library.shut_down(stream)
