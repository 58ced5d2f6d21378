"""The context managers of `client.responses.stream`.

This module imports no models: those of a stream are imported with the first stream.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import override

from ..._streaming import AsyncStream, Stream
from ..._types import Maybe, omit
from ..responses import TextFormatT
from ..stream_managers import AsyncStreamManager, StreamManager

if TYPE_CHECKING:
    from .streams import AsyncResponseStream, ResponseStream

__all__ = ["AsyncResponseStreamManager", "ResponseStreamManager"]


class AsyncResponseStreamManager(
    AsyncStreamManager["AsyncResponseStream[TextFormatT]"], Generic[TextFormatT]
):
    """The context manager of `client.responses.stream`.

    `async with` sends the request, and releases the connection at the end of the block.
    """

    # The type of the events is `Any`, because its module imports their models.
    def __init__(
        self,
        send: Callable[[], Awaitable[AsyncStream[Any]]],
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        input_tools: Maybe[Iterable[object]] = omit,
    ) -> None:
        super().__init__(send)
        self._text_format = text_format
        self._input_tools = input_tools

    @override
    def _open(self, raw_stream: AsyncStream[Any]) -> AsyncResponseStream[TextFormatT]:
        from .streams import AsyncResponseStream

        return AsyncResponseStream(
            raw_stream=raw_stream,
            text_format=self._text_format,
            input_tools=self._input_tools,
        )


# >>> sync half: produced by scripts/mirror.py


class ResponseStreamManager(StreamManager["ResponseStream[TextFormatT]"], Generic[TextFormatT]):
    """The context manager of `client.responses.stream`.

    `with` sends the request, and releases the connection at the end of the block.
    """

    # The type of the events is `Any`, because its module imports their models.
    def __init__(
        self,
        send: Callable[[], Stream[Any]],
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        input_tools: Maybe[Iterable[object]] = omit,
    ) -> None:
        super().__init__(send)
        self._text_format = text_format
        self._input_tools = input_tools

    @override
    def _open(self, raw_stream: Stream[Any]) -> ResponseStream[TextFormatT]:
        from .streams import ResponseStream

        return ResponseStream(
            raw_stream=raw_stream,
            text_format=self._text_format,
            input_tools=self._input_tools,
        )


# <<<
