"""HTTP/1.1 as far as a server needs it: bytes in, requests out, and heads for answers.

It reads nothing and writes nothing itself. RFC 9112 is the standard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from enum import Enum, auto
from http import HTTPStatus
from typing import TypeAlias

from ._multipart import MultipartError, MultipartParser, boundary_of
from ._received import FormPart, Headers, ReceivedRequest, split_target

_MAX_HEAD = 256 * 1024
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class ProtocolError(Exception):
    """Says what is wrong with the bytes received, and the status to answer with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class RequestHead:
    """The request line and the headers."""

    method: str
    target: str
    is_http_1_0: bool
    headers: Headers
    length: int | None
    """Bytes of body; `None` when it comes in chunks."""

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection is to serve another request."""
        connection = self.headers.get("connection", "").lower()
        return "close" not in connection and not self.is_http_1_0

    @property
    def expects_continue(self) -> bool:
        """Whether the client waits for leave before it sends the body."""
        return self.headers.get("expect", "").lower() == "100-continue"


class EndOfRequest:
    """Says that a request is whole."""


Event: TypeAlias = RequestHead | bytes | EndOfRequest


class RequestParser:
    """Takes bytes split anywhere, gives heads, pieces of body, and ends of requests."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._left = 0
        self._state: _State = _State.HEAD

    def __len__(self) -> int:
        """Gives the number of bytes not looked at yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Takes bytes off the connection."""
        self._buffer += data

    def next_event(self) -> Event | None:
        """Gives what comes next, `None` when more bytes are needed."""
        if self._state is _State.HEAD:
            return self._read_head()
        if self._state is _State.BODY:
            return self._read_body()
        return self._read_chunk()

    def _read_head(self) -> RequestHead | None:
        # Clients of old sent an empty line after a body; RFC 9112 says to skip it.
        while self._buffer.startswith(b"\r\n"):
            del self._buffer[:2]
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or end > _MAX_HEAD:
            if len(self._buffer) > _MAX_HEAD:
                raise ProtocolError(431, "The headers are too long")
            return None
        head = parse_head(bytes(self._buffer[:end]))
        del self._buffer[: end + 4]
        self._state = _State.CHUNK_SIZE if head.length is None else _State.BODY
        self._left = head.length or 0
        return head

    def _read_body(self) -> bytes | EndOfRequest | None:
        if not self._left:
            self._state = _State.HEAD
            return EndOfRequest()
        return self._take()

    def _take(self) -> bytes | None:
        if not self._buffer:
            return None
        piece = bytes(self._buffer[: self._left])
        del self._buffer[: self._left]
        self._left -= len(piece)
        return piece

    def _read_chunk(self) -> bytes | EndOfRequest | None:
        while True:
            if self._state is _State.CHUNK:
                if self._left:
                    return self._take()
                if len(self._buffer) < 2:
                    return None
                del self._buffer[:2]
                self._state = _State.CHUNK_SIZE
            line_end = self._buffer.find(b"\r\n")
            if line_end < 0:
                if len(self._buffer) > 8192:
                    raise ProtocolError(400, "A chunk has no readable size")
                return None
            line = bytes(self._buffer[:line_end])
            del self._buffer[: line_end + 2]
            if self._state is _State.TRAILERS:
                if line:
                    continue
                self._state = _State.HEAD
                return EndOfRequest()
            self._left = _chunk_size(line)
            self._state = _State.CHUNK if self._left else _State.TRAILERS


class _State(Enum):
    HEAD = auto()
    BODY = auto()
    CHUNK_SIZE = auto()
    CHUNK = auto()
    TRAILERS = auto()


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", digits):
        raise ProtocolError(400, "A chunk has no readable size")
    return int(digits, 16)


def parse_head(block: bytes) -> RequestHead:
    """Reads a request line and its headers, without the empty line that ends them."""
    request_line, *lines = block.decode("latin-1").split("\r\n")
    words = request_line.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or not _TOKEN.fullmatch(words[0]):
        raise ProtocolError(400, "The request line is not HTTP/1.1")
    pairs: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name):
            raise ProtocolError(400, "A header line is not `name: value`")
        pairs.append((name, value.strip(" \t")))
    headers = Headers(pairs)
    is_chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit():
        raise ProtocolError(400, "The content-length is not a number")
    return RequestHead(
        method=words[0],
        target=words[1],
        is_http_1_0=words[2] == "HTTP/1.0",
        headers=headers,
        length=None if is_chunked else int(length),
    )


class IncomingRequest:
    """Collects a request until it is whole, keeping no more of its body than `keep` bytes."""

    def __init__(self, head: RequestHead, keep: int) -> None:
        self.head = head
        self._keep = keep
        self._body = bytearray()
        self._size = 0
        boundary = boundary_of(head.headers.get("content-type", ""))
        self._form = None if boundary is None else MultipartParser(boundary, keep)

    def feed(self, data: bytes) -> None:
        """Takes a piece of the body."""
        self._size += len(data)
        if len(self._body) < self._keep:
            self._body += data[: self._keep - len(self._body)]
        if self._form is not None:
            try:
                self._form.feed(data)
            except MultipartError as error:
                raise ProtocolError(400, f"The form cannot be read: {error}") from error

    def finish(self, request_id: str, connection: int) -> ReceivedRequest:
        """Gives the request once its body has ended."""
        path, query = split_target(self.head.target)
        parts: tuple[FormPart, ...] = ()
        if self._form is not None:
            try:
                parts = self._form.close()
            except MultipartError as error:
                raise ProtocolError(400, f"The form cannot be read: {error}") from error
        return ReceivedRequest(
            id=request_id,
            method=self.head.method,
            path=path,
            query=query,
            headers=self.head.headers,
            body=bytes(self._body),
            size=self._size,
            parts=parts,
            connection=connection,
        )


_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def encode_head(status: int, headers: Mapping[str, str]) -> bytes:
    """Writes the status line and the headers of an answer."""
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, 'Unnamed')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"date: {formatdate(usegmt=True)}", "", ""]
    return "\r\n".join(lines).encode("latin-1")


def encode_chunk(data: bytes) -> bytes:
    """Frames one chunk of a body in chunked encoding."""
    return b"%x\r\n%b\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
