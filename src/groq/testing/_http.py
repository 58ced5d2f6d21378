"""HTTP/1.1 for the server, without I/O: h11 parses requests, and responses are written here.

The standard is RFC 9112.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TypeAlias

import h11

from ._multipart import MultipartError, MultipartParser, boundary_of
from ._received import FormPart, Headers, KeptBytes, ReceivedRequest, split_target

_MAX_HEAD = 64 * 1024
_MOST_AT_ONCE = 16 * 1024
_MAX_BODY = 1024**3
_MAX_FORM_KEPT = 1024 * 1024
"""Bytes of a form that are kept as received; its parts are kept separately."""


class ProtocolError(Exception):
    """The received bytes are invalid; it has the status of the response."""

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

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection stays open for another request."""
        connection = self.headers.get("connection", "").lower()
        return "close" not in connection and not self.is_http_1_0

    @property
    def expects_continue(self) -> bool:
        """Whether the client waits for `100 Continue` before it sends the body."""
        return self.headers.get("expect", "").lower() == "100-continue"


class EndOfRequest:
    """Marks the end of a request."""


Event: TypeAlias = RequestHead | bytes | EndOfRequest


class RequestParser:
    """Parses received bytes into heads, pieces of bodies, and ends of requests."""

    def __init__(self) -> None:
        self._connection = _new_connection()
        self._unread = bytearray()
        self._waiting = 0

    def __len__(self) -> int:
        """Return the number of bytes received since the last event."""
        return self._waiting + len(self._unread)

    def feed(self, data: bytes) -> None:
        """Add received bytes."""
        self._unread += data

    def _feed(self, data: bytes) -> None:
        if not self._waiting and self._connection.their_state is h11.IDLE:
            # Old clients send an empty line after a body, which RFC 9112 says to skip.
            data = data.lstrip(b"\r\n")
        if not data:
            return
        self._waiting += len(data)
        try:
            self._connection.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise ProtocolError(error.error_status_hint, str(error)) from error

    @property
    def is_in_head(self) -> bool:
        """Whether a head has begun and is incomplete."""
        return bool(self._waiting) and self._connection.their_state is h11.IDLE

    def next_event(self) -> Event | None:
        """Return the next event; `None` if more bytes are needed."""
        while True:
            event = self._next_event()
            if event is not None or not self._unread:
                return event
            # At the end of each request h11 copies the rest of its buffer, which is kept small.
            data = bytes(self._unread[:_MOST_AT_ONCE])
            del self._unread[:_MOST_AT_ONCE]
            self._feed(data)

    def _next_event(self) -> Event | None:
        try:
            event = self._connection.next_event()
        except h11.RemoteProtocolError as error:
            raise ProtocolError(error.error_status_hint, str(error)) from error
        if isinstance(event, h11.Request):
            return _head_of(event)
        if isinstance(event, h11.Data):
            self._waiting = 0
            return bytes(event.data)
        if isinstance(event, h11.EndOfMessage):
            # An h11 connection parses one request, because responses are not written by h11.
            rest, _ = self._connection.trailing_data
            self._connection = _new_connection()
            self._waiting = 0
            if rest:
                self._feed(rest)
            return EndOfRequest()
        return None


def _new_connection() -> h11.Connection:
    return h11.Connection(h11.SERVER, max_incomplete_event_size=_MAX_HEAD)


def _head_of(event: h11.Request) -> RequestHead:
    pairs = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in event.headers.raw_items()
    ]
    headers = Headers(pairs)
    if "transfer-encoding" in headers and "content-length" in headers:
        # A proxy in front may use one and this server the other (RFC 9112, 6.1).
        raise ProtocolError(400, "A request has a content-length or a transfer-encoding, not both")
    if not event.http_version.startswith(b"1."):
        raise ProtocolError(505, "Only HTTP/1.0 and HTTP/1.1 are supported")
    if headers.get("expect", "100-continue").lower() != "100-continue":
        raise ProtocolError(417, "Only `100-continue` can be expected")
    if int(headers.get("content-length", "0")) > _MAX_BODY:
        raise ProtocolError(413, f"A body has at most {_MAX_BODY} bytes")
    return RequestHead(
        method=event.method.decode("ascii"),
        target=event.target.decode("latin-1"),
        is_http_1_0=event.http_version < b"1.1",
        headers=headers,
    )


class IncomingRequest:
    """Collects a request, with at most `keep` bytes of its body.

    Of a form, the parts are kept, and the whole body only with `is_kept_whole`.
    """

    def __init__(self, head: RequestHead, keep: int, *, is_kept_whole: bool = False) -> None:
        self.head = head
        self._size = 0
        boundary = boundary_of(head.headers.get("content-type", ""))
        self._form = None if boundary is None else MultipartParser(boundary, keep)
        self._keep = keep if boundary is None or is_kept_whole else min(keep, _MAX_FORM_KEPT)
        self._keep_of_parts = 0 if boundary is None else keep
        self._body = KeptBytes(self._keep)

    @property
    def most_kept(self) -> int:
        """How many bytes may be kept, if a form has no more than one large part."""
        headers = self.head.headers
        is_chunked = "transfer-encoding" in headers
        length = _MAX_BODY if is_chunked else int(headers.get("content-length", "0"))
        return min(length, self._keep) + min(length, self._keep_of_parts)

    def feed(self, data: bytes) -> None:
        """Add a piece of the body."""
        self._size += len(data)
        if self._size > _MAX_BODY:
            raise ProtocolError(413, f"A body has at most {_MAX_BODY} bytes")
        self._body.add(data)
        if self._form is not None:
            try:
                self._form.feed(data)
            except MultipartError as error:
                raise ProtocolError(400, f"The form cannot be read: {error}") from error

    def finish(self, request_id: str, connection: int, *, is_whole: bool = True) -> ReceivedRequest:
        """Return the request, without its body if that is incomplete."""
        path, query = split_target(self.head.target)
        parts: tuple[FormPart, ...] = ()
        if self._form is not None and is_whole:
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
            body=self._body.value(),
            size=self._size,
            parts=parts,
            target=self.head.target,
            connection=connection,
        )


_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def encode_head(status: int, headers: Mapping[str, str]) -> bytes:
    """Return the status line and the headers of a response."""
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, 'Unnamed')}"]
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
