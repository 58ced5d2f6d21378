"""Response bodies: decompressed as they arrive, and read within a limit of size.

A megabyte of deflate can decompress to a gigabyte.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, AnyStr, Generic, NamedTuple, Protocol

from .. import _library as library
from .._constants import MAX_ERROR_BYTES
from .._exceptions import APIResponseValidationError

if TYPE_CHECKING:
    import httpx

_UNPACKED = 64 * 1024
"""Bytes that are decompressed at a time."""

_MAX_ENCODINGS = 3
"""The most content encodings that may be nested."""

_WBITS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


# ---------------------------------------------------------------------------------------- unpack


class Limits(Protocol):
    """The largest response that a client holds in memory, in bytes."""

    max_body_bytes: int
    max_unpacked_bytes: int


class Unpacker:
    """Decompresses gzip and deflate incrementally."""

    def __init__(self, encoding: str, error: type[Exception]) -> None:
        self._error = error
        self._wbits = _WBITS[encoding]
        self._inflate = zlib.decompressobj(self._wbits)
        self._is_begun = False
        # Some servers send "deflate" without its zlib header: the first two bytes tell.
        self._head: bytes | None = b"" if encoding == "deflate" else None

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """Yield the decompressed bytes of `packed`. Raises `error` if it is damaged."""
        if packed:
            self._is_begun = True
        if self._head is not None:
            self._head += packed
            if len(self._head) < 2:
                return
            packed, self._head = self._head, None
            if packed[0] & 0x0F != zlib.DEFLATED or int.from_bytes(packed[:2], "big") % 31:
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        is_full = False
        while packed or (is_full and not self._inflate.eof):
            if self._inflate.eof:  # another member follows (RFC 1952, 2.2)
                self._inflate = zlib.decompressobj(self._wbits)
            try:
                unpacked = self._inflate.decompress(packed, _UNPACKED)
            except zlib.error as error:
                raise self._error(str(error)) from error
            packed = self._inflate.unconsumed_tail or self._inflate.unused_data
            # zlib may have taken all of the input and hold more output than it had room for.
            is_full = len(unpacked) == _UNPACKED
            if unpacked:
                yield unpacked

    def check_complete(self) -> None:
        """Raise `error` if the compressed data is incomplete."""
        if self._is_begun and not self._inflate.eof:
            raise self._error("The compressed body ends early")


def unpackers(response: httpx.Response) -> list[Unpacker]:
    """Return the decompressors of the body, in the order in which they are applied.

    There are none if the body is not compressed, or in a way that only the HTTP library knows.
    Raises `httpx.DecodingError` for an encoding that the request did not accept, and for more than
    a few nested ones.
    """
    named = response.headers.get("content-encoding", "").lower().split(",")
    encodings = [each.strip() for each in named if each.strip() not in ("", "identity")]
    error = library.of(response).DecodingError
    if len(encodings) > _MAX_ENCODINGS:
        raise error(f"Expected at most {_MAX_ENCODINGS} encodings but received {len(encodings)}")
    if all(each in _WBITS for each in encodings):
        return [Unpacker(each, error) for each in reversed(encodings)]
    accepted = response.request.headers.get("accept-encoding", "")
    if any(each not in accepted for each in encodings):
        raise error(f"The encoding {', '.join(encodings)!r} was not asked for")
    return []


def unpack(unpackers: list[Unpacker], packed: bytes) -> Iterator[bytes]:
    """Yield the bytes of `packed`, decompressed by each unpacker in turn."""
    if not unpackers:
        yield packed
        return
    outer, *inner = unpackers
    for piece in outer.feed(packed):
        yield from unpack(inner, piece)


# ------------------------------------------------------------------------------------------ read


def async_decompressed(response: httpx.Response) -> AsyncIterator[bytes]:
    """Iterate over the decompressed body as it arrives. Raises one of `library.errors()`."""
    return _async_unpacked(response) if _is_packed(response) else response.aiter_bytes()


def async_pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """Iterate over the decompressed body faster, for a caller that closes the response itself.

    The library does not count the bytes, and does not note that they were read.
    """
    if _is_packed(response) or response.is_stream_consumed:
        return async_decompressed(response)
    return library.async_pieces(response)


async def _async_unpacked(response: httpx.Response) -> AsyncIterator[bytes]:
    layers = unpackers(response)
    response.is_stream_consumed = bool(layers)
    packed_pieces = library.async_pieces(response) if layers else response.aiter_bytes()
    try:
        async for packed in packed_pieces:
            for piece in unpack(layers, packed):
                yield piece
        for layer in layers:
            layer.check_complete()
    finally:
        await library.async_discard(packed_pieces, response)


async def async_read(response: httpx.Response, limits: Limits) -> bytes:
    """Read the whole body and keep it in the response.

    Raises `APIResponseValidationError` if it is larger than the limits allow, and one of
    `library.errors()` if it cannot be read.
    """
    if _is_known_to_fit(response, limits):
        content = await response.aread()
        library.detach(response)
        return content
    kept = _BoundedBody(response, _limit_of(response, limits))
    body = async_pieces(response)
    try:
        async for piece in body:
            kept.add(piece)
        return kept.store()
    finally:
        await library.async_discard(body, response)
        library.detach(response)


async def async_read_error(response: httpx.Response) -> None:
    """Read the body of an error response, and keep what arrives of it in the response.

    At most `MAX_ERROR_BYTES` are kept.
    """
    if response.is_stream_consumed:
        return
    kept = _BoundedBody(response, _Limit(MAX_ERROR_BYTES, "no option"))
    try:
        body = async_pieces(response)
        try:
            async for piece in body:
                kept.add(piece)
        finally:
            await library.async_discard(body, response)
    except library.errors():
        pass  # the error is reported with the part that has arrived
    except APIResponseValidationError:
        pass  # or with the first part of a body that is too large
    finally:
        kept.store()


# >>> sync half: produced by scripts/mirror.py


def decompressed(response: httpx.Response) -> Iterator[bytes]:
    """Iterate over the decompressed body as it arrives. Raises one of `library.errors()`."""
    return _unpacked(response) if _is_packed(response) else response.iter_bytes()


def pieces(response: httpx.Response) -> Iterator[bytes]:
    """Iterate over the decompressed body faster, for a caller that closes the response itself.

    The library does not count the bytes, and does not note that they were read.
    """
    if _is_packed(response) or response.is_stream_consumed:
        return decompressed(response)
    return library.pieces(response)


def _unpacked(response: httpx.Response) -> Iterator[bytes]:
    layers = unpackers(response)
    response.is_stream_consumed = bool(layers)
    packed_pieces = library.pieces(response) if layers else response.iter_bytes()
    try:
        for packed in packed_pieces:
            for piece in unpack(layers, packed):
                yield piece
        for layer in layers:
            layer.check_complete()
    finally:
        library.discard(packed_pieces, response)


def read(response: httpx.Response, limits: Limits) -> bytes:
    """Read the whole body and keep it in the response.

    Raises `APIResponseValidationError` if it is larger than the limits allow, and one of
    `library.errors()` if it cannot be read.
    """
    if _is_known_to_fit(response, limits):
        content = response.read()
        library.detach(response)
        return content
    kept = _BoundedBody(response, _limit_of(response, limits))
    body = pieces(response)
    try:
        for piece in body:
            kept.add(piece)
        return kept.store()
    finally:
        library.discard(body, response)
        library.detach(response)


def read_error(response: httpx.Response) -> None:
    """Read the body of an error response, and keep what arrives of it in the response.

    At most `MAX_ERROR_BYTES` are kept.
    """
    if response.is_stream_consumed:
        return
    kept = _BoundedBody(response, _Limit(MAX_ERROR_BYTES, "no option"))
    try:
        body = pieces(response)
        try:
            for piece in body:
                kept.add(piece)
        finally:
            library.discard(body, response)
    except library.errors():
        pass  # the error is reported with the part that has arrived
    except APIResponseValidationError:
        pass  # or with the first part of a body that is too large
    finally:
        kept.store()


# <<<


def _is_packed(response: httpx.Response) -> bool:
    """Say whether the body is compressed, and has not been read yet."""
    return "content-encoding" in response.headers and not response.is_stream_consumed


def _is_known_to_fit(response: httpx.Response, limits: Limits) -> bool:
    """Say whether an uncompressed body announces a size that is within the limit."""
    size = response.headers.get("content-length", "")
    is_sized = size.isdecimal() and len(size) < 20 and int(size) <= limits.max_body_bytes
    return response.is_stream_consumed or (is_sized and not _is_packed(response))


class _Limit(NamedTuple):
    """The most bytes of a body that are held in memory, and the option that sets them."""

    bytes: int
    option: str


def _limit_of(response: httpx.Response, limits: Limits) -> _Limit:
    if _is_packed(response):
        return _Limit(limits.max_unpacked_bytes, "max_unpacked_bytes")
    return _Limit(limits.max_body_bytes, "max_body_bytes")


class _BoundedBody:
    """The pieces of a body, up to a limit."""

    def __init__(self, response: httpx.Response, limit: _Limit) -> None:
        self._response = response
        self._limit = limit
        self._subject = "The decompressed body" if _is_packed(response) else "The body"
        self._left = limit.bytes
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> None:
        """Keep a piece. Raises `APIResponseValidationError` if the body exceeds the limit."""
        self._left -= len(piece)
        if self._left < 0:
            raise too_large(self._response, *self._limit, self._subject)
        self._pieces.append(piece)

    def store(self) -> bytes:
        """Store the body as `response.content`, and return it."""
        content = b"".join(self._pieces)
        library.keep(self._response, content)
        return content


class Regrouper(Generic[AnyStr]):
    """Regroups the pieces of a body into pieces of one size; without a size, they stay as they are.

    `empty` is the empty text of texts, or the empty bytes of bytes.
    """

    def __init__(self, size: int | None, empty: AnyStr) -> None:
        if size is not None and size < 1:
            raise ValueError(f"Expected chunk_size to be at least 1 but received {size!r}")
        self._size = size or 0
        self._join: Any = empty.join
        self._parts: list[AnyStr] = []
        self._length = 0

    def add(self, piece: AnyStr) -> Iterator[AnyStr]:
        """Yield the pieces that are now full."""
        if not self._size:
            if piece:
                yield piece
            return
        self._parts.append(piece)
        self._length += len(piece)
        if self._length < self._size:
            return
        whole = self._join(self._parts)
        self._length %= self._size
        full = len(whole) - self._length
        self._parts = [whole[full:]]
        for start in range(0, full, self._size):
            yield whole[start : start + self._size]

    def rest(self) -> Iterator[AnyStr]:
        """Yield the remainder, if there is one."""
        if self._length:
            yield self._join(self._parts)


class Lines:
    """Splits text that arrives in pieces into lines, none longer than a limit."""

    def __init__(self, response: httpx.Response, limits: Limits) -> None:
        self._response = response
        self._limit = _limit_of(response, limits)
        self._parts: list[str] = []
        self._length = 0

    def add(self, text: str) -> Iterator[str]:
        """Yield the complete lines. Raises `APIResponseValidationError` if one is too long."""
        # Only the next piece shows whether a CR at the end of the last one was a line break.
        has_open_cr = bool(self._parts) and self._parts[-1].endswith("\r")
        self._parts.append(text)
        self._length += len(text)
        if not (has_open_cr or "\n" in text or len(text.splitlines()) > 1 or _ends_line(text)):
            if self._length > self._limit.bytes:
                raise too_large(self._response, *self._limit, "A line")
            return
        joined = "".join(self._parts)
        lines = joined.splitlines()
        last = ""
        if not _ends_line(joined):
            last = lines.pop() + ("\r" if joined.endswith("\r") else "")
        self._parts = [last]
        self._length = len(last)
        yield from lines

    def rest(self) -> Iterator[str]:
        """Yield the last line if it has no line break."""
        yield from "".join(self._parts).splitlines()


def _ends_line(text: str) -> bool:
    """Say whether a text ends with a line break; a CR may be the first half of one."""
    return text[-1:] != "\r" and text[-1:].splitlines() == [""]


def text_decoder(response: httpx.Response) -> codecs.IncrementalDecoder:
    """Return an incremental decoder that gives the same text as `response.text`."""
    encoding = response.encoding or "utf-8"
    try:
        b" ".decode(encoding, "replace")
        decoder = codecs.getincrementaldecoder(encoding)
    except (LookupError, ValueError):  # Python cannot decode text from it, as from `hex` or `idna`
        decoder = codecs.getincrementaldecoder("utf-8")
    return decoder("replace")


def too_large(
    response: httpx.Response, limit: int, option: str, subject: str
) -> APIResponseValidationError:
    """Return the error for a body, a line or an event that exceeds its limit."""
    return APIResponseValidationError(
        response,
        None,
        message=f"{subject} is larger than {limit:,} bytes; raise {option} to allow it",
    )
