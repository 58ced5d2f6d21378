"""`AsyncRoundTrip` and `RoundTrip`: a request, and its response, on a connection of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h11

from ..deadlines import Deadline
from .exchange import Exchange, Head, ProtocolError
from .pool import Origin

if TYPE_CHECKING:
    import ssl

    import httpx

    from ..._library import Library
    from . import on_asyncio, on_trio
    from .on_threads import Connections, Socket

    AsyncConnections = on_asyncio.AsyncConnections | on_trio.TrioConnections
    AsyncSocket = on_asyncio.AsyncSocket | on_trio.TrioSocket

_WRITE = 64 * 1024
"""Bytes that are written at a time."""

_EARLY = 0.1
"""Seconds to wait for an answer to a request that could not be sent whole."""

_PORTS = {"http": 80, "https": 443}


class AsyncRoundTrip:
    """A request on a connection of its own, and the body of its response."""

    def __init__(
        self, http_library: Library, connections: AsyncConnections, request: httpx.Request
    ) -> None:
        timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
        self.deadline: Deadline | None = getattr(timeouts, "deadline", None)
        """The deadline of all waiting."""
        self._httpx: Any = http_library.module
        self._connections = connections
        self._request = request
        self._timeouts = timeouts
        self._read_timeout = timeouts.get("read")
        self._connection: AsyncSocket | None = None
        self._unreleased: list[Any] = []  # the connection, until it is released
        self._is_sent = False
        self._early_body = b""
        try:
            self._exchange = Exchange(request)
        except h11.LocalProtocolError as error:
            raise self._httpx.LocalProtocolError(str(error)) from error

    # ----------------------------------------------------------------- the request, and the head

    async def send(self, context: ssl.SSLContext) -> Head:
        """Send the request, and return the head of its response."""
        await self._claim_connection()
        try:
            await self._connect(context)
            try:
                await self._send_request()
                self._is_sent = True
            except (self._httpx.WriteError, self._httpx.WriteTimeout) as error:
                # A server may answer before it has read the whole request, and hang up.
                head = await self._receive_early_head(error)
            else:
                head = await self._receive_head()
        except BaseException:
            self._release()
            raise
        if self._exchange.is_complete:
            self._release()
        return head

    async def _claim_connection(self) -> None:
        url, hostname = self._request.url, self._request.extensions.get("sni_hostname")
        host = url.raw_host.decode("ascii")
        origin = Origin(url.scheme, host, url.port or _PORTS[url.scheme], hostname or host)
        try:
            self._connection = await self._connections.claim(origin, self._timeout_of("pool"))
            self._unreleased.append(self._connection)
        except TimeoutError as error:
            raise self._httpx.PoolTimeout("No connection became free in time") from error
        except OSError as error:
            raise self._httpx.ConnectError(str(error)) from error

    async def _connect(self, context: ssl.SSLContext) -> None:
        connection = self._owned_connection()
        if connection.is_connected:
            return
        is_secure = connection.origin.scheme == "https"
        try:
            await connection.connect(context if is_secure else None, self._timeout_of("connect"))
        except TimeoutError as error:
            raise self._httpx.ConnectTimeout("Connecting took too long") from error
        except OSError as error:
            raise self._httpx.ConnectError(str(error)) from error

    async def _send_request(self) -> None:
        exchange = self._exchange
        stream: Any = self._request.stream
        pieces = aiter(stream)
        unsent = exchange.request_head
        try:
            async for piece in pieces:
                for start in range(0, len(piece), _WRITE):
                    unsent += exchange.encode_piece(piece[start : start + _WRITE])
                    if len(unsent) > _WRITE:
                        await self._write(unsent)
                        unsent = b""
            unsent += exchange.encode_end()
        except BaseException as error:
            await _async_close_body(pieces)
            if isinstance(error, h11.LocalProtocolError):
                raise self._httpx.LocalProtocolError(str(error)) from error
            raise
        if unsent:
            await self._write(unsent)

    async def _write(self, data: bytes) -> None:
        try:
            await self._owned_connection().write(data, self._timeout_of("write"))
        except TimeoutError as error:
            raise self._httpx.WriteTimeout("The server reads too slowly") from error
        except OSError as error:
            raise self._httpx.WriteError(str(error)) from error

    async def _receive_early_head(self, error: Exception) -> Head:
        self._read_timeout = _EARLY  # of an answer that has been sent already
        try:
            return await self._receive_head()
        except self._httpx.TransportError:
            raise error from error.__cause__

    async def _receive_head(self) -> Head:
        while True:
            data = await self._read()
            if not data:
                message = "Server disconnected without sending a response."
                raise self._httpx.RemoteProtocolError(message)
            try:
                head = self._exchange.receive_head(data)
                if head is not None:
                    self._early_body = self._exchange.early_body()
                    return head
            except (ProtocolError, h11.RemoteProtocolError) as error:
                raise self._httpx.RemoteProtocolError(str(error)) from error

    # ------------------------------------------------------------------------------------ the body

    def __aiter__(self) -> AsyncRoundTrip:
        # A stream may have shortened it since the request was sent.
        self._read_timeout = self._request.extensions.get("timeout", {}).get("read")
        return self

    async def __anext__(self) -> bytes:
        if self._early_body:
            early_body, self._early_body = self._early_body, b""
            return early_body
        exchange = self._exchange
        try:
            while not exchange.is_complete:
                exchange.raise_delayed_error()
                data = await self._read()
                if not data:
                    exchange.feed_eof()
                piece = exchange.receive_body(data)
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
        """Return information on the connection, by httpcore's names.

        The socket is there until the body is read; after that, another request may use it.
        """
        if self._connection is None or (name == "socket" and not self._unreleased):
            return None
        return self._connection.get_extra_info(name)

    async def _read(self) -> bytes:
        timeout = self._read_timeout
        try:
            if self.deadline is not None:
                timeout = self.deadline.check_and_cut(timeout)
            return await self._owned_connection().read(timeout)
        except TimeoutError as error:
            raise self._httpx.ReadTimeout("The server sent nothing for too long") from error
        except OSError as error:
            raise self._httpx.ReadError(str(error)) from error

    def _timeout_of(self, step: str) -> float | None:
        """Return the timeout of a step. Raises `TimeoutError` if the deadline has passed."""
        timeout = self._timeouts.get(step)
        if self.deadline is None:
            return timeout
        return self.deadline.check_and_cut(timeout)

    def _owned_connection(self) -> AsyncSocket:
        if not self._unreleased or self._connection is None:
            raise self._httpx.ReadError("The response was closed")
        return self._connection

    def _release(self) -> None:
        try:
            connection = self._unreleased.pop()  # only the first of several threads releases it
        except IndexError:
            return
        is_reusable = self._is_sent and self._exchange.is_reusable
        self._connections.release(connection, is_reusable=is_reusable)


# >>> sync half: produced by scripts/mirror.py


class RoundTrip:
    """A request on a connection of its own, and the body of its response."""

    def __init__(
        self, http_library: Library, connections: Connections, request: httpx.Request
    ) -> None:
        timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
        self.deadline: Deadline | None = getattr(timeouts, "deadline", None)
        """The deadline of all waiting."""
        self._httpx: Any = http_library.module
        self._connections = connections
        self._request = request
        self._timeouts = timeouts
        self._read_timeout = timeouts.get("read")
        self._connection: Socket | None = None
        self._unreleased: list[Any] = []  # the connection, until it is released
        self._is_sent = False
        self._early_body = b""
        try:
            self._exchange = Exchange(request)
        except h11.LocalProtocolError as error:
            raise self._httpx.LocalProtocolError(str(error)) from error

    # ----------------------------------------------------------------- the request, and the head

    def send(self, context: ssl.SSLContext) -> Head:
        """Send the request, and return the head of its response."""
        self._claim_connection()
        try:
            self._connect(context)
            try:
                self._send_request()
                self._is_sent = True
            except (self._httpx.WriteError, self._httpx.WriteTimeout) as error:
                # A server may answer before it has read the whole request, and hang up.
                head = self._receive_early_head(error)
            else:
                head = self._receive_head()
        except BaseException:
            self._release()
            raise
        if self._exchange.is_complete:
            self._release()
        return head

    def _claim_connection(self) -> None:
        url, hostname = self._request.url, self._request.extensions.get("sni_hostname")
        host = url.raw_host.decode("ascii")
        origin = Origin(url.scheme, host, url.port or _PORTS[url.scheme], hostname or host)
        try:
            self._connection = self._connections.claim(origin, self._timeout_of("pool"))
            self._unreleased.append(self._connection)
        except TimeoutError as error:
            raise self._httpx.PoolTimeout("No connection became free in time") from error
        except OSError as error:
            raise self._httpx.ConnectError(str(error)) from error

    def _connect(self, context: ssl.SSLContext) -> None:
        connection = self._owned_connection()
        if connection.is_connected:
            return
        is_secure = connection.origin.scheme == "https"
        try:
            connection.connect(context if is_secure else None, self._timeout_of("connect"))
        except TimeoutError as error:
            raise self._httpx.ConnectTimeout("Connecting took too long") from error
        except OSError as error:
            raise self._httpx.ConnectError(str(error)) from error

    def _send_request(self) -> None:
        exchange = self._exchange
        stream: Any = self._request.stream
        pieces = iter(stream)
        unsent = exchange.request_head
        try:
            for piece in pieces:
                for start in range(0, len(piece), _WRITE):
                    unsent += exchange.encode_piece(piece[start : start + _WRITE])
                    if len(unsent) > _WRITE:
                        self._write(unsent)
                        unsent = b""
            unsent += exchange.encode_end()
        except BaseException as error:
            _close_body(pieces)
            if isinstance(error, h11.LocalProtocolError):
                raise self._httpx.LocalProtocolError(str(error)) from error
            raise
        if unsent:
            self._write(unsent)

    def _write(self, data: bytes) -> None:
        try:
            self._owned_connection().write(data, self._timeout_of("write"))
        except TimeoutError as error:
            raise self._httpx.WriteTimeout("The server reads too slowly") from error
        except OSError as error:
            raise self._httpx.WriteError(str(error)) from error

    def _receive_early_head(self, error: Exception) -> Head:
        self._read_timeout = _EARLY  # of an answer that has been sent already
        try:
            return self._receive_head()
        except self._httpx.TransportError:
            raise error from error.__cause__

    def _receive_head(self) -> Head:
        while True:
            data = self._read()
            if not data:
                message = "Server disconnected without sending a response."
                raise self._httpx.RemoteProtocolError(message)
            try:
                head = self._exchange.receive_head(data)
                if head is not None:
                    self._early_body = self._exchange.early_body()
                    return head
            except (ProtocolError, h11.RemoteProtocolError) as error:
                raise self._httpx.RemoteProtocolError(str(error)) from error

    # ------------------------------------------------------------------------------------ the body

    def __iter__(self) -> RoundTrip:
        # A stream may have shortened it since the request was sent.
        self._read_timeout = self._request.extensions.get("timeout", {}).get("read")
        return self

    def __next__(self) -> bytes:
        if self._early_body:
            early_body, self._early_body = self._early_body, b""
            return early_body
        exchange = self._exchange
        try:
            while not exchange.is_complete:
                exchange.raise_delayed_error()
                data = self._read()
                if not data:
                    exchange.feed_eof()
                piece = exchange.receive_body(data)
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
        """Return information on the connection, by httpcore's names.

        The socket is there until the body is read; after that, another request may use it.
        """
        if self._connection is None or (name == "socket" and not self._unreleased):
            return None
        return self._connection.get_extra_info(name)

    def _read(self) -> bytes:
        timeout = self._read_timeout
        try:
            if self.deadline is not None:
                timeout = self.deadline.check_and_cut(timeout)
            return self._owned_connection().read(timeout)
        except TimeoutError as error:
            raise self._httpx.ReadTimeout("The server sent nothing for too long") from error
        except OSError as error:
            raise self._httpx.ReadError(str(error)) from error

    def _timeout_of(self, step: str) -> float | None:
        """Return the timeout of a step. Raises `TimeoutError` if the deadline has passed."""
        timeout = self._timeouts.get(step)
        if self.deadline is None:
            return timeout
        return self.deadline.check_and_cut(timeout)

    def _owned_connection(self) -> Socket:
        if not self._unreleased or self._connection is None:
            raise self._httpx.ReadError("The response was closed")
        return self._connection

    def _release(self) -> None:
        try:
            connection = self._unreleased.pop()  # only the first of several threads releases it
        except IndexError:
            return
        is_reusable = self._is_sent and self._exchange.is_reusable
        self._connections.release(connection, is_reusable=is_reusable)


# <<<


async def _async_close_body(pieces: Any) -> None:
    """Close the generator of a body that was not sent whole."""
    if hasattr(pieces, "aclose"):
        await pieces.aclose()


def _close_body(pieces: Any) -> None:
    """Close the generator of a body that was not sent whole."""
    if hasattr(pieces, "close"):
        pieces.close()
