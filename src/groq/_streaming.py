"""`Stream` and `AsyncStream`: iterate over a response while it arrives.

`_http/events` decides what an event means. The loops here read events, yield items, and release
the connection however they are left.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Generator,
    Iterator,
)
from types import TracebackType
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast, get_args, get_origin

from typing_extensions import Self, override

from . import _library as library
from ._exceptions import transport_error
from ._http import reading
from ._http.closing import closer
from ._http.deadlines import Deadline, limit_reads, reads_until
from ._http.events import DONE, Done, EventReader
from ._http.options import FinalRequestOptions
from ._http.sse import SSEDecoder
from ._library import httpx
from ._types import is_class

_T = TypeVar("_T")

GRACE = 0.1
"""Seconds to wait for the end of the body after `[DONE]`, so that the connection can be reused."""

_SHOWN_BODY = 64 * 1024
"""Bytes to read of a body that is not an event stream, for the error message."""


class StreamLimits(reading.Limits, Protocol):
    """The interface that a stream needs of its client: its limits."""

    stream_idle_timeout: float | None


_AsyncItems: TypeAlias = AsyncGenerator[_T, None]
_Items: TypeAlias = Generator[_T, None, None]


class AsyncStream(Generic[_T]):
    """A response that arrives in chunks: iterate over it with `async for`.

    The connection is released when the stream is exhausted, closed, garbage-collected, or left by
    an exception or a cancellation. As a context manager, the stream is closed at the end of the
    block.

    Iterating raises `APIConnectionError` or `APITimeoutError` if the connection is lost or stalls,
    and `APIError` if the server reports an error in mid-stream.
    """

    response: httpx.Response
    """The `httpx.Response`, with status and headers."""

    def __init__(
        self,
        *,
        cast_to: type[_T],
        response: httpx.Response,
        client: StreamLimits,
        options: FinalRequestOptions | None = None,
    ) -> None:
        self.response = response
        self._cast_to = cast_to
        self._client = client
        self._decoder = SSEDecoder()
        self._owner = _AsyncResponseOwner(response, client)
        self._iterator = _async_items(
            EventReader(cast_to, response),
            self._decoder,
            self._owner,
            _Watch(response, client),
        )
        self._observer = options.observer if options is not None else None
        if self._observer is not None:
            self._iterator = self._observer.async_record_items(self._iterator)

    async def __anext__(self) -> _T:
        return await self._iterator.__anext__()

    def __aiter__(self) -> AsyncIterator[_T]:
        # The generator itself, so that a loop calls no method of this class for each item.
        return self._iterator

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()

    @override
    def __repr__(self) -> str:
        kind = getattr(self._cast_to, "__name__", str(self._cast_to))
        state = "closed" if self.response.is_closed else "open"
        return f"<{type(self).__name__}[{kind}] {self.response.status_code}, {state}>"

    async def close(self) -> None:
        """Release the connection and discard the rest of the stream."""
        try:
            await self._iterator.aclose()
        except (RuntimeError, ValueError):  # another task or thread is reading
            library.interrupt(self.response)
        except AttributeError:  # instrumentation has replaced the generator by an iterator
            pass
        else:
            if self._observer is not None:
                self._observer.end()  # The generator ends it only if it has begun.
        await self._owner.close(self._iterator)


async def _async_items(
    reader: EventReader[_T], decoder: SSEDecoder, owner: _AsyncResponseOwner, watch: _Watch
) -> _AsyncItems[_T]:
    """Yield the items of a stream, and release its connection at the end."""
    read = reader.read
    pieces = reading.async_pieces(owner.response)
    first = b""
    idle_bytes = 0
    item: _T | Done = DONE
    try:
        async for piece in pieces:
            if not first and piece:
                first = piece
                if reader.is_wrong_kind(piece):
                    raise reader.wrong_kind(piece + await _async_rest(pieces))
            events = decoder.feed(piece)
            if events:
                idle_bytes = 0
            else:
                idle_bytes += len(piece)
                watch.check(idle_bytes)
            for event in events:
                item = read(event)
                if item is DONE:
                    await owner.finish(pieces)
                    return
                yield item  # type: ignore[misc]  # `DONE` returned above
            if events and watch.has_timeout:
                watch.restart()
        reader.check_complete(decoder, first, has_items=item is not DONE)
    except library.errors() as error:
        response = owner.response
        raise transport_error(error, response.request, response) from error
    finally:
        await owner.close(pieces)


async def _async_rest(pieces: AsyncIterator[bytes]) -> bytes:
    """Read the start of a body that is not an event stream, for the error message."""
    content = b""
    with contextlib.suppress(*library.errors()):
        async for piece in pieces:
            content += piece
            if len(content) > _SHOWN_BODY:
                break
    return content


# >>> sync half: produced by scripts/mirror.py


class Stream(Generic[_T]):
    """A response that arrives in chunks: iterate over it with `for`.

    The connection is released when the stream is exhausted, closed, garbage-collected, or left by
    an exception or a cancellation. As a context manager, the stream is closed at the end of the
    block.

    Iterating raises `APIConnectionError` or `APITimeoutError` if the connection is lost or stalls,
    and `APIError` if the server reports an error in mid-stream.
    """

    response: httpx.Response
    """The `httpx.Response`, with status and headers."""

    def __init__(
        self,
        *,
        cast_to: type[_T],
        response: httpx.Response,
        client: StreamLimits,
        options: FinalRequestOptions | None = None,
    ) -> None:
        self.response = response
        self._cast_to = cast_to
        self._client = client
        self._decoder = SSEDecoder()
        self._owner = _ResponseOwner(response, client)
        self._iterator = _items(
            EventReader(cast_to, response),
            self._decoder,
            self._owner,
            _Watch(response, client),
        )
        self._observer = options.observer if options is not None else None
        if self._observer is not None:
            self._iterator = self._observer.record_items(self._iterator)

    def __next__(self) -> _T:
        return self._iterator.__next__()

    def __iter__(self) -> Iterator[_T]:
        # The generator itself, so that a loop calls no method of this class for each item.
        return self._iterator

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    @override
    def __repr__(self) -> str:
        kind = getattr(self._cast_to, "__name__", str(self._cast_to))
        state = "closed" if self.response.is_closed else "open"
        return f"<{type(self).__name__}[{kind}] {self.response.status_code}, {state}>"

    def close(self) -> None:
        """Release the connection and discard the rest of the stream."""
        try:
            self._iterator.close()
        except (RuntimeError, ValueError):  # another task or thread is reading
            library.interrupt(self.response)
        except AttributeError:  # instrumentation has replaced the generator by an iterator
            pass
        else:
            if self._observer is not None:
                self._observer.end()  # The generator ends it only if it has begun.
        self._owner.close(self._iterator)


def _items(
    reader: EventReader[_T], decoder: SSEDecoder, owner: _ResponseOwner, watch: _Watch
) -> _Items[_T]:
    """Yield the items of a stream, and release its connection at the end."""
    read = reader.read
    pieces = reading.pieces(owner.response)
    first = b""
    idle_bytes = 0
    item: _T | Done = DONE
    try:
        for piece in pieces:
            if not first and piece:
                first = piece
                if reader.is_wrong_kind(piece):
                    raise reader.wrong_kind(piece + _rest(pieces))
            events = decoder.feed(piece)
            if events:
                idle_bytes = 0
            else:
                idle_bytes += len(piece)
                watch.check(idle_bytes)
            for event in events:
                item = read(event)
                if item is DONE:
                    owner.finish(pieces)
                    return
                yield item  # type: ignore[misc]  # `DONE` returned above
            if events and watch.has_timeout:
                watch.restart()
        reader.check_complete(decoder, first, has_items=item is not DONE)
    except library.errors() as error:
        response = owner.response
        raise transport_error(error, response.request, response) from error
    finally:
        owner.close(pieces)


def _rest(pieces: Iterator[bytes]) -> bytes:
    """Read the start of a body that is not an event stream, for the error message."""
    content = b""
    with contextlib.suppress(*library.errors()):
        for piece in pieces:
            content += piece
            if len(content) > _SHOWN_BODY:
                break
    return content


# <<<


class _Watch:
    """Stops a stream that makes no progress: comments without events, or one huge event."""

    def __init__(self, response: httpx.Response, client: StreamLimits) -> None:
        self._response = response
        self._idle = client.stream_idle_timeout
        self._largest = client.max_unpacked_bytes
        self._waits_since = time.monotonic()
        self.has_timeout = self._idle is not None
        if self._idle is not None:
            limit_reads(response, self._idle)  # a silent server sends nothing to check

    def check(self, idle_bytes: int) -> None:
        """Raise if the time or the bytes since the last event exceed a limit."""
        if idle_bytes > self._largest:
            raise reading.too_large(self._response, self._largest, "max_unpacked_bytes", "An event")
        if self._idle is not None and time.monotonic() - self._waits_since > self._idle:
            error = library.of(self._response).ReadTimeout
            raise error("The stream sends comments but no events")

    def restart(self) -> None:
        """Start the timer for the next event, after the caller has handled the last one."""
        self._waits_since = time.monotonic()


# -------------------------------------------------------------------------- owners of a response
#
# The sync and the async class are written by hand, because threads and event loops have different
# ways to wait and to close a stream that is garbage-collected.


class _ResponseOwner:
    """Owns the response of a stream, and closes it when the last iterator is garbage-collected.

    It also refers to the client, which would close its connections if it were collected.
    """

    def __init__(self, response: httpx.Response, client: object) -> None:
        self.response = response
        self._client = client

    def finish(self, pieces: Iterator[bytes]) -> None:
        """Read the end of the body, briefly, so that the connection can be reused."""
        deadline = Deadline(GRACE)
        ignored = library.errors()  # after the last event, an error does not matter
        with reads_until(self.response, deadline) as is_bounded, contextlib.suppress(*ignored):
            while is_bounded and next(pieces, None) is not None and deadline.left() > 0:
                pass

    def close(self, pieces: Iterator[object]) -> None:
        """Release the connection, and close the generators that read from it."""
        if sys.is_finalizing():
            return  # at exit the system closes it, and modules that closing needs may be gone
        library.discard(pieces, self.response)
        library.detach(self.response)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # no caller is left to handle an error
            self.close(iter(()))


class _AsyncResponseOwner:
    """Owns the response of a stream, and closes it when the last iterator is garbage-collected.

    It also refers to the client, which would close its connections if it were collected.
    """

    def __init__(self, response: httpx.Response, client: object) -> None:
        self.response = response
        self._client = client
        self._close_soon = closer(response.aclose)

    async def finish(self, pieces: AsyncIterator[bytes]) -> None:
        """Read the end of the body, briefly, so that the connection can be reused."""
        import anyio

        with anyio.move_on_after(GRACE), contextlib.suppress(*library.errors()):
            async for _ in pieces:
                pass

    async def close(self, pieces: AsyncIterator[object]) -> None:
        """Release the connection, and finish the generators that read from it."""
        await library.async_discard(pieces, self.response)
        library.detach(self.response)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # the loop is closed, and the connection with it
            if not self.response.is_closed:
                self._close_soon()


def make_stream(
    stream_cls: Any,
    cast_to: Any,
    response: httpx.Response,
    client: StreamLimits,
    options: FinalRequestOptions,
) -> Stream[Any] | AsyncStream[Any]:
    """Return the stream of a response, with the item type of its class, else of the call."""
    chunk = extract_stream_chunk_type(stream_cls) if get_args(stream_cls) else cast_to
    kind: Any = get_origin(stream_cls) or stream_cls
    return cast(
        "Stream[Any] | AsyncStream[Any]",  # either has this signature
        kind(cast_to=chunk, response=response, client=client, options=options),
    )


def extract_stream_chunk_type(stream_cls: type) -> type:
    """Return the item type of a stream class: `X` for `Stream[X]` and its subclasses."""
    for base in (stream_cls, *getattr(stream_cls, "__orig_bases__", ())):
        origin = get_origin(base)
        if is_class(origin) and issubclass(origin, (Stream, AsyncStream)):
            return cast("type", get_args(base)[0])
    raise TypeError(
        f"Expected a stream of some type, such as Stream[YourModel], not {stream_cls!r}"
    )
