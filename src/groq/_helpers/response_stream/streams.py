"""`ResponseStream` and `AsyncResponseStream`, which yield events with snapshots."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
)
from types import TracebackType
from typing import Generic, TypeAlias

from typing_extensions import Self, override

from ..._library import httpx
from ..._streaming import AsyncStream, Stream
from ..._types import Maybe, omit
from ...types.responses.parsed_response import ParsedResponse
from ...types.responses.response import Response
from ...types.responses.response_stream_event import ResponseStreamEvent
from ..responses import TextFormatT
from ..stream_end import StreamEnd
from .state import ParsedResponseStreamEvent, ResponseStreamState

__all__ = [
    "AsyncResponseStream",
    "ResponseStream",
]

Events: TypeAlias = Generator[ParsedResponseStreamEvent[TextFormatT], None, None]
AsyncEvents: TypeAlias = AsyncGenerator[ParsedResponseStreamEvent[TextFormatT], None]


class AsyncResponseStream(Generic[TextFormatT]):
    """A stream of typed events of the Responses API.

    Iterating raises the errors of `AsyncStream`, and `StructuredOutputError` for a text or
    arguments that do not fit the requested type.
    """

    response: httpx.Response
    """The `httpx.Response`, with status and headers."""

    def __init__(
        self,
        *,
        raw_stream: AsyncStream[ResponseStreamEvent],
        text_format: Maybe[type[TextFormatT]] = omit,
        input_tools: Maybe[Iterable[object]] = omit,
        ends_with: Callable[[Exception], bool] | None = None,
    ) -> None:
        self.response = raw_stream.response
        self._raw_stream = raw_stream
        self._state = ResponseStreamState(text_format=text_format, input_tools=input_tools)
        self._end = StreamEnd(ends_with)
        self._events = async_events(raw_stream, self._state, self._end)

    @override
    def __repr__(self) -> str:
        state = "closed" if self.response.is_closed else "open"
        return f"<{type(self).__name__} {self.response.status_code}, {state}>"

    async def __anext__(self) -> ParsedResponseStreamEvent[TextFormatT]:
        return await self._events.__anext__()

    def __aiter__(self) -> AsyncIterator[ParsedResponseStreamEvent[TextFormatT]]:
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

    @property
    def current_response_snapshot(self) -> Response:
        """A new response of the events so far."""
        return self._state.current_response_snapshot

    async def until_done(self) -> Self:
        """Read the stream to its end."""
        async for _ in self._events:
            pass
        return self

    async def get_final_response(self) -> ParsedResponse[TextFormatT]:
        """Read the stream to its end, and return the complete answer.

        Raises the errors of iterating, and `GroqError` if the stream was closed before its end.
        """
        await self.until_done()
        self._end.check()
        return self._state.get_final_response()


async def async_events(
    raw_stream: AsyncStream[ResponseStreamEvent],
    state: ResponseStreamState[TextFormatT],
    end: StreamEnd,
) -> AsyncEvents[TextFormatT]:
    """Yield the accumulated events of a stream."""
    try:
        async for event in raw_stream:
            yield state.handle_event(event)
        end.is_whole = not end.is_closed
    except Exception as error:
        end.error = error
        if end.ends_with is None or not end.ends_with(error):
            raise


# >>> sync half: produced by scripts/mirror.py


class ResponseStream(Generic[TextFormatT]):
    """A stream of typed events of the Responses API.

    Iterating raises the errors of `Stream`, and `StructuredOutputError` for a text or
    arguments that do not fit the requested type.
    """

    response: httpx.Response
    """The `httpx.Response`, with status and headers."""

    def __init__(
        self,
        *,
        raw_stream: Stream[ResponseStreamEvent],
        text_format: Maybe[type[TextFormatT]] = omit,
        input_tools: Maybe[Iterable[object]] = omit,
        ends_with: Callable[[Exception], bool] | None = None,
    ) -> None:
        self.response = raw_stream.response
        self._raw_stream = raw_stream
        self._state = ResponseStreamState(text_format=text_format, input_tools=input_tools)
        self._end = StreamEnd(ends_with)
        self._events = events(raw_stream, self._state, self._end)

    @override
    def __repr__(self) -> str:
        state = "closed" if self.response.is_closed else "open"
        return f"<{type(self).__name__} {self.response.status_code}, {state}>"

    def __next__(self) -> ParsedResponseStreamEvent[TextFormatT]:
        return self._events.__next__()

    def __iter__(self) -> Iterator[ParsedResponseStreamEvent[TextFormatT]]:
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

    @property
    def current_response_snapshot(self) -> Response:
        """A new response of the events so far."""
        return self._state.current_response_snapshot

    def until_done(self) -> Self:
        """Read the stream to its end."""
        for _ in self._events:
            pass
        return self

    def get_final_response(self) -> ParsedResponse[TextFormatT]:
        """Read the stream to its end, and return the complete answer.

        Raises the errors of iterating, and `GroqError` if the stream was closed before its end.
        """
        self.until_done()
        self._end.check()
        return self._state.get_final_response()


def events(
    raw_stream: Stream[ResponseStreamEvent],
    state: ResponseStreamState[TextFormatT],
    end: StreamEnd,
) -> Events[TextFormatT]:
    """Yield the accumulated events of a stream."""
    try:
        for event in raw_stream:
            yield state.handle_event(event)
        end.is_whole = not end.is_closed
    except Exception as error:
        end.error = error
        if end.ends_with is None or not end.ends_with(error):
            raise


# <<<
