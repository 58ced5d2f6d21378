"""`Stream` and `AsyncStream`: an answer that arrives piece by piece, as an iterator.

What a piece means is decided by `EventReader`, which does no I/O. The two loops below read, hand
out and release the connection, on every way out.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Generator,
    Hashable,
    Iterator,
)
from types import TracebackType
from typing import Any, Final, Generic, Protocol, TypeVar, cast, get_args, get_origin

import httpx
import sniffio
from typing_extensions import Self

from . import _bodies, _codec
from ._bodies import read_errors, transport_errors
from ._exceptions import APIConnectionError, APIError, error_details, transport_error
from ._requests import FinalRequestOptions
from ._sse import Event, ServerSentEvent, SSEDecoder
from ._types import is_dict, is_list

_T = TypeVar("_T")

GRACE = 0.1
"""Seconds that are spent after `[DONE]` to read the end of the body, so that the connection can be
used again."""

_SHOWN_BODY = 64 * 1024
"""Bytes of a body that is no event stream which are read to say what came."""


class StreamLimits(Protocol):
    """What a stream asks of its client: how far it may go."""

    stream_idle_timeout: float | None
    max_unpacked_bytes: int


class _Done:
    """Stands for the end of a stream, where an item would stand."""


_DONE: Final = _Done()


class EventReader(Generic[_T]):
    """Turns events into items, and knows what may not pass for the end of a stream."""

    def __init__(self, kind: type[_T], response: httpx.Response) -> None:
        self._kind = kind
        self._response = response
        # A named event is a tuple, which the validator refuses: it is read leniently.
        self._validate: Callable[..., Any] = _codec.validator(cast("Hashable", kind)).validate_json
        fields: Any = getattr(kind, "model_fields", {})
        self._is_chat = "choices" in fields and "x_groq" in fields
        self._is_finished = False
        self._first = b""

    def read(self, event: Event) -> _T | _Done:
        """Return the item that an event holds. Raises `APIError` if it holds an error."""
        try:
            item = self._validate(event, strict=True)
        except (ValueError, TypeError):
            return self._read_leniently(event)
        if self._is_chat:
            for choice in item.choices:
                if choice.finish_reason is not None:
                    self._is_finished = True
            if item.x_groq is not None and item.x_groq.error:
                raise self._error(item.x_groq.error)
            if item.__pydantic_extra__ and item.__pydantic_extra__.get("error"):
                raise self._error(item.__pydantic_extra__["error"])
        elif error := item.get("error") if is_dict(item) else getattr(item, "error", None):
            raise self._error(error)
        return item  # type: ignore[no-any-return]  # validated as `kind`

    def _read_leniently(self, event: Event) -> _T | _Done:
        name, data = event if isinstance(event, ServerSentEvent) else ("", event)
        if data.startswith(b"[DONE]"):
            return _DONE
        # The standard has bytes that are not UTF-8 replaced, not refused.
        text = data.decode("utf-8", "replace")
        try:
            value: Any = _codec.loads(text.encode())
        except (ValueError, RecursionError) as error:
            if name == "error":
                raise self._error(text) from error
            raise APIError(
                f"Expected JSON in an event of the stream but received {_start(text)}",
                self._response.request,
                body=text,
            ) from error
        if name == "error":
            raise self._error(_inner_error(value))
        if name:
            return _codec.construct(self._kind, {"data": value, "event": name})
        if is_dict(value):
            self._check(value)
        return _codec.construct(self._kind, value)

    def _check(self, value: dict[str, Any]) -> None:
        """Look for errors and for the end in an item that does not conform."""
        if value.get("error"):
            raise self._error(value["error"])
        x_groq = value.get("x_groq")
        if is_dict(x_groq) and x_groq.get("error"):
            raise self._error(x_groq["error"])
        choices = value.get("choices")
        for choice in choices if is_list(choices) else ():
            if is_dict(choice) and choice.get("finish_reason"):
                self._is_finished = True

    def check_end(self, decoder: SSEDecoder, *, has_items: bool) -> None:
        """Raise if a body that ended without `[DONE]` was not a whole answer."""
        if not has_items:
            raise self.wrong_kind(self._first)
        if self._is_chat and not self._is_finished:
            where = " in the middle of an event" if decoder.unfinished_bytes else ""
            error = APIConnectionError(
                message=f"Connection error. The stream ended{where} before `[DONE]` and before "
                "a finish_reason: the answer is cut short.",
                request=self._response.request,
            )
            error.response = self._response
            raise error

    def _error(self, body: object) -> APIError:
        details = error_details({"error": body})
        message = details.get("message")
        if not isinstance(message, str) or not message:
            message = body if isinstance(body, str) and body else "The stream ended with an error"
        error = APIError(_cut(message), self._response.request, body=body)
        status = details.get("status_code")
        error.status_code = status if isinstance(status, int) else None
        return error

    def is_wrong_kind(self, first: bytes) -> bool:
        """Say whether a body that begins like this is JSON or HTML, whatever type it claims."""
        self._first = first
        return first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[", b"<", b'"'))

    def wrong_kind(self, content: bytes) -> APIError:
        """Return the error for a body that is no event stream."""
        text = content.decode("utf-8", "replace")
        body: object = text
        with contextlib.suppress(ValueError, RecursionError):
            body = _codec.loads(content)
        if is_dict(body) and "error" in body:
            return self._error(body["error"])
        content_type = self._response.headers.get("content-type", "no content type")
        return APIError(
            f"Expected an event stream but received {content_type}: {_start(text)}",
            self._response.request,
            body=body,
        )


class Stream(Generic[_T]):
    """An answer that is read while it is written: iterate over it, or call `next` on it.

    The connection is released when the stream is exhausted, closed, left by an exception or
    collected; use it as a context manager to release it at the end of a block.

    Iterating raises `APIConnectionError` or `APITimeoutError` if the connection is lost or stalls,
    and `APIError` if the server reports an error in mid-stream.
    """

    response: httpx.Response
    """The answer that carries the stream: status and headers."""

    def __init__(
        self,
        *,
        cast_to: type[_T],
        response: httpx.Response,
        client: StreamLimits,
        options: FinalRequestOptions | None = None,
    ) -> None:
        self.response = response
        self._connection = _Connection(response, client)
        self._items = _items(EventReader(cast_to, response), self._connection, _Watch(response, client))

    def __next__(self) -> _T:
        return next(self._items)

    def __iter__(self) -> Iterator[_T]:
        # The generator itself: nothing of ours stands between it and the loop.
        return self._items

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the connection; what was not read is lost."""
        with contextlib.suppress(ValueError):  # another thread is reading: it finds it closed
            self._items.close()
        self._connection.close()


class AsyncStream(Generic[_T]):
    """An answer that is read while it is written: iterate over it with `async for`.

    The connection is released when the stream is exhausted, closed, left by an exception or a
    cancellation, or collected; use it as a context manager to release it at the end of a block.

    Iterating raises `APIConnectionError` or `APITimeoutError` if the connection is lost or stalls,
    and `APIError` if the server reports an error in mid-stream.
    """

    response: httpx.Response
    """The answer that carries the stream: status and headers."""

    def __init__(
        self,
        *,
        cast_to: type[_T],
        response: httpx.Response,
        client: StreamLimits,
        options: FinalRequestOptions | None = None,
    ) -> None:
        self.response = response
        self._connection = _AsyncConnection(response, client)
        self._items = _async_items(
            EventReader(cast_to, response), self._connection, _Watch(response, client)
        )

    async def __anext__(self) -> _T:
        return await self._items.__anext__()

    def __aiter__(self) -> AsyncIterator[_T]:
        # The generator itself: nothing of ours stands between it and the loop.
        return self._items

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Release the connection; what was not read is lost."""
        with contextlib.suppress(RuntimeError):  # another task is reading: it finds it closed
            await self._items.aclose()
        await self._connection.close(self._items)


# ------------------------------------------------------------------------------------- the loops


def _items(
    reader: EventReader[_T], connection: _Connection, watch: _Watch
) -> Generator[_T, None, None]:
    decoder = SSEDecoder()
    read = reader.read
    pieces = _bodies.pieces(connection.response)
    is_first = True
    item: _T | _Done = _DONE
    try:
        for piece in pieces:
            if is_first and piece:
                is_first = False
                if reader.is_wrong_kind(piece):
                    raise reader.wrong_kind(piece + connection.rest(pieces))
            events = decoder.feed(piece)
            if watch.is_set:
                watch.check(decoder, has_events=bool(events))
            for event in events:
                item = read(event)
                if item is _DONE:
                    connection.finish(pieces)
                    return
                yield item  # type: ignore[misc]  # the mark was dealt with
            if events and watch.is_set:
                watch.restart()
        reader.check_end(decoder, has_items=item is not _DONE)
    except read_errors() as error:
        response = connection.response
        raise transport_error(error, response.request, response) from error
    finally:
        connection.close()


async def _async_items(
    reader: EventReader[_T], connection: _AsyncConnection, watch: _Watch
) -> AsyncGenerator[_T, None]:
    decoder = SSEDecoder()
    read = reader.read
    pieces = _bodies.apieces(connection.response)
    is_first = True
    item: _T | _Done = _DONE
    try:
        async for piece in pieces:
            if is_first and piece:
                is_first = False
                if reader.is_wrong_kind(piece):
                    raise reader.wrong_kind(piece + await connection.rest(pieces))
            events = decoder.feed(piece)
            if watch.is_set:
                watch.check(decoder, has_events=bool(events))
            for event in events:
                item = read(event)
                if item is _DONE:
                    await connection.finish(pieces)
                    return
                yield item  # type: ignore[misc]  # the mark was dealt with
            if events and watch.is_set:
                watch.restart()
        reader.check_end(decoder, has_items=item is not _DONE)
    except read_errors() as error:
        response = connection.response
        raise transport_error(error, response.request, response) from error
    finally:
        await connection.close(pieces)


class _Watch:
    """Ends a stream that goes on and gets nowhere: comments alone, or one huge event."""

    def __init__(
        self,
        response: httpx.Response,
        client: StreamLimits,
    ) -> None:
        self._response = response
        self._idle = client.stream_idle_timeout
        self._largest = client.max_unpacked_bytes if _bodies.is_packed(response) else None
        self._waits_since = time.monotonic()
        self.is_set = self._idle is not None or self._largest is not None

    def check(self, decoder: SSEDecoder, *, has_events: bool) -> None:
        """Raise if the stream has gone past a limit."""
        if self._largest is not None and decoder.unfinished_bytes > self._largest:
            raise _bodies.too_large(self._response, self._largest)
        if has_events or self._idle is None:
            return
        if time.monotonic() - self._waits_since > self._idle:
            raise httpx.ReadTimeout("Comments keep the stream open, but no event comes")

    def restart(self) -> None:
        """Start to wait for the next event: the caller has dealt with the last one."""
        self._waits_since = time.monotonic()


# ------------------------------------------------------------------------------- the connections


class _Connection:
    """The response behind a stream, owned by whoever still iterates: collected, it is closed.

    It holds the client as well, which would close its connections if it were collected.
    """

    def __init__(self, response: httpx.Response, client: object) -> None:
        self.response = response
        self._client = client

    def rest(self, pieces: Iterator[bytes]) -> bytes:
        """Read the start of a body that is not what was asked for, as far as errors show it."""
        content = b""
        with contextlib.suppress(*read_errors()):
            for piece in pieces:
                content += piece
                if len(content) > _SHOWN_BODY:
                    break
        return content

    def finish(self, pieces: Iterator[bytes]) -> None:
        """Read the end of the body for a moment, so that the connection can be used again."""
        network_stream: Any = self.response.extensions.get("network_stream")
        if network_stream is None or self.response.http_version == "HTTP/2":
            return  # nothing to wait on, or a connection that outlives its streams
        read = network_stream.read
        ends = time.monotonic() + GRACE

        def read_for_a_moment(max_bytes: int, timeout: float | None = None) -> bytes:
            return read(max_bytes, timeout=max(ends - time.monotonic(), 0.001))  # type: ignore[no-any-return]  # bytes, by httpcore's interface

        # The timeout of a request is fixed when its body begins. What httpcore has read already
        # costs no time, and only the object that it reads from tells the two apart.
        network_stream.read = read_for_a_moment
        try:
            for _ in pieces:
                if time.monotonic() > ends:
                    break
        except read_errors():
            pass  # whatever it is, it came after the answer
        finally:
            del network_stream.read

    def close(self) -> None:
        """Release the connection."""
        if sys.is_finalizing():
            return  # the system closes it, and of the modules that httpx needs some are gone
        with contextlib.suppress(*transport_errors()):
            self.response.close()
        _bodies.let_go(self.response)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # nobody is left to tell
            self.close()


class _AsyncConnection:
    """The response behind a stream, owned by whoever still iterates: collected, it is closed.

    It holds the client as well, which would close its connections if it were collected.
    """

    def __init__(self, response: httpx.Response, client: object) -> None:
        self.response = response
        self._client = client
        self._close_soon = _closer(response)

    async def rest(self, pieces: AsyncIterator[bytes]) -> bytes:
        """Read the start of a body that is not what was asked for, as far as errors show it."""
        content = b""
        with contextlib.suppress(*read_errors()):
            async for piece in pieces:
                content += piece
                if len(content) > _SHOWN_BODY:
                    break
        return content

    async def finish(self, pieces: AsyncIterator[bytes]) -> None:
        """Read the end of the body for a moment, so that the connection can be used again."""
        import anyio

        with (
            anyio.move_on_after(GRACE),
            contextlib.suppress(*read_errors()),
        ):
            async for _ in pieces:
                pass

    async def close(self, pieces: AsyncIterator[object]) -> None:
        """Release the connection, and end what reads from it."""
        with contextlib.suppress(*transport_errors()):
            await _bodies.end(pieces, self.response)
        _bodies.let_go(self.response)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # the loop has ended, and the connection with it
            if not self.response.is_closed:
                self._close_soon()


_closing: set[object] = set()
"""Tasks that close a connection: the event loop does not keep them alive."""


def _closer(response: httpx.Response) -> Callable[[], object]:
    """Return a function that has the running event loop close a response, from any thread."""
    try:
        library = sniffio.current_async_library()
    except sniffio.AsyncLibraryNotFoundError:
        return lambda: None  # no loop: the response is in memory
    if library == "trio":
        import trio.lowlevel

        token = trio.lowlevel.current_trio_token()
        return lambda: token.run_sync_soon(trio.lowlevel.spawn_system_task, response.aclose)

    import asyncio

    loop = asyncio.get_running_loop()

    def close() -> None:
        task = loop.create_task(response.aclose())
        _closing.add(task)
        task.add_done_callback(_closing.discard)

    return lambda: loop.is_closed() or loop.call_soon_threadsafe(close)


def extract_stream_chunk_type(stream_cls: type) -> type:
    """Return what a stream class is a stream of: `X` for `Stream[X]` and for its subclasses."""
    for base in (stream_cls, *getattr(stream_cls, "__orig_bases__", ())):
        origin = get_origin(base)
        if inspect.isclass(origin) and issubclass(origin, (Stream, AsyncStream)):
            return cast("type", get_args(base)[0])
    raise TypeError(f"Expected a stream of some type, such as Stream[YourModel], not {stream_cls!r}")


# ------------------------------------------------------------------------------------- the words


def _inner_error(value: object) -> object:
    """Return what stands under `error` in an error event, or all of a flat one."""
    return value.get("error", value) if is_dict(value) else value


def _start(text: str) -> str:
    return repr(text[:200]) + (" …" if len(text) > 200 else "")


def _cut(message: str) -> str:
    return message if len(message) <= 4096 else message[:4096] + " …"
