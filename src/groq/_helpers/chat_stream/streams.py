"""`ChatCompletionStream` and `AsyncChatCompletionStream`, which yield the events of chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Generic

from typing_extensions import TypeVar

from ..._streaming import AsyncStream, Stream
from ..._types import Maybe, ResponseFormatT, TypeForm, omit
from ...types.chat.chat_completion_chunk import ChatCompletionChunk
from ...types.chat.chat_completion_stream_event import (
    ChatCompletionStreamEvent,
    ChunkEvent,
    ContentDeltaEvent,
    ParsedChatCompletionSnapshot,
)
from ...types.chat.parsed_chat_completion import ParsedChatCompletion
from ..event_streams import AsyncEventStream, EventStream, StreamEnd
from .state import ChatCompletionStreamState

if TYPE_CHECKING:
    import httpx

    from ...types.chat.completion_create_params import ResponseFormat
    from ..tools import Tool

__all__ = ["AsyncChatCompletionStream", "ChatCompletionStream"]

_T = TypeVar("_T")


def _with_request_id(
    completion: ParsedChatCompletion[_T], response: httpx.Response
) -> ParsedChatCompletion[_T]:
    object.__setattr__(completion, "_groq_request_id", response.headers.get("x-request-id"))
    return completion


class AsyncChatCompletionStream(
    AsyncEventStream[ChatCompletionStreamEvent[ResponseFormatT]], Generic[ResponseFormatT]
):
    """A stream of typed events.

    Iterate over it with `async for`, or over `text_stream` for the text alone. Iterating raises the
    errors of `AsyncStream`, and `LengthFinishReasonError`, `ContentFilterFinishReasonError` or
    `StructuredOutputError` at the end of an answer that cannot be parsed as requested.
    """

    def __init__(
        self,
        *,
        raw_stream: AsyncStream[ChatCompletionChunk],
        response_format: Maybe[TypeForm[ResponseFormatT] | ResponseFormat | None] = omit,
        input_tools: Maybe[Iterable[Tool] | None] = omit,
        ends_with: Callable[[Exception], bool] | None = None,
    ) -> None:
        self._state = ChatCompletionStreamState(
            response_format=response_format, input_tools=input_tools
        )
        self._state.response = raw_stream.response
        end = StreamEnd(ends_with)
        super().__init__(raw_stream, _async_events(raw_stream, self._state, end), end)

    @property
    def text_stream(self) -> AsyncIterator[str]:
        """The text alone, in pieces."""
        return (event.delta async for event in self._events if isinstance(event, ContentDeltaEvent))

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletionSnapshot:
        """A new completion of the chunks so far."""
        return _with_request_id(self._state.current_completion_snapshot, self.response)

    async def get_final_completion(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Read the stream to its end, and return the complete answer.

        Raises the errors of iterating, and `GroqError` if the stream was closed before its end.
        """
        await self.until_done()
        self._end.check()
        return _with_request_id(self._state.get_final_completion(), self.response)


async def _async_events(
    chunks: AsyncStream[ChatCompletionChunk],
    state: ChatCompletionStreamState[ResponseFormatT],
    end: StreamEnd,
) -> AsyncIterator[ChatCompletionStreamEvent[ResponseFormatT]]:
    """Yield the events of the chunks of a stream."""
    add_content, handle_chunk = state.add_content, state.handle_chunk
    with end:
        async for chunk in chunks:
            content = add_content(chunk)
            if content is None:
                for event in handle_chunk(chunk):
                    yield event
            else:  # most chunks: two events without a list of them
                yield ChunkEvent(chunk, state)
                yield content
        if not end.is_closed:
            for event in state.finish():
                yield event
            end.is_whole = True


# >>> sync half: produced by scripts/mirror.py


class ChatCompletionStream(
    EventStream[ChatCompletionStreamEvent[ResponseFormatT]], Generic[ResponseFormatT]
):
    """A stream of typed events.

    Iterate over it with `for`, or over `text_stream` for the text alone. Iterating raises the
    errors of `Stream`, and `LengthFinishReasonError`, `ContentFilterFinishReasonError` or
    `StructuredOutputError` at the end of an answer that cannot be parsed as requested.
    """

    def __init__(
        self,
        *,
        raw_stream: Stream[ChatCompletionChunk],
        response_format: Maybe[TypeForm[ResponseFormatT] | ResponseFormat | None] = omit,
        input_tools: Maybe[Iterable[Tool] | None] = omit,
        ends_with: Callable[[Exception], bool] | None = None,
    ) -> None:
        self._state = ChatCompletionStreamState(
            response_format=response_format, input_tools=input_tools
        )
        self._state.response = raw_stream.response
        end = StreamEnd(ends_with)
        super().__init__(raw_stream, _events(raw_stream, self._state, end), end)

    @property
    def text_stream(self) -> Iterator[str]:
        """The text alone, in pieces."""
        return (event.delta for event in self._events if isinstance(event, ContentDeltaEvent))

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletionSnapshot:
        """A new completion of the chunks so far."""
        return _with_request_id(self._state.current_completion_snapshot, self.response)

    def get_final_completion(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Read the stream to its end, and return the complete answer.

        Raises the errors of iterating, and `GroqError` if the stream was closed before its end.
        """
        self.until_done()
        self._end.check()
        return _with_request_id(self._state.get_final_completion(), self.response)


def _events(
    chunks: Stream[ChatCompletionChunk],
    state: ChatCompletionStreamState[ResponseFormatT],
    end: StreamEnd,
) -> Iterator[ChatCompletionStreamEvent[ResponseFormatT]]:
    """Yield the events of the chunks of a stream."""
    add_content, handle_chunk = state.add_content, state.handle_chunk
    with end:
        for chunk in chunks:
            content = add_content(chunk)
            if content is None:
                for event in handle_chunk(chunk):
                    yield event
            else:  # most chunks: two events without a list of them
                yield ChunkEvent(chunk, state)
                yield content
        if not end.is_closed:
            for event in state.finish():
                yield event
            end.is_whole = True


# <<<
