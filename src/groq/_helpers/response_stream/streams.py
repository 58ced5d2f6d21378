"""`ResponseStream` and `AsyncResponseStream`, which yield events with snapshots."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Generic

from ..._streaming import AsyncStream, Stream
from ..._types import Maybe, omit
from ...types.responses.parsed_response import ParsedResponse
from ...types.responses.response import Response
from ...types.responses.response_stream_event import ResponseStreamEvent
from ..event_streams import AsyncEventStream, EventStream, StreamEnd
from ..responses import TextFormatT
from .state import ParsedResponseStreamEvent, ResponseStreamState

__all__ = ["AsyncResponseStream", "ResponseStream"]


class AsyncResponseStream(
    AsyncEventStream[ParsedResponseStreamEvent[TextFormatT]], Generic[TextFormatT]
):
    """A stream of typed events of the Responses API.

    Iterating raises the errors of `AsyncStream`, and `StructuredOutputError` for a text or
    arguments that do not fit the requested type.
    """

    def __init__(
        self,
        *,
        raw_stream: AsyncStream[ResponseStreamEvent],
        text_format: Maybe[type[TextFormatT]] = omit,
        input_tools: Maybe[Iterable[object]] = omit,
        ends_with: Callable[[Exception], bool] | None = None,
    ) -> None:
        self._state = ResponseStreamState(text_format=text_format, input_tools=input_tools)
        end = StreamEnd(ends_with)
        super().__init__(raw_stream, _async_events(raw_stream, self._state, end), end)

    @property
    def current_response_snapshot(self) -> Response:
        """A new response of the events so far."""
        return self._state.current_response_snapshot

    async def get_final_response(self) -> ParsedResponse[TextFormatT]:
        """Read the stream to its end, and return the complete answer.

        Raises the errors of iterating, and `GroqError` if the stream was closed before its end.
        """
        await self.until_done()
        self._end.check()
        return self._state.get_final_response()


async def _async_events(
    raw_stream: AsyncStream[ResponseStreamEvent],
    state: ResponseStreamState[TextFormatT],
    end: StreamEnd,
) -> AsyncIterator[ParsedResponseStreamEvent[TextFormatT]]:
    """Yield the accumulated events of a stream."""
    with end:
        async for event in raw_stream:
            yield state.handle_event(event)
        end.is_whole = not end.is_closed


# >>> sync half: produced by scripts/mirror.py


class ResponseStream(EventStream[ParsedResponseStreamEvent[TextFormatT]], Generic[TextFormatT]):
    """A stream of typed events of the Responses API.

    Iterating raises the errors of `Stream`, and `StructuredOutputError` for a text or
    arguments that do not fit the requested type.
    """

    def __init__(
        self,
        *,
        raw_stream: Stream[ResponseStreamEvent],
        text_format: Maybe[type[TextFormatT]] = omit,
        input_tools: Maybe[Iterable[object]] = omit,
        ends_with: Callable[[Exception], bool] | None = None,
    ) -> None:
        self._state = ResponseStreamState(text_format=text_format, input_tools=input_tools)
        end = StreamEnd(ends_with)
        super().__init__(raw_stream, _events(raw_stream, self._state, end), end)

    @property
    def current_response_snapshot(self) -> Response:
        """A new response of the events so far."""
        return self._state.current_response_snapshot

    def get_final_response(self) -> ParsedResponse[TextFormatT]:
        """Read the stream to its end, and return the complete answer.

        Raises the errors of iterating, and `GroqError` if the stream was closed before its end.
        """
        self.until_done()
        self._end.check()
        return self._state.get_final_response()


def _events(
    raw_stream: Stream[ResponseStreamEvent],
    state: ResponseStreamState[TextFormatT],
    end: StreamEnd,
) -> Iterator[ParsedResponseStreamEvent[TextFormatT]]:
    """Yield the accumulated events of a stream."""
    with end:
        for event in raw_stream:
            yield state.handle_event(event)
        end.is_whole = not end.is_closed


# <<<
