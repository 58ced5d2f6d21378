"""The base of accumulated streams, of chat and of the Responses API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from typing_extensions import Self, override

from .._exceptions import GroqError
from .._streaming import AsyncStream, Stream

if TYPE_CHECKING:
    import httpx

EventT = TypeVar("EventT")


class StreamEnd(AbstractContextManager["StreamEnd"]):
    """How a stream ended: complete, closed early, or with an error.

    The block that reads the stream records its error.

    Args:
        ends_with: Selects errors that end the iteration silently; the final answer raises them.
    """

    is_whole = False
    is_closed = False
    error: Exception | None = None

    def __init__(self, ends_with: Callable[[Exception], bool] | None = None) -> None:
        self._ends_with = ends_with

    @override
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool:
        if not isinstance(exc, Exception):
            return False
        self.error = exc
        return self._ends_with is not None and self._ends_with(exc)

    def check(self) -> None:
        """Raise the error of the stream, or `GroqError` if the answer is not complete."""
        if self.error is not None:
            raise self.error
        if not self.is_whole:
            raise GroqError("The stream was closed before its end: the answer is incomplete.")


class AsyncEventStream(Generic[EventT]):
    """A stream of events that are made from the items of a raw stream.

    Args:
        raw_stream: The stream of the response.
        events: Reads the raw stream and yields the events.
        end: How `events` ended.
    """

    response: httpx.Response
    """The `httpx.Response`, with status and headers."""

    def __init__(
        self, raw_stream: AsyncStream[Any], events: AsyncIterator[EventT], end: StreamEnd
    ) -> None:
        self.response = raw_stream.response
        self._raw_stream = raw_stream
        self._events = events
        self._end = end

    @override
    def __repr__(self) -> str:
        state = "closed" if self.response.is_closed else "open"
        return f"<{type(self).__name__} {self.response.status_code}, {state}>"

    async def __anext__(self) -> EventT:
        return await self._events.__anext__()

    def __aiter__(self) -> AsyncIterator[EventT]:
        # The iterator itself, so that no call of this class is between it and the loop.
        return self._events

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
        """Release the connection and discard the rest of the stream."""
        self._end.is_closed = True
        await self._raw_stream.close()

    async def until_done(self) -> Self:
        """Read the stream to its end."""
        async for _ in self._events:
            pass
        return self


# >>> sync half: produced by scripts/mirror.py


class EventStream(Generic[EventT]):
    """A stream of events that are made from the items of a raw stream.

    Args:
        raw_stream: The stream of the response.
        events: Reads the raw stream and yields the events.
        end: How `events` ended.
    """

    response: httpx.Response
    """The `httpx.Response`, with status and headers."""

    def __init__(self, raw_stream: Stream[Any], events: Iterator[EventT], end: StreamEnd) -> None:
        self.response = raw_stream.response
        self._raw_stream = raw_stream
        self._events = events
        self._end = end

    @override
    def __repr__(self) -> str:
        state = "closed" if self.response.is_closed else "open"
        return f"<{type(self).__name__} {self.response.status_code}, {state}>"

    def __next__(self) -> EventT:
        return self._events.__next__()

    def __iter__(self) -> Iterator[EventT]:
        # The iterator itself, so that no call of this class is between it and the loop.
        return self._events

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
        """Release the connection and discard the rest of the stream."""
        self._end.is_closed = True
        self._raw_stream.close()

    def until_done(self) -> Self:
        """Read the stream to its end."""
        for _ in self._events:
            pass
        return self


# <<<
