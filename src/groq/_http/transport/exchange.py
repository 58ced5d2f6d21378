"""`Exchange`: one request and its answer in HTTP/1.1, as bytes (RFC 9112).

h11 writes and reads the heads. The framing of the body is done here, many chunks at a time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import h11

if TYPE_CHECKING:
    import httpx

MAX_HEAD = 64 * 1024
"""Bytes that the head of an answer may have."""

MAX_INTERIM = 20
"""Interim answers (1xx) that may come before the final one."""

_MAX_LINE = 4096
"""Bytes that the line with the size of a chunk may have."""

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_WITHOUT_BODY = {204, 304}


class ProtocolError(Exception):
    """The other side does not keep to HTTP/1.1."""


class Head(NamedTuple):
    """The first part of an answer."""

    status: int
    reason: bytes
    http_version: bytes
    headers: list[tuple[bytes, bytes]]


class Exchange:
    """Turns a request into bytes, and bytes into its answer: no sockets, no waiting.

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

    def framed(self, piece: bytes) -> bytes:
        """Return a piece of the request's body as it is sent."""
        if self._sends_chunks:
            return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""
        self._to_send -= len(piece)
        if self._to_send < 0:
            raise h11.LocalProtocolError("Too much data for declared Content-Length")
        return piece

    def framed_end(self) -> bytes:
        """Return what ends the request's body."""
        if self._sends_chunks:
            return b"0\r\n\r\n"
        if self._to_send:
            raise h11.LocalProtocolError("Too little data for declared Content-Length")
        return b""

    # -------------------------------------------------------------------------------- the answer

    def head(self, data: bytes) -> Head | None:
        """Take bytes of the answer; return its head once that is whole.

        Raises `ProtocolError` or `h11.RemoteProtocolError` if it is none.
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
                raise ProtocolError(f"More than {MAX_INTERIM} interim answers came")
        headers = event.headers.raw_items()
        self._is_kept = self._is_kept and event.http_version == b"1.1" and not _says_close(headers)
        self._frame = self._frame_of(event)
        return Head(event.status_code, event.reason, b"HTTP/" + event.http_version, headers)

    def first(self) -> bytes:
        """Return what of the body came with the head."""
        return self.body(self._reader.trailing_data[0])

    def body(self, data: bytes) -> bytes:
        """Return what of the answer's body these bytes hold. Raises `ProtocolError`."""
        return self._frame.feed(data)

    def check(self) -> None:
        """Raise `ProtocolError` if the framing was wrong after what `body` has returned."""
        if self._frame.error is not None:
            raise self._frame.error

    def end(self) -> None:
        """Take it that the connection has ended. Raises `ProtocolError` if the body has not."""
        self._frame.end()

    @property
    def is_complete(self) -> bool:
        """Whether the answer has come whole."""
        return self._frame.is_complete

    @property
    def is_reusable(self) -> bool:
        """Whether the connection can carry another exchange after this one."""
        return self._is_kept and self._frame.is_complete and not self._frame.is_overfull

    def _frame_of(self, head: h11.Response) -> _Frame:
        """Return how the body is framed (RFC 9112, 6.3)."""
        if self._method == "HEAD" or head.status_code in _WITHOUT_BODY:
            return _Whole(0)
        fields = dict(head.headers)  # h11 has seen to it that there is one of each of the two
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

    def end(self) -> None:
        if self._left:
            raise ProtocolError(
                "peer closed connection without sending complete message body "
                f"(received {self._length - self._left} bytes, expected {self._length})"
            )


class _UntilEnd:
    """A body that ends with its connection."""

    is_complete = False
    is_overfull = True
    error = None

    def feed(self, data: bytes) -> bytes:
        return data

    def end(self) -> None:
        self.is_complete = True


class _Chunks:
    """A body in chunks (RFC 9112, 7.1)."""

    def __init__(self) -> None:
        self._held = b""  # the start of a line, or the end of a chunk without its line end
        self._left = 0  # of the chunk, with its line end
        self._trailers = 0  # bytes of them, once they have begun
        self.is_complete = False
        self.is_overfull = False
        self.error: ProtocolError | None = None

    def feed(self, data: bytes) -> bytes:
        # What Groq sends: each event a chunk, each chunk a read.
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
            self.error = error  # what came before it counts
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
        """Take what there is of a chunk; its last two bytes are a line end."""
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
        """Read over the fields that may follow the last chunk, to the empty line."""
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

    def end(self) -> None:
        if not self.is_complete:
            raise ProtocolError(
                "peer closed connection without sending complete message body "
                "(incomplete chunked read)"
            )


_Frame = _Whole | _UntilEnd | _Chunks
