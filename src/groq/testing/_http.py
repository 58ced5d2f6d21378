"""HTTP/1.1 for the server, without I/O: parses requests and encodes responses (RFC 9112)."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple, TypeAlias

from ._received import Headers, split_target

MAX_BODY = 1024**3
"""The largest body of a request, in bytes."""
_MAX_HEAD = 64 * 1024
_TLS_HANDSHAKE = 0x16
"""The first byte of a client that speaks TLS."""
_MAX_LINE = 4096
"""The longest line with the size of a chunk, in bytes."""

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - a token of the grammar
_VALUE = r"[!-~\x80-\xff]+(?:[ \t]+[!-~\x80-\xff]+)*"
_FIELD = re.compile(rf"({_TOKEN}):[ \t]*(?:({_VALUE})[ \t]*)?\r?\n")
_HEAD = re.compile(rf"({_TOKEN}) ([!-~]+) HTTP/([0-9]\.[0-9])\r?\n((?:{_FIELD.pattern})*)\r?\n")
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_LENGTH = re.compile(r"[0-9]{1,15}")


class ProtocolError(Exception):
    """The received bytes are invalid; it has the status of the response."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class RequestHead(NamedTuple):
    """The request line and the headers."""

    method: str
    target: str
    path: str
    query: Mapping[str, str]
    is_http_1_0: bool
    headers: Headers
    length: int | None
    """The bytes of the body; `None` if it is chunked."""
    keeps_alive: bool
    """Whether the connection stays open for another request."""
    expects_continue: bool
    """Whether the client waits for `100 Continue` before it sends the body."""


class EndOfRequest:
    """Marks the end of a request."""


_END = EndOfRequest()
Event: TypeAlias = RequestHead | bytes | EndOfRequest


class RequestParser:
    """Parses received bytes into heads, pieces of bodies, and ends of requests.

    It is strict where a lenient parser could be made to see another request than a proxy does:
    in names and values of headers, in lengths, and in chunks.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        """How much of the buffer is known not to have the end of a head."""
        self._body: _Sized | _Chunked | None = None

    def __len__(self) -> int:
        """Return the number of bytes received since the last event."""
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Add received bytes."""
        self._buffer += data

    @property
    def is_in_head(self) -> bool:
        """Whether a head has begun and is incomplete."""
        return self._body is None and bool(self._buffer)

    @property
    def is_in_body(self) -> bool:
        """Whether a body has begun and is incomplete."""
        return self._body is not None

    def next_event(self) -> Event | None:
        """Return the next event; `None` if more bytes are needed."""
        if self._body is None:
            return self._next_head()
        piece = self._body.read(self._buffer)
        if piece:
            return piece
        if not self._body.is_complete:
            return None
        self._body = None
        return _END

    def _next_head(self) -> RequestHead | None:
        buffer = self._buffer
        if not buffer:
            return None
        if buffer[0] in b"\r\n":
            # Old clients send an empty line after a body, which RFC 9112 says to skip.
            buffer[:] = buffer.lstrip(b"\r\n")
        if buffer and buffer[0] == _TLS_HANDSHAKE:
            raise ProtocolError(400, "Expected HTTP but received TLS; the URL begins with http://")
        end = _END_OF_HEAD.search(buffer, self._searched)
        size = len(buffer) if end is None else end.end()
        if size > _MAX_HEAD:
            raise ProtocolError(431, f"The head of a request has at most {_MAX_HEAD} bytes")
        if end is None:
            self._searched = max(0, size - 2)
            return None
        self._searched = 0
        head = _parse_head(buffer[:size].decode("latin-1"))
        del buffer[:size]
        self._body = _Chunked() if head.length is None else _Sized(head.length)
        return head


@lru_cache(maxsize=64)  # A client sends most of its heads again and again.
def _parse_head(text: str) -> RequestHead:
    found = _HEAD.fullmatch(text)
    if found is None:
        raise ProtocolError(400, _what_is_wrong(text))
    method, target, version, fields = found.group(1, 2, 3, 4)
    headers = Headers(_FIELD.findall(fields))
    if version[0] != "1":
        raise ProtocolError(505, "Only HTTP/1.0 and HTTP/1.1 are supported")
    is_http_1_0 = version == "1.0"
    host = headers.get("host", "")
    if "," in host or not (host or is_http_1_0):
        raise ProtocolError(400, "A request has one `host` header")
    if headers.get("expect", "100-continue").lower() != "100-continue":
        raise ProtocolError(417, "Only `100-continue` can be expected")
    path, query = split_target(target)
    return RequestHead(
        method,
        target,
        path,
        query,
        is_http_1_0,
        headers,
        _length_of(headers, is_http_1_0=is_http_1_0),
        keeps_alive=not is_http_1_0 and "close" not in headers.get("connection", "").lower(),
        expects_continue=not is_http_1_0 and "expect" in headers,
    )


def _length_of(headers: Headers, *, is_http_1_0: bool) -> int | None:
    """Return the length of a body, or `None` for one in chunks (RFC 9112, 6.3)."""
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if coding is not None:
        # A proxy in front may use one and this server the other (RFC 9112, 6.1).
        if length is not None:
            raise ProtocolError(
                400, "A request has a content-length or a transfer-encoding, not both"
            )
        if is_http_1_0:
            raise ProtocolError(400, "HTTP/1.0 has no transfer-encoding")
        if coding.lower() != "chunked":
            raise ProtocolError(501, "Only the transfer-encoding `chunked` is supported")
        return None
    if length is None:
        return 0
    if not _LENGTH.fullmatch(length):
        raise ProtocolError(400, "A content-length is one number")
    if int(length) > MAX_BODY:
        raise ProtocolError(413, f"A body has at most {MAX_BODY} bytes")
    return int(length)


def _what_is_wrong(head: str) -> str:
    first, *fields = head.split("\n")
    if not _HEAD.match(first + "\n\n"):
        return "The request line is invalid"
    wrong = next(place for place, line in enumerate(fields, 1) if not _FIELD.match(line + "\n"))
    return f"Header {wrong} of the request is invalid"


class _Sized:
    """A body of a known length."""

    def __init__(self, length: int) -> None:
        self._left = length

    @property
    def is_complete(self) -> bool:
        return not self._left

    def read(self, buffer: bytearray) -> bytes:
        """Take the next piece out of the buffer; it is empty if there is none."""
        piece = _take(buffer, self._left)
        self._left -= len(piece)
        return piece


class _Chunked:
    """A body in chunks (RFC 9112, 7.1)."""

    def __init__(self) -> None:
        self._left = 0
        """The bytes that are left of a chunk, without its line end."""
        self._is_in_chunk = False
        self._is_in_trailers = False
        self._trailers = 0
        """The bytes of the trailers, which are dropped."""
        self.is_complete = False

    def read(self, buffer: bytearray) -> bytes:
        """Take the next piece out of the buffer; it is empty if there is none."""
        while not self.is_complete:
            if self._left:
                piece = _take(buffer, self._left)
                self._left -= len(piece)
                return piece
            if self._is_in_chunk:
                is_done = self._end_chunk(buffer)
            elif self._is_in_trailers:
                is_done = self._skip_trailer(buffer)
            else:
                is_done = self._begin_chunk(buffer)
            if not is_done:
                break
        return b""

    def _begin_chunk(self, buffer: bytearray) -> bool:
        size = _SIZE.match(buffer)
        if size is None:
            if b"\n" in buffer or len(buffer) > _MAX_LINE:
                raise ProtocolError(400, "Expected the size of a chunk")
            return False
        self._left = int(size[1], 16)
        self._is_in_chunk = self._left > 0
        self._is_in_trailers = not self._is_in_chunk
        del buffer[: size.end()]
        return True

    def _end_chunk(self, buffer: bytearray) -> bool:
        if not b"\r\n".startswith(buffer[:2]):
            raise ProtocolError(400, "Expected a chunk to end where its size says")
        if len(buffer) < 2:
            return False
        del buffer[:2]
        self._is_in_chunk = False
        return True

    def _skip_trailer(self, buffer: bytearray) -> bool:
        end = buffer.find(b"\n") + 1
        if self._trailers + (end or len(buffer)) > _MAX_HEAD:
            raise ProtocolError(431, f"The trailers of a request have at most {_MAX_HEAD} bytes")
        if not end:
            return False
        line = buffer[:end].decode("latin-1")
        self.is_complete = line in ("\r\n", "\n")
        if not self.is_complete and not _FIELD.fullmatch(line):
            raise ProtocolError(400, "A trailer of the request is invalid")
        self._trailers += end
        del buffer[:end]
        return True


def _take(buffer: bytearray, most: int) -> bytes:
    """Take at most that many bytes from the front."""
    piece = bytes(buffer[:most]) if most < len(buffer) else bytes(buffer)
    del buffer[: len(piece)]
    return piece


_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def phrase_of(status: int) -> str:
    """Return the usual reason phrase of a status."""
    return _PHRASES.get(status, "Unnamed")


def encode_head(status: int, headers: Mapping[str, str], reason: str | None = None) -> bytes:
    """Return the status line and the headers of a response."""
    lines = [f"HTTP/1.1 {status} {phrase_of(status) if reason is None else reason}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if "date" not in headers:
        lines.append(f"date: {_date(int(time.time()))}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def encode_chunk(data: bytes) -> bytes:
    """Frame one chunk of a body in chunked encoding."""
    return b"%x\r\n%b\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
