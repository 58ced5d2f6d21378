"""Bodies as they arrive: held to a size where they are unpacked, and to a time if there is one.

A megabyte of deflate can unpack to a gigabyte, and a body that trickles never times out.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from typing import cast

import httpx
from typing_extensions import override

from ._exceptions import APIResponseValidationError

_SLICE = 1024
"""Bytes that are unpacked at once: to a megabyte at most, since deflate packs a thousandfold."""


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that hands on what another one does."""

    def __init__(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> None:
        self._stream = stream

    def pieces(self, piece: bytes) -> Iterator[bytes]:
        """Return what to hand on of a piece that has come."""
        raise NotImplementedError

    @override
    def __iter__(self) -> Iterator[bytes]:
        for piece in cast("httpx.SyncByteStream", self._stream):  # the client is sync
            yield from self.pieces(piece)

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in cast("httpx.AsyncByteStream", self._stream):  # the client is async
            for each in self.pieces(piece):
                yield each

    @override
    def close(self) -> None:
        cast("httpx.SyncByteStream", self._stream).close()

    @override
    async def aclose(self) -> None:
        await cast("httpx.AsyncByteStream", self._stream).aclose()


class _Sliced(_Body):
    """Hands on the bytes in slices that unpack to little."""

    @override
    def pieces(self, piece: bytes) -> Iterator[bytes]:
        for start in range(0, len(piece), _SLICE):
            yield piece[start : start + _SLICE]


class _Until(_Body):
    """Hands on the bytes until a moment of the monotonic clock."""

    def __init__(
        self, stream: httpx.SyncByteStream | httpx.AsyncByteStream, ends_at: float
    ) -> None:
        super().__init__(stream)
        self._ends_at = ends_at

    @override
    def pieces(self, piece: bytes) -> Iterator[bytes]:
        if time.monotonic() > self._ends_at:
            raise httpx.ReadTimeout("The deadline has passed")
        yield piece


def end_at(response: httpx.Response, ends_at: float | None) -> None:
    """Have reading the body fail with `httpx.ReadTimeout` once the moment has passed."""
    if ends_at is not None:
        response.stream = _Until(response.stream, ends_at)


def is_packed(response: httpx.Response) -> bool:
    """Say whether the body is compressed, and has not been read yet."""
    encoding = response.headers.get("content-encoding", "identity")
    return encoding.lower() != "identity" and not response.is_stream_consumed


def slice_body(response: httpx.Response) -> None:
    """Have the body unpacked in steps of a size that fits in memory, however it is read."""
    if not isinstance(response.stream, _Sliced):
        response.stream = _Sliced(response.stream)


class _Kept:
    """A body as it is unpacked, up to a limit."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        self._response = response
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            raise too_large(self._response, self._limit)
        self._pieces.append(piece)

    def keep(self) -> bytes:
        """Leave the body where `response.content` finds it, which httpx does for its own reads."""
        content = b"".join(self._pieces)
        self._response._content = content  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        return content


def read(response: httpx.Response, limit: int) -> bytes:
    """Read the whole body.

    Raises `APIResponseValidationError` if it unpacks to more than `limit` bytes, and what httpx
    raises if it cannot be read.
    """
    if not is_packed(response):
        return response.read()
    slice_body(response)
    kept = _Kept(response, limit)
    for piece in response.iter_bytes():
        kept.add(piece)
    return kept.keep()


async def aread(response: httpx.Response, limit: int) -> bytes:
    """Read the whole body, as `read` does."""
    if not is_packed(response):
        return await response.aread()
    slice_body(response)
    kept = _Kept(response, limit)
    async for piece in response.aiter_bytes():
        kept.add(piece)
    return kept.keep()


def too_large(response: httpx.Response, limit: int) -> APIResponseValidationError:
    """Return the error for a compressed body that is larger than it may be."""
    return APIResponseValidationError(
        response,
        None,
        message=f"The answer is compressed and unpacks to more than {limit:,} bytes; "
        "pass max_unpacked_bytes to the client to allow more",
    )
