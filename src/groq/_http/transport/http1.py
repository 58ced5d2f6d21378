"""The transports: subclasses of httpx's that handle plain HTTP/1.1 themselves.

Some requests are passed on to the inherited transport: those on event loops that cannot watch
sockets, those with a caller's `trace`, and all requests while a method of httpx or httpcore is
patched, as mocks and instrumentation do.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import h11

from .exchange import Exchange, Head, ProtocolError
from .inherited import (
    async_close_body,
    async_pools,
    close_body,
    is_plain,
    is_unpatched,
    pools,
    tls_context,
)
from .pool import Origin

if TYPE_CHECKING:
    import ssl

    import httpx
    from httpx import AsyncHTTPTransport as AsyncInherited
    from httpx import HTTPTransport as Inherited
    from typing_extensions import Self

    from ..library import Library
    from . import aio, on_trio
    from .blocking import Connections, Socket

    AsyncConnections = aio.AsyncConnections | on_trio.TrioConnections
    AsyncSocket = aio.AsyncSocket | on_trio.TrioSocket
else:
    # At run time `_transport_classes` in `__init__.py` adds the transport of httpx or httpx2 as the
    # second base.
    AsyncInherited = Inherited = object

_WRITE = 64 * 1024
"""Bytes that are written at a time."""

_PORTS = {"http": 80, "https": 443}


class AsyncTransport(AsyncInherited):
    """Handles requests before the transport of httpx that it is combined with does."""

    def __init__(self, http_library: Library, **options: Any) -> None:
        # Created here, so that a file that is not a certificate is reported at once.
        self._context = tls_context(http_library, options)
        self._limits: httpx.Limits = options.pop("limits", None) or http_library.Limits()
        self._pools = async_pools(self._limits)
        self._httpx = http_library

    def __getattr__(self, name: str) -> Any:
        if name != "_pool":
            raise AttributeError(name)
        # The inherited transport is initialized on first use, because it imports httpcore.
        super().__init__(verify=self._context, limits=self._limits)
        return self._pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return its response with an unread body."""
        http_library = self._httpx
        connections = (
            self._pools.current() if is_plain(request) and is_unpatched(http_library) else None
        )
        if connections is None:
            return await super().handle_async_request(request)
        answer = AsyncAnswer(http_library, connections, request)
        head = await answer.head(self._context)
        return http_library.Response(
            head.status,
            headers=head.headers,
            stream=http_library.BodyStream(answer),
            extensions={
                "http_version": head.http_version,
                "reason_phrase": head.reason,
                "network_stream": answer,
            },
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections; pending reads and writes raise an error."""
        self._pools.close()
        if "_pool" in vars(self):
            await super().aclose()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # no caller is left to handle an error
            self._pools.close()


class AsyncAnswer:
    """A request on a connection of its own, and the body of its response."""

    def __init__(
        self, http_library: Library, connections: AsyncConnections, request: httpx.Request
    ) -> None:
        timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
        self.ends_at: float | None = getattr(timeouts, "ends_at", None)
        """The deadline of all waiting, on the monotonic clock."""
        self._httpx: Any = http_library.module
        self._connections = connections
        self._request = request
        self._timeouts = timeouts
        self._read_timeout = timeouts.get("read")
        self._connection: AsyncSocket | None = None
        self._owned: list[Any] = []  # the connection, until it is released
        self._is_sent = False
        self._first = b""
        try:
            self._exchange = Exchange(request)
        except h11.LocalProtocolError as error:
            raise self._httpx.LocalProtocolError(str(error)) from error

    # ------------------------------------------------------------------------ to the answer's head

    async def head(self, context: ssl.SSLContext) -> Head:
        """Send the request, and return the head of its response."""
        await self._claim()
        try:
            await self._connect(context)
            try:
                await self._send()
                self._is_sent = True
            except (self._httpx.WriteError, self._httpx.WriteTimeout) as error:
                # A server may answer before it has read the whole request, and hang up.
                head = await self._early_head(error)
            else:
                head = await self._head()
        except BaseException:
            self._release()
            raise
        if self._exchange.is_complete:
            self._release()
        return head

    async def _claim(self) -> None:
        url, hostname = self._request.url, self._request.extensions.get("sni_hostname")
        host = url.raw_host.decode("ascii")
        origin = Origin(url.scheme, host, url.port or _PORTS[url.scheme], hostname or host)
        try:
            self._connection = await self._connections.claim(origin, self._limit("pool"))
            self._owned.append(self._connection)
        except TimeoutError as error:
            raise self._httpx.PoolTimeout("No connection became free in time") from error
        except OSError as error:
            raise self._httpx.ConnectError(str(error)) from error

    async def _connect(self, context: ssl.SSLContext) -> None:
        connection = self._own()
        if connection.is_connected:
            return
        is_secure = connection.origin.scheme == "https"
        try:
            await connection.connect(context if is_secure else None, self._limit("connect"))
        except TimeoutError as error:
            raise self._httpx.ConnectTimeout("Connecting took too long") from error
        except OSError as error:
            raise self._httpx.ConnectError(str(error)) from error

    async def _send(self) -> None:
        exchange = self._exchange
        stream: Any = self._request.stream
        pieces = aiter(stream)
        unsent = exchange.request_head
        try:
            async for piece in pieces:
                for start in range(0, len(piece), _WRITE):
                    unsent += exchange.frame(piece[start : start + _WRITE])
                    if len(unsent) > _WRITE:
                        await self._write(unsent)
                        unsent = b""
            unsent += exchange.frame_end()
        except BaseException as error:
            await async_close_body(pieces)
            if isinstance(error, h11.LocalProtocolError):
                raise self._httpx.LocalProtocolError(str(error)) from error
            raise
        if unsent:
            await self._write(unsent)

    async def _write(self, data: bytes) -> None:
        try:
            await self._own().write(data, self._limit("write"))
        except TimeoutError as error:
            raise self._httpx.WriteTimeout("The server reads too slowly") from error
        except OSError as error:
            raise self._httpx.WriteError(str(error)) from error

    async def _early_head(self, error: Exception) -> Head:
        try:
            return await self._head()
        except self._httpx.TransportError:
            raise error from error.__cause__

    async def _head(self) -> Head:
        while True:
            data = await self._read()
            if not data:
                message = "Server disconnected without sending a response."
                raise self._httpx.RemoteProtocolError(message)
            try:
                head = self._exchange.head(data)
                if head is not None:
                    self._first = self._exchange.first()
                    return head
            except (ProtocolError, h11.RemoteProtocolError) as error:
                raise self._httpx.RemoteProtocolError(str(error)) from error

    # ------------------------------------------------------------------------------------ the body

    def __aiter__(self) -> AsyncAnswer:
        return self

    async def __anext__(self) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first
        exchange = self._exchange
        try:
            while not exchange.is_complete:
                exchange.check()
                data = await self._read()
                if not data:
                    exchange.feed_eof()
                piece = exchange.body(data)
                if exchange.is_complete:
                    self._release()
                if piece:
                    return piece
        except ProtocolError as error:
            self._release()
            raise self._httpx.RemoteProtocolError(str(error)) from error
        except BaseException:
            self._release()
            raise
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Discard the unread body."""
        self._release()

    def get_extra_info(self, name: str) -> Any:
        """Return information on the connection, by httpcore's names."""
        return None if self._connection is None else self._connection.get_extra_info(name)

    async def _read(self) -> bytes:
        timeout = self._read_timeout
        try:
            if self.ends_at is not None:
                timeout = self._limit("read")
            return await self._own().read(timeout)
        except TimeoutError as error:
            raise self._httpx.ReadTimeout("The server sent nothing for too long") from error
        except OSError as error:
            raise self._httpx.ReadError(str(error)) from error

    def _limit(self, step: str) -> float | None:
        """Return the timeout of a step. Raises `TimeoutError` if the deadline has passed."""
        timeout = self._timeouts.get(step)
        if self.ends_at is None:
            return timeout
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left if timeout is None else min(timeout, left)

    def _own(self) -> AsyncSocket:
        if not self._owned or self._connection is None:
            raise self._httpx.ReadError("The response was closed")
        return self._connection

    def _release(self) -> None:
        try:
            connection = self._owned.pop()  # only the first of several threads releases it
        except IndexError:
            return
        is_reusable = self._is_sent and self._exchange.is_reusable
        self._connections.release(connection, is_reusable=is_reusable)


# >>> sync half: produced by scripts/mirror.py


class Transport(Inherited):
    """Handles requests before the transport of httpx that it is combined with does."""

    def __init__(self, http_library: Library, **options: Any) -> None:
        # Created here, so that a file that is not a certificate is reported at once.
        self._context = tls_context(http_library, options)
        self._limits: httpx.Limits = options.pop("limits", None) or http_library.Limits()
        self._pools = pools(self._limits)
        self._httpx = http_library

    def __getattr__(self, name: str) -> Any:
        if name != "_pool":
            raise AttributeError(name)
        # The inherited transport is initialized on first use, because it imports httpcore.
        super().__init__(verify=self._context, limits=self._limits)
        return self._pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return its response with an unread body."""
        http_library = self._httpx
        connections = (
            self._pools.current() if is_plain(request) and is_unpatched(http_library) else None
        )
        if connections is None:
            return super().handle_request(request)
        answer = Answer(http_library, connections, request)
        head = answer.head(self._context)
        return http_library.Response(
            head.status,
            headers=head.headers,
            stream=http_library.BodyStream(answer),
            extensions={
                "http_version": head.http_version,
                "reason_phrase": head.reason,
                "network_stream": answer,
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; pending reads and writes raise an error."""
        self._pools.close()
        if "_pool" in vars(self):
            super().close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # no caller is left to handle an error
            self._pools.close()


class Answer:
    """A request on a connection of its own, and the body of its response."""

    def __init__(
        self, http_library: Library, connections: Connections, request: httpx.Request
    ) -> None:
        timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
        self.ends_at: float | None = getattr(timeouts, "ends_at", None)
        """The deadline of all waiting, on the monotonic clock."""
        self._httpx: Any = http_library.module
        self._connections = connections
        self._request = request
        self._timeouts = timeouts
        self._read_timeout = timeouts.get("read")
        self._connection: Socket | None = None
        self._owned: list[Any] = []  # the connection, until it is released
        self._is_sent = False
        self._first = b""
        try:
            self._exchange = Exchange(request)
        except h11.LocalProtocolError as error:
            raise self._httpx.LocalProtocolError(str(error)) from error

    # ------------------------------------------------------------------------ to the answer's head

    def head(self, context: ssl.SSLContext) -> Head:
        """Send the request, and return the head of its response."""
        self._claim()
        try:
            self._connect(context)
            try:
                self._send()
                self._is_sent = True
            except (self._httpx.WriteError, self._httpx.WriteTimeout) as error:
                # A server may answer before it has read the whole request, and hang up.
                head = self._early_head(error)
            else:
                head = self._head()
        except BaseException:
            self._release()
            raise
        if self._exchange.is_complete:
            self._release()
        return head

    def _claim(self) -> None:
        url, hostname = self._request.url, self._request.extensions.get("sni_hostname")
        host = url.raw_host.decode("ascii")
        origin = Origin(url.scheme, host, url.port or _PORTS[url.scheme], hostname or host)
        try:
            self._connection = self._connections.claim(origin, self._limit("pool"))
            self._owned.append(self._connection)
        except TimeoutError as error:
            raise self._httpx.PoolTimeout("No connection became free in time") from error
        except OSError as error:
            raise self._httpx.ConnectError(str(error)) from error

    def _connect(self, context: ssl.SSLContext) -> None:
        connection = self._own()
        if connection.is_connected:
            return
        is_secure = connection.origin.scheme == "https"
        try:
            connection.connect(context if is_secure else None, self._limit("connect"))
        except TimeoutError as error:
            raise self._httpx.ConnectTimeout("Connecting took too long") from error
        except OSError as error:
            raise self._httpx.ConnectError(str(error)) from error

    def _send(self) -> None:
        exchange = self._exchange
        stream: Any = self._request.stream
        pieces = iter(stream)
        unsent = exchange.request_head
        try:
            for piece in pieces:
                for start in range(0, len(piece), _WRITE):
                    unsent += exchange.frame(piece[start : start + _WRITE])
                    if len(unsent) > _WRITE:
                        self._write(unsent)
                        unsent = b""
            unsent += exchange.frame_end()
        except BaseException as error:
            close_body(pieces)
            if isinstance(error, h11.LocalProtocolError):
                raise self._httpx.LocalProtocolError(str(error)) from error
            raise
        if unsent:
            self._write(unsent)

    def _write(self, data: bytes) -> None:
        try:
            self._own().write(data, self._limit("write"))
        except TimeoutError as error:
            raise self._httpx.WriteTimeout("The server reads too slowly") from error
        except OSError as error:
            raise self._httpx.WriteError(str(error)) from error

    def _early_head(self, error: Exception) -> Head:
        try:
            return self._head()
        except self._httpx.TransportError:
            raise error from error.__cause__

    def _head(self) -> Head:
        while True:
            data = self._read()
            if not data:
                message = "Server disconnected without sending a response."
                raise self._httpx.RemoteProtocolError(message)
            try:
                head = self._exchange.head(data)
                if head is not None:
                    self._first = self._exchange.first()
                    return head
            except (ProtocolError, h11.RemoteProtocolError) as error:
                raise self._httpx.RemoteProtocolError(str(error)) from error

    # ------------------------------------------------------------------------------------ the body

    def __iter__(self) -> Answer:
        return self

    def __next__(self) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first
        exchange = self._exchange
        try:
            while not exchange.is_complete:
                exchange.check()
                data = self._read()
                if not data:
                    exchange.feed_eof()
                piece = exchange.body(data)
                if exchange.is_complete:
                    self._release()
                if piece:
                    return piece
        except ProtocolError as error:
            self._release()
            raise self._httpx.RemoteProtocolError(str(error)) from error
        except BaseException:
            self._release()
            raise
        raise StopIteration

    def close(self) -> None:
        """Discard the unread body."""
        self._release()

    def get_extra_info(self, name: str) -> Any:
        """Return information on the connection, by httpcore's names."""
        return None if self._connection is None else self._connection.get_extra_info(name)

    def _read(self) -> bytes:
        timeout = self._read_timeout
        try:
            if self.ends_at is not None:
                timeout = self._limit("read")
            return self._own().read(timeout)
        except TimeoutError as error:
            raise self._httpx.ReadTimeout("The server sent nothing for too long") from error
        except OSError as error:
            raise self._httpx.ReadError(str(error)) from error

    def _limit(self, step: str) -> float | None:
        """Return the timeout of a step. Raises `TimeoutError` if the deadline has passed."""
        timeout = self._timeouts.get(step)
        if self.ends_at is None:
            return timeout
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left if timeout is None else min(timeout, left)

    def _own(self) -> Socket:
        if not self._owned or self._connection is None:
            raise self._httpx.ReadError("The response was closed")
        return self._connection

    def _release(self) -> None:
        try:
            connection = self._owned.pop()  # only the first of several threads releases it
        except IndexError:
            return
        is_reusable = self._is_sent and self._exchange.is_reusable
        self._connections.release(connection, is_reusable=is_reusable)


# <<<
