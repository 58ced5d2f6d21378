"""The context managers of `client.chat.completions.stream`.

This module imports no models: those of a stream are imported with the first stream.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Generic

from typing_extensions import override

from ..._streaming import AsyncStream, Stream
from ..._types import Maybe, ResponseFormatT, TypeForm, omit
from ..stream_managers import AsyncStreamManager, StreamManager

if TYPE_CHECKING:
    from ...types.chat import ChatCompletionChunk
    from ...types.chat.completion_create_params import ResponseFormat
    from ..tools import Tool
    from .streams import AsyncChatCompletionStream, ChatCompletionStream

__all__ = ["AsyncChatCompletionStreamManager", "ChatCompletionStreamManager"]


class AsyncChatCompletionStreamManager(
    AsyncStreamManager["AsyncChatCompletionStream[ResponseFormatT]"], Generic[ResponseFormatT]
):
    """The context manager of `client.chat.completions.stream`.

    `async with` sends the request, and releases the connection at the end of the block.
    """

    def __init__(
        self,
        send: Callable[[], Awaitable[AsyncStream[ChatCompletionChunk]]],
        *,
        response_format: Maybe[TypeForm[ResponseFormatT] | ResponseFormat | None] = omit,
        input_tools: Maybe[Iterable[Tool] | None] = omit,
    ) -> None:
        super().__init__(send)
        self._response_format = response_format
        self._input_tools = input_tools

    @override
    def _open(
        self, raw_stream: AsyncStream[ChatCompletionChunk]
    ) -> AsyncChatCompletionStream[ResponseFormatT]:
        from .streams import AsyncChatCompletionStream

        return AsyncChatCompletionStream(
            raw_stream=raw_stream,
            response_format=self._response_format,
            input_tools=self._input_tools,
        )


# >>> sync half: produced by scripts/mirror.py


class ChatCompletionStreamManager(
    StreamManager["ChatCompletionStream[ResponseFormatT]"], Generic[ResponseFormatT]
):
    """The context manager of `client.chat.completions.stream`.

    `with` sends the request, and releases the connection at the end of the block.
    """

    def __init__(
        self,
        send: Callable[[], Stream[ChatCompletionChunk]],
        *,
        response_format: Maybe[TypeForm[ResponseFormatT] | ResponseFormat | None] = omit,
        input_tools: Maybe[Iterable[Tool] | None] = omit,
    ) -> None:
        super().__init__(send)
        self._response_format = response_format
        self._input_tools = input_tools

    @override
    def _open(
        self, raw_stream: Stream[ChatCompletionChunk]
    ) -> ChatCompletionStream[ResponseFormatT]:
        from .streams import ChatCompletionStream

        return ChatCompletionStream(
            raw_stream=raw_stream,
            response_format=self._response_format,
            input_tools=self._input_tools,
        )


# <<<
