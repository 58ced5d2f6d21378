"""HTTP/1.1 as far as a server needs it: h11 reads requests; heads of answers are written here.

It reads nothing and writes nothing itself. RFC 9112 is the standard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import TypeAlias

import h11

from ._multipart import MultipartError, MultipartParser, boundary_of
from ._received import FormPart, Headers, ReceivedRequest, split_target

_MAX_HEAD = 64 * 1024
_MAX_BODY = 1024**3
_MAX_FORM_KEPT = 1024 * 1024
"""Bytes kept of a form as it came; its parts are kept apart."""


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
        self._connection = _new_connection()
        self._waiting = 0

    def __len__(self) -> int:
        """Gives the number of bytes that came since the last event."""
        return self._waiting

    def feed(self, data: bytes) -> None:
        """Takes bytes off the connection."""
        if not self._waiting and self._connection.their_state is h11.IDLE:
            # Clients of old sent an empty line after a body; RFC 9112 says to skip it.
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
        """Whether a head has begun and is not whole."""
        return bool(self._waiting) and self._connection.their_state is h11.IDLE

    def next_event(self) -> Event | None:
        """Gives what comes next, `None` when more bytes are needed."""
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
            # One h11 connection reads one request: what it would write is written elsewhere.
            rest, _ = self._connection.trailing_data
            self._connection = _new_connection()
            self._waiting = 0
            if rest:
                self.feed(rest)
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
        # Whoever stands in front may take the one, and we the other: RFC 9112, 6.1.
        raise ProtocolError(400, "A request has a content-length or a transfer-encoding, not both")
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
    """Collects a request until it is whole, keeping no more of its body than `keep` bytes.

    Of a form the parts are kept, and little more, unless `is_kept_whole`.
    """

    def __init__(self, head: RequestHead, keep: int, *, is_kept_whole: bool = False) -> None:
        self.head = head
        self._body = bytearray()
        self._size = 0
        boundary = boundary_of(head.headers.get("content-type", ""))
        self._form = None if boundary is None else MultipartParser(boundary, keep)
        self._keep = keep if boundary is None or is_kept_whole else min(keep, _MAX_FORM_KEPT)

    def feed(self, data: bytes) -> None:
        """Takes a piece of the body."""
        self._size += len(data)
        if self._size > _MAX_BODY:
            raise ProtocolError(413, f"A body has at most {_MAX_BODY} bytes")
        if len(self._body) < self._keep:
            self._body += data[: self._keep - len(self._body)]
        if self._form is not None:
            try:
                self._form.feed(data)
            except MultipartError as error:
                raise ProtocolError(400, f"The form cannot be read: {error}") from error

    def finish(self, request_id: str, connection: int, *, is_whole: bool = True) -> ReceivedRequest:
        """Gives the request once its body has ended, or, if not whole, without its body."""
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
            body=bytes(self._body),
            size=self._size,
            parts=parts,
            target=self.head.target,
            connection=connection,
        )


_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def encode_head(status: int, headers: Mapping[str, str]) -> bytes:
    """Writes the status line and the headers of an answer."""
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, 'Unnamed')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if "date" not in headers:
        lines.append(f"date: {formatdate(usegmt=True)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def encode_chunk(data: bytes) -> bytes:
    """Frames one chunk of a body in chunked encoding."""
    return b"%x\r\n%b\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
