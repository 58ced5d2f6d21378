"""The base of the context managers of `stream`, of chat and of the Responses API.

This module imports no models: those of a stream are imported with the first stream.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Protocol, TypeVar

from typing_extensions import override

from .._streaming import AsyncStream, Stream

AsyncStreamT = TypeVar("AsyncStreamT", bound="AsyncClosable")
StreamT = TypeVar("StreamT", bound="Closable")


class AsyncClosable(Protocol):
    """The interface that a manager needs of its stream."""

    async def close(self) -> None: ...


class AsyncStreamManager(ABC, Generic[AsyncStreamT]):
    """A context manager that sends a request, and yields the stream of its answer.

    Each `async with` sends the request, and releases its connection at the end of its block.
    """

    def __init__(self, send: Callable[[], Awaitable[AsyncStream[Any]]]) -> None:
        self._send = send
        self._is_sent = False
        self._streams: list[AsyncStreamT] = []
        """One for each block that has not ended yet."""

    @abstractmethod
    def _open(self, raw_stream: AsyncStream[Any]) -> AsyncStreamT:
        """Return the stream of events that a raw stream becomes."""

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__}, {'sent' if self._is_sent else 'not sent yet'}>"

    if not TYPE_CHECKING:  # type checkers report by themselves that it is not iterable

        def __aiter__(self) -> NoReturn:
            raise TypeError("Expected `async with` around the stream: it sends the request")

    async def __aenter__(self) -> AsyncStreamT:
        stream = self._open(await self._send())
        self._is_sent = True
        self._streams.append(stream)
        return stream

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._streams:
            await self._streams.pop().close()


# >>> sync half: produced by scripts/mirror.py


class Closable(Protocol):
    """The interface that a manager needs of its stream."""

    def close(self) -> None: ...


class StreamManager(ABC, Generic[StreamT]):
    """A context manager that sends a request, and yields the stream of its answer.

    Each `with` sends the request, and releases its connection at the end of its block.
    """

    def __init__(self, send: Callable[[], Stream[Any]]) -> None:
        self._send = send
        self._is_sent = False
        self._streams: list[StreamT] = []
        """One for each block that has not ended yet."""

    @abstractmethod
    def _open(self, raw_stream: Stream[Any]) -> StreamT:
        """Return the stream of events that a raw stream becomes."""

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__}, {'sent' if self._is_sent else 'not sent yet'}>"

    if not TYPE_CHECKING:  # type checkers report by themselves that it is not iterable

        def __iter__(self) -> NoReturn:
            raise TypeError("Expected `with` around the stream: it sends the request")

    def __enter__(self) -> StreamT:
        stream = self._open(self._send())
        self._is_sent = True
        self._streams.append(stream)
        return stream

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._streams:
            self._streams.pop().close()


# <<<
