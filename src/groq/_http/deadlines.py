"""The deadline of a call, which covers its retries, its waits and its response body.

A task is cancelled at its deadline. A thread cannot be cancelled: each of its steps gets a timeout
that is cut to the time left, and the deadline is checked between steps.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, cast

from .. import _library as library

if TYPE_CHECKING:
    import httpx

_SHORTEST = 0.001
"""The shortest timeout in seconds, because a socket with a timeout of 0 does not wait at all."""


class DeadlineError(TimeoutError):
    """The deadline of a call has passed."""

    def __init__(self) -> None:
        super().__init__("The deadline has passed")


class Deadline:
    """A moment on the monotonic clock, a number of seconds from now."""

    __slots__ = ("_at",)

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left; they are negative once the deadline has passed."""
        return self._at - time.monotonic()

    def check(self) -> None:
        """Raise `DeadlineError` if the deadline has passed."""
        if self.left() <= 0:
            raise DeadlineError

    def check_and_cut(self, timeout: float | None) -> float:
        """Return a timeout in seconds, cut to the time left. Raises `DeadlineError` without any."""
        self.check()
        return self.cut(timeout)

    def cut(self, timeout: float | None) -> float:
        """Return a timeout in seconds, cut to the time left."""
        left = max(self.left(), _SHORTEST)
        return left if timeout is None else min(timeout, left)


# ----------------------------------------------------------------------------------- whole attempts


def async_until(deadline: Deadline | None) -> AbstractAsyncContextManager[object]:
    """Cancel the block at a deadline, and raise `DeadlineError`."""
    return contextlib.nullcontext() if deadline is None else _cancelled_at(deadline)


@contextlib.asynccontextmanager
async def _cancelled_at(deadline: Deadline) -> AsyncGenerator[None, None]:
    import anyio

    with anyio.move_on_after(max(deadline.left(), 0)) as scope:
        yield
    if scope.cancelled_caught:
        raise DeadlineError


@contextlib.contextmanager
def until(deadline: Deadline | None) -> Generator[None, None, None]:
    """Raise `DeadlineError` if a deadline has passed; the timeouts of its steps end the block."""
    if deadline is not None:
        deadline.check()
    yield


# ------------------------------------------------------------------------------------------- steps


class CutTimeouts(dict[str, "float | None"]):
    """The timeouts of a request, each cut to the time left when a transport looks it up."""

    def __init__(self, timeouts: dict[str, float | None], deadline: Deadline) -> None:
        super().__init__(timeouts)
        self.deadline = deadline

    def __getitem__(self, step: str) -> float | None:
        return self.get(step)

    def get(self, step: str, default: float | None = None) -> float | None:  # type: ignore[override]  # one kind of default
        """Return the timeout of a step that begins now, in seconds."""
        return self.deadline.cut(super().get(step, default))


def set_deadline(request: httpx.Request, deadline: Deadline) -> None:
    """Cut the timeouts of a request to its deadline."""
    timeouts = request.extensions.get("timeout", {})
    request.extensions["timeout"] = CutTimeouts(timeouts, deadline)


def limit_reads(response: httpx.Response, seconds: float) -> None:
    """Shorten the read timeout of a body that is still unread."""
    request = getattr(response, "_request", None)
    if request is None:  # a response that was made by hand, whose body is in memory
        return
    timeouts = request.extensions.get("timeout", {})
    steps = dict(timeouts.items())
    read = steps.get("read")
    steps["read"] = seconds if read is None else min(read, seconds)
    request.extensions["timeout"] = steps
    if isinstance(timeouts, CutTimeouts):
        set_deadline(request, timeouts.deadline)


# ------------------------------------------------------------------------------------------ bodies


def set_body_deadline(response: httpx.Response, deadline: Deadline) -> None:
    """Make reading a body fail after a deadline, with `httpx.ReadTimeout` or `DeadlineError`."""
    response.stream = library.of(response).StreamAdapter(_BodyWithDeadline(response, deadline))


class _BodyWithDeadline:
    """A body that can be read until a deadline."""

    def __init__(self, response: httpx.Response, deadline: Deadline) -> None:
        self._response = response
        self._stream = response.stream
        self._deadline = deadline

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)  # httpx2 asks for the elapsed time

    def __iter__(self) -> Iterator[bytes]:
        with reads_until(self._response, self._deadline):
            for piece in cast("httpx.SyncByteStream", self._stream):  # the client is sync
                self._check()
                yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        stream = cast("httpx.AsyncByteStream", self._stream)  # the client is async
        pieces = aiter(stream)
        try:
            with reads_until(self._response, self._deadline) as is_bounded:
                while True:
                    async with async_until(None if is_bounded else self._deadline):
                        piece = await anext(pieces, None)
                    if piece is None:
                        break
                    self._check()
                    yield piece
        finally:
            await library.async_discard(pieces, self._response)

    def close(self) -> None:
        cast("httpx.SyncByteStream", self._stream).close()

    async def aclose(self) -> None:
        await cast("httpx.AsyncByteStream", self._stream).aclose()

    def _check(self) -> None:
        if self._deadline.left() < 0:
            raise library.of(self._response).ReadTimeout("The deadline has passed")


@contextlib.contextmanager
def reads_until(response: httpx.Response, deadline: Deadline) -> Generator[bool, None, None]:
    """Make reads from the connection time out at a deadline.

    The timeout of a request is fixed before its body is read; only the transport's connection can
    shorten it later. Yields `False` if this response does not have a connection of its own.
    """
    connection: Any = response.extensions.get("network_stream")
    if hasattr(connection, "deadline"):  # this package's own transport
        before = connection.deadline
        connection.deadline = min(before or deadline, deadline, key=Deadline.left)
        try:
            yield True
        finally:
            connection.deadline = before
        return
    if not hasattr(connection, "__dict__") or response.http_version == "HTTP/2":
        yield False
        return
    read, was_bounded = connection.read, "read" in vars(connection)

    # Works for sync and async, because the result of `read` is returned as it is.
    def bounded_read(max_bytes: int, timeout: float | None = None) -> Any:
        return read(max_bytes, timeout=deadline.cut(timeout))

    connection.read = bounded_read
    try:
        yield True
    finally:
        if was_bounded:
            connection.read = read
        else:
            del connection.read
