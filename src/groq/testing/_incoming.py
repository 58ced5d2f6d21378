"""`IncomingRequest`: a request while it arrives, with the kept part of its body."""

from __future__ import annotations

from typing import NamedTuple

from ._http import MAX_BODY, ProtocolError, RequestHead
from ._multipart import MultipartError, MultipartParser, boundary_of
from ._received import FormPart, KeptBytes, ReceivedRequest

_MAX_FORM_KEPT = 1024 * 1024
"""Bytes of a form that are kept as received; its parts are kept separately."""


class ReadLimits(NamedTuple):
    """How much of a request is kept, and how long the server waits for it."""

    keep_bytes: int
    head_timeout: float
    """Seconds for the headers, once they have begun."""
    body_timeout: float
    """Seconds for the body, once the server reads it."""


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
        length = MAX_BODY if self.head.length is None else self.head.length
        return min(length, self._keep) + min(length, self._keep_of_parts)

    def feed(self, data: bytes) -> None:
        """Add a piece of the body."""
        self._size += len(data)
        if self._size > MAX_BODY:
            raise ProtocolError(413, f"A body has at most {MAX_BODY} bytes")
        self._body.add(data)
        if self._form is not None:
            try:
                self._form.feed(data)
            except MultipartError as error:
                raise ProtocolError(400, f"The form cannot be read: {error}") from error

    def finish(self, request_id: str, connection: int, *, is_whole: bool = True) -> ReceivedRequest:
        """Return the request, without its body if that is incomplete."""
        head = self.head
        parts: tuple[FormPart, ...] = ()
        if self._form is not None and is_whole:
            try:
                parts = self._form.close()
            except MultipartError as error:
                raise ProtocolError(400, f"The form cannot be read: {error}") from error
        return ReceivedRequest(
            id=request_id,
            method=head.method,
            path=head.path,
            # The head may be that of other requests too.
            query=dict(head.query),
            headers=head.headers,
            body=self._body.value(),
            size=self._size,
            parts=parts,
            target=head.target,
            connection=connection,
        )
