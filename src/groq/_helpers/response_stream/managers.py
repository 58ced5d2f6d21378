"""The context managers of `client.responses.stream`.

This module imports no models: those of a stream are imported with the first stream.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeAlias

from typing_extensions import override

from ..._exceptions import GroqError
from ..._streaming import AsyncStream, Stream
from ..._types import Maybe, omit
from ..responses import TextFormatT

if TYPE_CHECKING:
    from .streams import AsyncResponseStream, ResponseStream

__all__ = ["AsyncResponseStreamManager", "ResponseStreamManager"]

# The type of the events is not named here, because that would import it.
Send: TypeAlias = Callable[[], Stream[Any]]
AsyncSend: TypeAlias = Callable[[], Awaitable[AsyncStream[Any]]]


class AsyncResponseStreamManager(Generic[TextFormatT]):
    """The context manager of `client.responses.stream`.

    `async with` sends the request, and releases the connection at the end of the block.
    """

    def __init__(
        self,
        send: AsyncSend,
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        input_tools: Maybe[Iterable[object]] = omit,
    ) -> None:
        self._send = send
        self._text_format = text_format
        self._input_tools = input_tools
        self._stream: AsyncResponseStream[TextFormatT] | None = None

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__}, {'sent' if self._stream else 'not sent yet'}>"

    async def __aenter__(self) -> AsyncResponseStream[TextFormatT]:
        if self._stream is not None:
            raise GroqError("The block has been entered before: call `responses.stream` again.")
        from .streams import AsyncResponseStream

        self._stream = AsyncResponseStream(
            raw_stream=await self._send(),
            text_format=self._text_format,
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


class ResponseStreamManager(Generic[TextFormatT]):
    """The context manager of `client.responses.stream`.

    `with` sends the request, and releases the connection at the end of the block.
    """

    def __init__(
        self,
        send: Send,
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        input_tools: Maybe[Iterable[object]] = omit,
    ) -> None:
        self._send = send
        self._text_format = text_format
        self._input_tools = input_tools
        self._stream: ResponseStream[TextFormatT] | None = None

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__}, {'sent' if self._stream else 'not sent yet'}>"

    def __enter__(self) -> ResponseStream[TextFormatT]:
        if self._stream is not None:
            raise GroqError("The block has been entered before: call `responses.stream` again.")
        from .streams import ResponseStream

        self._stream = ResponseStream(
            raw_stream=self._send(),
            text_format=self._text_format,
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
