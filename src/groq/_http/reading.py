"""Bodies as they arrive: unpacked, held to a size where they are kept, and to a time if one is set.

A megabyte of deflate can unpack to a gigabyte, and a body that trickles never times out.
"""

from __future__ import annotations

import codecs
import contextlib
import math
import time
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, AnyStr, Generic, cast

from .._exceptions import APIResponseValidationError
from . import library

if TYPE_CHECKING:
    import httpx

_UNPACKED = 64 * 1024
"""Bytes that are unpacked at once."""

_BUFFERED = 64
"""Pieces that a connection may hold when it is closed."""

_WBITS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


# ---------------------------------------------------------------------------------------- unpack


class Unpacker:
    """Unpacks gzip and deflate, a little at a time."""

    def __init__(self, encoding: str, error: type[Exception]) -> None:
        self._error = error
        self._wbits = _WBITS[encoding]
        self._inflate = zlib.decompressobj(self._wbits)
        self._is_begun = False

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """Yield what `packed` unpacks to. Raises `error` if it does not."""
        while packed:
            if self._inflate.eof:  # another member follows (RFC 1952, 2.2)
                self._inflate = zlib.decompressobj(self._wbits)
            unpacked = self._step(packed)
            packed = self._inflate.unconsumed_tail or self._inflate.unused_data
            if unpacked:
                yield unpacked

    def check_end(self) -> None:
        """Raise `error` if the end is missing."""
        if self._is_begun and not self._inflate.eof:
            raise self._error("The compressed body ends early")

    def _step(self, packed: bytes) -> bytes:
        is_first, self._is_begun = not self._is_begun, True
        try:
            return self._inflate.decompress(packed, _UNPACKED)
        except zlib.error as error:
            # Some servers leave out the header of zlib, which "deflate" asks for.
            if is_first and self._wbits == zlib.MAX_WBITS:
                self._wbits = -zlib.MAX_WBITS
                self._inflate = zlib.decompressobj(self._wbits)
                return self._step(packed)
            raise self._error(str(error)) from error


def unpacker(response: httpx.Response) -> Unpacker | None:
    """Return what unpacks the body; `None` if it is not packed, or packed as httpx alone knows.

    Raises `httpx.DecodingError` for an encoding that was not asked for: nobody knows its limits.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in _WBITS:
        return Unpacker(encoding, library.of(response).DecodingError)
    if encoding not in ("", "identity"):
        accepted = response.request.headers.get("accept-encoding", "")
        if any(each.strip() not in accepted for each in encoding.split(",")):
            raise library.of(response).DecodingError(f"The encoding {encoding!r} was not asked for")
    return None


# ------------------------------------------------------------------------------------------ read


def async_pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """Return the body, unpacked, as it arrives. Raises one of `library.errors()`."""
    unpack = None if response.is_stream_consumed else unpacker(response)
    if unpack is not None:
        return _async_unpacked(response, unpack)
    if response.is_stream_consumed or "content-encoding" in response.headers:
        return response.aiter_bytes()
    return library.async_pieces(response)


async def _async_unpacked(response: httpx.Response, unpack: Unpacker) -> AsyncIterator[bytes]:
    response.is_stream_consumed = True
    packed_pieces = library.async_pieces(response)
    try:
        async for packed in packed_pieces:
            for piece in unpack.feed(packed):
                yield piece
        unpack.check_end()
    finally:
        await async_end(packed_pieces, response)


async def async_read(response: httpx.Response, limit: int) -> bytes:
    """Read the whole body and keep it in the response.

    Raises `APIResponseValidationError` if it unpacks to more than `limit` bytes, and one of
    `library.errors()` if it cannot be read.
    """
    if not is_packed(response):
        content = await response.aread()
        library.let_go(response)
        return content
    kept = _Kept(response, limit)
    body = async_pieces(response)
    try:
        async for piece in body:
            kept.add(piece)
        return kept.leave()
    finally:
        await async_end(body, response)
        library.let_go(response)


async def async_read_what_comes(response: httpx.Response, limit: int) -> None:
    """Read a body as far as it gets through, and keep that in the response.

    Of one that unpacks to more than `limit` bytes only the start is kept.
    """
    if response.is_stream_consumed:
        return
    kept = _Kept(response, limit)
    try:
        body = async_pieces(response)
        try:
            async for piece in body:
                kept.add(piece)
        finally:
            await async_end(body, response)
    except library.errors():
        pass  # what is there has to do
    except APIResponseValidationError:
        kept.cut()
    finally:
        kept.leave()


# >>> sync half: produced by scripts/mirror.py


def pieces(response: httpx.Response) -> Iterator[bytes]:
    """Return the body, unpacked, as it arrives. Raises one of `library.errors()`."""
    unpack = None if response.is_stream_consumed else unpacker(response)
    if unpack is not None:
        return _unpacked(response, unpack)
    if response.is_stream_consumed or "content-encoding" in response.headers:
        return response.iter_bytes()
    return library.pieces(response)


def _unpacked(response: httpx.Response, unpack: Unpacker) -> Iterator[bytes]:
    response.is_stream_consumed = True
    packed_pieces = library.pieces(response)
    try:
        for packed in packed_pieces:
            for piece in unpack.feed(packed):
                yield piece
        unpack.check_end()
    finally:
        end(packed_pieces, response)


def read(response: httpx.Response, limit: int) -> bytes:
    """Read the whole body and keep it in the response.

    Raises `APIResponseValidationError` if it unpacks to more than `limit` bytes, and one of
    `library.errors()` if it cannot be read.
    """
    if not is_packed(response):
        content = response.read()
        library.let_go(response)
        return content
    kept = _Kept(response, limit)
    body = pieces(response)
    try:
        for piece in body:
            kept.add(piece)
        return kept.leave()
    finally:
        end(body, response)
        library.let_go(response)


def read_what_comes(response: httpx.Response, limit: int) -> None:
    """Read a body as far as it gets through, and keep that in the response.

    Of one that unpacks to more than `limit` bytes only the start is kept.
    """
    if response.is_stream_consumed:
        return
    kept = _Kept(response, limit)
    try:
        body = pieces(response)
        try:
            for piece in body:
                kept.add(piece)
        finally:
            end(body, response)
    except library.errors():
        pass  # what is there has to do
    except APIResponseValidationError:
        kept.cut()
    finally:
        kept.leave()


# <<<


async def async_end(pieces: AsyncIterator[object], response: httpx.Response) -> None:
    """Give up a body: close its connection, and have the generators that read it end.

    A generator that is left alone waits for the garbage collector, of which trio warns. Those that
    are resumed after the close find the connection gone; those that would wait are cancelled, which
    ends them as well. Nothing that goes wrong matters any more.
    """
    import anyio

    # A cancelled task closes as well; older transports do not see to it themselves.
    with anyio.CancelScope(shield=True), contextlib.suppress(Exception):
        await response.aclose()
    with anyio.move_on_after(0, shield=True), contextlib.suppress(Exception):
        for _ in range(_BUFFERED):  # a body in memory may well go on
            await anext(pieces)
    if isinstance(pieces, AsyncGenerator):
        with anyio.CancelScope(shield=True), contextlib.suppress(Exception):
            await pieces.aclose()


def end(pieces: Iterator[object], response: httpx.Response) -> None:
    """Give up a body: close its connection. Generators end where they are collected, at once."""
    with contextlib.suppress(Exception):
        response.close()


def is_packed(response: httpx.Response) -> bool:
    """Say whether the body is compressed, and has not been read yet."""
    return "content-encoding" in response.headers and not response.is_stream_consumed


class _Kept:
    """The pieces of a body, and how many more may be kept."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        self._response = response
        self._limit = limit
        # What is not packed weighs what it weighs.
        self._left = float(limit) if is_packed(response) else math.inf
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> None:
        """Keep a piece. Raises `APIResponseValidationError` if the body is now over the limit."""
        self._left -= len(piece)
        if self._left < 0:
            raise too_large(self._response, self._limit)
        self._pieces.append(piece)

    def cut(self) -> None:
        """Keep the start alone, where the rest has proved to be no answer of a sane server."""
        del self._pieces[1:]

    def leave(self) -> bytes:
        """Leave the body where `response.content` finds it, as it is read."""
        content = b"".join(self._pieces)
        library.keep(self._response, content)
        return content


class Regrouped(Generic[AnyStr]):
    """Pieces of a body, cut anew to one size."""

    def __init__(self, size: int, empty: AnyStr) -> None:
        self._size = size
        self._join: Any = empty.join  # text of texts, bytes of bytes
        self._parts: list[AnyStr] = []
        self._held = 0

    def add(self, piece: AnyStr) -> Iterator[AnyStr]:
        """Yield the pieces that are full now."""
        self._parts.append(piece)
        self._held += len(piece)
        if self._held < self._size:
            return
        whole = self._join(self._parts)
        self._held %= self._size
        full = len(whole) - self._held
        self._parts = [whole[full:]]
        for start in range(0, full, self._size):
            yield whole[start : start + self._size]

    def rest(self) -> Iterator[AnyStr]:
        """Yield what is left, if anything is."""
        if self._held:
            yield self._join(self._parts)


class Lines:
    """The lines of a text that comes in pieces, of which none may be longer than a limit."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        self._response = response
        self._limit = limit
        self._parts: list[str] = []
        self._held = 0

    def add(self, text: str) -> Iterator[str]:
        """Yield the lines that are whole. Raises `APIResponseValidationError` for a long one."""
        self._parts.append(text)
        self._held += len(text)
        if len(text.splitlines()) < 2 and not _is_ended(text):
            if self._held > self._limit:
                raise too_large(self._response, self._limit)
            return
        lines = "".join(self._parts).splitlines(keepends=True)
        last = "" if _is_ended(lines[-1]) else lines.pop()
        self._parts = [last]
        self._held = len(last)
        for line in lines:
            yield line.splitlines()[0]

    def rest(self) -> Iterator[str]:
        """Yield the last line, if it has no end."""
        yield from "".join(self._parts).splitlines()


def _is_ended(line: str) -> bool:
    """Say whether a line has its end; a CR may be half of one."""
    return not line.endswith("\r") and line.splitlines() != [line] and line != ""


def text_decoder(response: httpx.Response) -> codecs.IncrementalDecoder:
    """Return what turns the body into text piece by piece, as `response.text` does it whole."""
    try:
        return codecs.getincrementaldecoder(response.encoding or "utf-8")("replace")
    except LookupError:  # an encoding that is none of text
        return codecs.getincrementaldecoder("utf-8")("replace")


def too_large(response: httpx.Response, limit: int) -> APIResponseValidationError:
    """Return the error for a compressed body that is larger than it may be."""
    return APIResponseValidationError(
        response,
        None,
        message=f"The answer is compressed and unpacks to more than {limit:,} bytes; "
        "pass max_unpacked_bytes to the client to allow more",
    )


# -------------------------------------------------------------------------------------- deadline


class _Until:
    """A body that may be read until a moment of the monotonic clock."""

    def __init__(self, response: httpx.Response, ends_at: float) -> None:
        self._response = response
        self._stream = response.stream
        self._ends_at = ends_at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)  # the time it took, in httpx2

    def __iter__(self) -> Iterator[bytes]:
        with library.reads_until(self._response, self._ends_at):
            for piece in cast("httpx.SyncByteStream", self._stream):  # the client is sync
                self._check()
                yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        stream = cast("httpx.AsyncByteStream", self._stream)  # the client is async
        pieces = aiter(stream)
        try:
            with library.reads_until(self._response, self._ends_at):
                async for piece in pieces:
                    self._check()
                    yield piece
        finally:
            await async_end(pieces, self._response)

    def close(self) -> None:
        cast("httpx.SyncByteStream", self._stream).close()

    async def aclose(self) -> None:
        await cast("httpx.AsyncByteStream", self._stream).aclose()

    def _check(self) -> None:
        if time.monotonic() > self._ends_at:
            raise library.of(self._response).ReadTimeout("The deadline has passed")


def end_at(response: httpx.Response, ends_at: float | None) -> None:
    """Have reading the body fail with `httpx.ReadTimeout` once the moment has passed."""
    if ends_at is not None:
        response.stream = library.of(response).BodyStream(_Until(response, ends_at))
