"""Takes a multipart form apart as it arrives, keeping no more of it than asked."""

from __future__ import annotations

import hashlib
from email.message import Message

from ._received import FormPart, Headers, KeptBytes

_MOST_PARTS = 1000


class MultipartError(ValueError):
    """Says what is wrong with a multipart body."""


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary in a `content-type`; `None` if it is not a multipart form."""
    if "multipart" not in content_type.lower():
        return None  # Parsing the header takes longer than all other headers of a request.
    message = Message()
    message["content-type"] = content_type
    if message.get_content_type() != "multipart/form-data":
        return None
    boundary = message.get_param("boundary")
    return boundary.encode("latin-1") if isinstance(boundary, str) else b""


class MultipartParser:
    """Reads a `multipart/form-data` body (RFC 7578) from pieces split anywhere."""

    def __init__(self, boundary: bytes, keep: int) -> None:
        # The delimiter begins with a line break, which the very first one need not have.
        self._delimiter = b"\r\n--" + boundary
        self._keep = keep
        self._buffer = bytearray(b"\r\n")
        self._part: _OpenPart | None = None
        self._is_finished = False
        self._parts: list[FormPart] = []

    def feed(self, data: bytes) -> None:
        """Add bytes of the body."""
        self._buffer += data
        while not self._is_finished and self._advance():
            pass

    def close(self) -> tuple[FormPart, ...]:
        """Return the parts of the complete body."""
        if not self._is_finished:
            raise MultipartError("the multipart body ends before its closing boundary")
        return tuple(self._parts)

    def _advance(self) -> bool:
        at = self._buffer.find(self._delimiter)
        if at < 0:
            # A delimiter may have begun at the end of what has come so far.
            self._consume(max(0, len(self._buffer) - len(self._delimiter) + 1))
            return False
        after = at + len(self._delimiter)
        if self._buffer.startswith(b"--", after):
            self._finish_part(at)
            self._is_finished = True
            return False
        end = self._buffer.find(b"\r\n\r\n", after)
        if end < 0:
            self._consume(at)
            if len(self._buffer) > 65536:
                raise MultipartError("the headers of a part are too long")
            return False
        headers = bytes(self._buffer[after:end])
        self._finish_part(at)
        self._part = _OpenPart(headers, self._keep)
        del self._buffer[: end + 4 - at]
        return True

    def _consume(self, count: int) -> None:
        if count:
            if self._part is not None:
                self._part.add(bytes(self._buffer[:count]))
            del self._buffer[:count]

    def _finish_part(self, at: int) -> None:
        self._consume(at)
        if self._part is not None:
            if len(self._parts) == _MOST_PARTS:
                raise MultipartError(f"a form has at most {_MOST_PARTS} parts")
            self._parts.append(self._part.close())
            self._part = None


class _OpenPart:
    def __init__(self, headers: bytes, keep: int) -> None:
        lines = headers.decode("utf-8", "replace").split("\r\n")
        pairs = (line.partition(":") for line in lines if line.strip())
        self._headers = Headers((name.strip(), value.strip()) for name, _, value in pairs)
        self._name, self._filename = _disposition(self._headers.get("content-disposition", ""))
        self._content = KeptBytes(keep)
        self._size = 0
        self._digest = hashlib.sha256()

    def add(self, data: bytes) -> None:
        self._size += len(data)
        self._digest.update(data)
        self._content.add(data)

    def close(self) -> FormPart:
        return FormPart(
            name=self._name,
            filename=self._filename,
            headers=self._headers,
            content=self._content.value(),
            size=self._size,
            sha256=self._digest.hexdigest(),
        )


def _disposition(header: str) -> tuple[str, str | None]:
    message = Message()
    message["content-disposition"] = header
    name = message.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise MultipartError("a part of the form has no name")
    return name, message.get_filename()
