"""`Exchange`: one request and its response in HTTP/1.1, as bytes (RFC 9112).

h11 writes and parses the heads. Bodies are framed here, which is faster for small chunks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, Union

import h11

if TYPE_CHECKING:
    import httpx

MAX_HEAD = 64 * 1024
"""The largest head of a response, in bytes."""

MAX_INTERIM = 20
"""The most interim responses (1xx) before the final one."""

_MAX_SIZE_LINE = 4096
"""The longest line with the size of a chunk, in bytes."""

_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_STATUSES_WITHOUT_BODY = {204, 304}


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
        self._keeps_alive = not _closes_connection(headers.raw)
        self._framing: _Framing = _BodyUntilEnd()  # not known yet

    # ------------------------------------------------------------------------------- the request

    def encode_piece(self, piece: bytes) -> bytes:
        """Frame a piece of the request body for sending."""
        if self._sends_chunks:
            return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""
        self._to_send -= len(piece)
        if self._to_send < 0:
            raise h11.LocalProtocolError("Too much data for declared Content-Length")
        return piece

    def encode_end(self) -> bytes:
        """Return the bytes that end the request body."""
        if self._sends_chunks:
            return b"0\r\n\r\n"
        if self._to_send:
            raise h11.LocalProtocolError("Too little data for declared Content-Length")
        return b""

    # ------------------------------------------------------------------------------ the response

    def receive_head(self, data: bytes) -> Head | None:
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
        if event.http_version != b"1.1" or _closes_connection(headers):
            self._keeps_alive = False
        self._framing = self._framing_of(event)
        return Head(event.status_code, event.reason, b"HTTP/" + event.http_version, headers)

    def early_body(self) -> bytes:
        """Return the bytes of the body that arrived with the head."""
        return self.receive_body(self._reader.trailing_data[0])

    def receive_body(self, data: bytes) -> bytes:
        """Return the bytes of the body in received bytes. Raises `ProtocolError`."""
        return self._framing.feed(data)

    def raise_delayed_error(self) -> None:
        """Raise the `ProtocolError` in the bytes after those that `receive_body` returned."""
        if self._framing.error is not None:
            raise self._framing.error

    def feed_eof(self) -> None:
        """Note the end of the connection. Raises `ProtocolError` if the body is incomplete."""
        self._framing.feed_eof()

    @property
    def is_complete(self) -> bool:
        """Whether the response is complete."""
        return self._framing.is_complete

    @property
    def is_reusable(self) -> bool:
        """Whether the connection can carry another exchange after this one."""
        return self._keeps_alive and self._framing.is_complete and self._framing.can_reuse

    def _framing_of(self, head: h11.Response) -> _Framing:
        """Return the framing of the body (RFC 9112, 6.3)."""
        if self._method == "HEAD" or head.status_code in _STATUSES_WITHOUT_BODY:
            return _SizedBody(0)
        fields = dict(head.headers)  # h11 has checked that neither header occurs twice
        if b"transfer-encoding" in fields:
            return _ChunkedBody()
        if b"content-length" in fields:
            return _SizedBody(int(fields[b"content-length"]))
        return _BodyUntilEnd()


def _closes_connection(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(
        name.lower() == b"connection" and b"close" in value.lower() for name, value in headers
    )


class _SizedBody:
    """A body of a known length."""

    def __init__(self, length: int) -> None:
        self._length = self._left = length
        self.is_complete = not length
        self.can_reuse = True
        self.error = None

    def feed(self, data: bytes) -> bytes:
        self.can_reuse = len(data) <= self._left
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


class _BodyUntilEnd:
    """A body that ends when the connection does."""

    is_complete = False
    can_reuse = False
    error = None

    def feed(self, data: bytes) -> bytes:
        return data

    def feed_eof(self) -> None:
        self.is_complete = True


class _ChunkedBody:
    """A body in chunks (RFC 9112, 7.1)."""

    def __init__(self) -> None:
        self._unfinished_line = b""  # the start of an incomplete line
        self._left = 0  # bytes left of the chunk, with its line end
        self._trailer_bytes = 0  # bytes of the trailers, at least one once they have begun
        self.is_complete = False
        self.can_reuse = True
        self.error: ProtocolError | None = None

    def feed(self, data: bytes) -> bytes:
        # Groq sends each event as one chunk, which one read receives.
        is_between_chunks = not (self._left or self._unfinished_line or self._trailer_bytes)
        if is_between_chunks and (size := _SIZE_LINE.match(data)):
            begin = size.end()
            end = begin + int(size[1], 16)
            if begin < end == len(data) - 2 and data.endswith(b"\r\n"):
                return data[begin:end]
        return self._feed_slowly(data)

    def _feed_slowly(self, data: bytes) -> bytes:
        pieces: list[bytes] = []
        if self._unfinished_line:
            data, self._unfinished_line = self._unfinished_line + data, b""
        try:
            self._parse(data, pieces)
        except ProtocolError as error:
            if not pieces:
                raise
            self.error = error  # raised after the valid bytes before it are read
        return b"".join(pieces)

    def _parse(self, data: bytes, pieces: list[bytes]) -> None:
        at = 0
        while at < len(data):
            if self._left:
                at = self._read_chunk(data, at, pieces)
            elif self.is_complete:
                self.can_reuse = False
                return
            elif self._trailer_bytes:
                at = self._skip_trailers(data, at)
            else:
                at = self._read_size(data, at)

    def _read_size(self, data: bytes, at: int) -> int:
        size = _SIZE_LINE.match(data, at)
        if size is None:
            if data.find(b"\n", at) >= 0 or len(data) - at > _MAX_SIZE_LINE:
                raise ProtocolError("Expected the size of a chunk")
            self._unfinished_line = data[at:]
            return len(data)
        if size.end() - at > _MAX_SIZE_LINE:
            raise ProtocolError("The line with the size of a chunk is too long")
        length = int(size[1], 16)
        if length:
            self._left = length + 2
        else:
            self._trailer_bytes = 1
        return size.end()

    def _read_chunk(self, data: bytes, at: int, pieces: list[bytes]) -> int:
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

    def _skip_trailers(self, data: bytes, at: int) -> int:
        """Skip the fields that may follow the last chunk, up to the empty line."""
        end = data.find(b"\n", at)
        if end < 0:
            self._unfinished_line = data[at:]
            end = len(data) - 1
        elif data[at : end + 1] in (b"\r\n", b"\n"):
            self.is_complete = True
            return end + 1
        else:
            self._trailer_bytes += end + 1 - at
        if self._trailer_bytes + len(self._unfinished_line) > MAX_HEAD:
            raise ProtocolError("The trailers are too long")
        return end + 1

    def feed_eof(self) -> None:
        if not self.is_complete:
            raise ProtocolError(
                "peer closed connection without sending complete message body "
                "(incomplete chunked read)"
            )


_Framing: TypeAlias = Union[_SizedBody, _BodyUntilEnd, _ChunkedBody]
