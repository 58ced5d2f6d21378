"""`Exchange`: one request and its response in HTTP/1.1, as bytes (RFC 9112).

h11 writes and parses the heads. Bodies are framed here, which is faster for small chunks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import h11

if TYPE_CHECKING:
    import httpx

MAX_HEAD = 64 * 1024
"""The largest head of a response, in bytes."""

MAX_INTERIM = 20
"""The most interim responses (1xx) before the final one."""

_MAX_LINE = 4096
"""The longest line with the size of a chunk, in bytes."""

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_WITHOUT_BODY = {204, 304}


class ProtocolError(Exception):
    """The server violates HTTP/1.1."""


class Head(NamedTuple):
    """The status line and the headers of a response."""

    status: int
    reason: bytes
    http_version: bytes
    headers: list[tuple[bytes, bytes]]


class Exchange:
    """Turns a request into bytes, and bytes into its response, without I/O.

    Raises `h11.LocalProtocolError` if the request cannot be sent in HTTP/1.1.
    """

    def __init__(self, request: httpx.Request) -> None:
        headers = request.headers
        self._reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        self.request_head: bytes = (
            self._reader.send(
                h11.Request(method=request.method, target=request.url.raw_path, headers=headers.raw)
            )
            or b""
        )
        self._method = request.method
        self._sends_chunks = "transfer-encoding" in headers
        self._to_send = int(headers.get("content-length", 0))
        self._interim = 0
        self._is_kept = not _says_close(headers.raw)
        self._frame: _Frame = _UntilEnd()  # not known yet

    # ------------------------------------------------------------------------------- the request

    def frame(self, piece: bytes) -> bytes:
        """Frame a piece of the request body for sending."""
        if self._sends_chunks:
            return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""
        self._to_send -= len(piece)
        if self._to_send < 0:
            raise h11.LocalProtocolError("Too much data for declared Content-Length")
        return piece

    def frame_end(self) -> bytes:
        """Return the bytes that end the request body."""
        if self._sends_chunks:
            return b"0\r\n\r\n"
        if self._to_send:
            raise h11.LocalProtocolError("Too little data for declared Content-Length")
        return b""

    # -------------------------------------------------------------------------------- the answer

    def head(self, data: bytes) -> Head | None:
        """Feed received bytes; return the head of the response once it is complete.

        Raises `ProtocolError` or `h11.RemoteProtocolError` if it is invalid.
        """
        self._reader.receive_data(data)
        while True:
            event = self._reader.next_event()
            if event is h11.NEED_DATA:
                return None
            if isinstance(event, h11.Response):
                break
            self._interim += 1
            if self._interim > MAX_INTERIM:
                raise ProtocolError(f"Received more than {MAX_INTERIM} interim responses")
        headers = event.headers.raw_items()
        self._is_kept = self._is_kept and event.http_version == b"1.1" and not _says_close(headers)
        self._frame = self._frame_of(event)
        return Head(event.status_code, event.reason, b"HTTP/" + event.http_version, headers)

    def first(self) -> bytes:
        """Return the bytes of the body that arrived with the head."""
        return self.body(self._reader.trailing_data[0])

    def body(self, data: bytes) -> bytes:
        """Return the bytes of the body in received bytes. Raises `ProtocolError`."""
        return self._frame.feed(data)

    def check(self) -> None:
        """Raise the `ProtocolError` that followed the bytes that `body` returned, if any."""
        if self._frame.error is not None:
            raise self._frame.error

    def feed_eof(self) -> None:
        """Note the end of the connection. Raises `ProtocolError` if the body is incomplete."""
        self._frame.feed_eof()

    @property
    def is_complete(self) -> bool:
        """Whether the response is complete."""
        return self._frame.is_complete

    @property
    def is_reusable(self) -> bool:
        """Whether the connection can carry another exchange after this one."""
        return self._is_kept and self._frame.is_complete and not self._frame.is_overfull

    def _frame_of(self, head: h11.Response) -> _Frame:
        """Return the framing of the body (RFC 9112, 6.3)."""
        if self._method == "HEAD" or head.status_code in _WITHOUT_BODY:
            return _Whole(0)
        fields = dict(head.headers)  # h11 has checked that neither header occurs twice
        if b"transfer-encoding" in fields:
            return _Chunks()
        if b"content-length" in fields:
            return _Whole(int(fields[b"content-length"]))
        return _UntilEnd()


def _says_close(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(
        name.lower() == b"connection" and b"close" in value.lower() for name, value in headers
    )


class _Whole:
    """A body of a known length."""

    def __init__(self, length: int) -> None:
        self._length = self._left = length
        self.is_complete = not length
        self.is_overfull = False
        self.error = None

    def feed(self, data: bytes) -> bytes:
        self.is_overfull = len(data) > self._left
        data = data[: self._left]
        self._left -= len(data)
        self.is_complete = not self._left
        return data

    def feed_eof(self) -> None:
        if self._left:
            raise ProtocolError(
                "peer closed connection without sending complete message body "
                f"(received {self._length - self._left} bytes, expected {self._length})"
            )


class _UntilEnd:
    """A body that ends when the connection does."""

    is_complete = False
    is_overfull = True
    error = None

    def feed(self, data: bytes) -> bytes:
        return data

    def feed_eof(self) -> None:
        self.is_complete = True


class _Chunks:
    """A body in chunks (RFC 9112, 7.1)."""

    def __init__(self) -> None:
        self._held = b""  # the start of an incomplete line
        self._left = 0  # bytes left of the chunk, with its line end
        self._trailers = 0  # bytes of the trailers, at least one once they have begun
        self.is_complete = False
        self.is_overfull = False
        self.error: ProtocolError | None = None

    def feed(self, data: bytes) -> bytes:
        # Groq sends each event as one chunk, which one read receives.
        if not (self._left or self._held or self._trailers) and (size := _SIZE.match(data)):
            begin = size.end()
            end = begin + int(size[1], 16)
            if begin < end == len(data) - 2 and data.endswith(b"\r\n"):
                return data[begin:end]
        return self._feed_any(data)

    def _feed_any(self, data: bytes) -> bytes:
        pieces: list[bytes] = []
        if self._held:
            data, self._held = self._held + data, b""
        try:
            self._cut(data, pieces)
        except ProtocolError as error:
            if not pieces:
                raise
            self.error = error  # raised by `check`, after the valid bytes before it are read
        return b"".join(pieces)

    def _cut(self, data: bytes, pieces: list[bytes]) -> None:
        at = 0
        while at < len(data):
            if self._left:
                at = self._in_chunk(data, at, pieces)
            elif self.is_complete:
                self.is_overfull = True
                return
            elif self._trailers:
                at = self._in_trailers(data, at)
            else:
                at = self._in_size(data, at)

    def _in_size(self, data: bytes, at: int) -> int:
        size = _SIZE.match(data, at)
        if size is None:
            if data.find(b"\n", at) >= 0 or len(data) - at > _MAX_LINE:
                raise ProtocolError("Expected the size of a chunk")
            self._held = data[at:]
            return len(data)
        if size.end() - at > _MAX_LINE:
            raise ProtocolError("The line with the size of a chunk is too long")
        length = int(size[1], 16)
        if length:
            self._left = length + 2
        else:
            self._trailers = 1
        return size.end()

    def _in_chunk(self, data: bytes, at: int, pieces: list[bytes]) -> int:
        """Read the available part of a chunk; its last two bytes are a line end."""
        left = self._left
        if left > 2:
            piece = data[at : at + left - 2]
            pieces.append(piece)
            self._left -= len(piece)
            return at + len(piece)
        line_end = data[at : at + left]
        if line_end != b"\r\n"[2 - left : 2 - left + len(line_end)]:
            raise ProtocolError("Expected a chunk to end where its size says")
        self._left -= len(line_end)
        return at + len(line_end)

    def _in_trailers(self, data: bytes, at: int) -> int:
        """Skip the fields that may follow the last chunk, up to the empty line."""
        end = data.find(b"\n", at)
        if end < 0:
            self._held = data[at:]
            end = len(data) - 1
        elif data[at : end + 1] in (b"\r\n", b"\n"):
            self.is_complete = True
            return end + 1
        else:
            self._trailers += end + 1 - at
        if self._trailers + len(self._held) > MAX_HEAD:
            raise ProtocolError("The trailers are too long")
        return end + 1

    def feed_eof(self) -> None:
        if not self.is_complete:
            raise ProtocolError(
                "peer closed connection without sending complete message body "
                "(incomplete chunked read)"
            )


_Frame = _Whole | _UntilEnd | _Chunks
