"""The context managers of `client.chat.completions.stream`.

This module imports no models: those of a stream are imported with the first stream.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Generic, NoReturn

from typing_extensions import override

from ..._streaming import AsyncStream, Stream
from ..._types import Maybe, ResponseFormatT, TypeForm, omit

if TYPE_CHECKING:
    from ...types.chat import ChatCompletionChunk
    from ...types.chat.completion_create_params import ResponseFormat
    from ..tools import Tool
    from .streams import AsyncChatCompletionStream, ChatCompletionStream

__all__ = ["AsyncChatCompletionStreamManager", "ChatCompletionStreamManager"]


class AsyncChatCompletionStreamManager(Generic[ResponseFormatT]):
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
        self._send = send
        self._response_format = response_format
        self._input_tools = input_tools
        self._stream: AsyncChatCompletionStream[ResponseFormatT] | None = None

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__}, {'sent' if self._stream else 'not sent yet'}>"

    if not TYPE_CHECKING:  # type checkers report by themselves that it is not iterable

        def __aiter__(self) -> NoReturn:
            raise TypeError("Expected `async with` around the stream: it sends the request")

    async def __aenter__(self) -> AsyncChatCompletionStream[ResponseFormatT]:
        from .streams import AsyncChatCompletionStream

        self._stream = AsyncChatCompletionStream(
            raw_stream=await self._send(),
            response_format=self._response_format,
            input_tools=self._input_tools,
        )
        return self._stream

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            await self._stream.close()


# >>> sync half: produced by scripts/mirror.py


class ChatCompletionStreamManager(Generic[ResponseFormatT]):
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
        self._send = send
        self._response_format = response_format
        self._input_tools = input_tools
        self._stream: ChatCompletionStream[ResponseFormatT] | None = None

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__}, {'sent' if self._stream else 'not sent yet'}>"

    if not TYPE_CHECKING:  # type checkers report by themselves that it is not iterable

        def __iter__(self) -> NoReturn:
            raise TypeError("Expected `with` around the stream: it sends the request")

    def __enter__(self) -> ChatCompletionStream[ResponseFormatT]:
        from .streams import ChatCompletionStream

        self._stream = ChatCompletionStream(
            raw_stream=self._send(),
            response_format=self._response_format,
            input_tools=self._input_tools,
        )
        return self._stream

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            self._stream.close()


# <<<
