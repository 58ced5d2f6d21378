"""The received requests, kept for tests."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, overload
from urllib.parse import parse_qsl

from ._json import object_of, parse

_T = TypeVar("_T")

_PREFIX = "/openai/v1"
_BLOCK_BYTES = 64 * 1024
_MOST_BYTES = 128 * 1024 * 1024
"""The most bytes of bodies and headers that are kept, of all requests together."""


class Headers(Mapping[str, str]):
    """Headers in order of arrival, with case-insensitive lookup."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self._items = tuple(items)
        self._values: dict[str, str] = {}
        self.size: int = 0
        """The characters of all names and values."""
        values = self._values
        for name, value in self._items:
            self.size += len(name) + len(value)
            lower = name.lower()
            values[lower] = f"{values[lower]}, {value}" if lower in values else value

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: str) -> str: ...
    @overload
    def get(self, name: str, /, default: _T) -> str | _T: ...

    def get(self, name: str, /, default: object = None) -> object:
        """Return the value of a header, or the default."""
        return self._values.get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({self.names()!r})"

    def names(self) -> list[str]:
        """Return the names in their original case."""
        return [name for name, _ in self._items]

    def items_received(self) -> tuple[tuple[str, str], ...]:
        """Return all header lines, with repeated ones."""
        return self._items


class KeptBytes:
    """Collects the first `keep` bytes of pieces.

    They are in blocks, because a long array that grows leaves gaps in memory wherever it was.
    """

    def __init__(self, keep: int) -> None:
        self._missing = keep
        self._blocks: list[bytearray] = [bytearray()]

    def add(self, data: bytes) -> None:
        """Add a piece."""
        if not self._missing:
            return
        data = data[: self._missing]
        self._missing -= len(data)
        if len(self._blocks[-1]) + len(data) > _BLOCK_BYTES:
            self._blocks.append(bytearray())
        self._blocks[-1] += data

    def value(self) -> bytes:
        """Return the kept bytes."""
        return b"".join(self._blocks)


@dataclass(frozen=True)
class FormPart:
    """One part of a multipart form."""

    name: str
    filename: str | None
    headers: Headers = field(repr=False)
    content: bytes = field(repr=False)
    """The kept bytes: all, or the first `keep_bytes` of a large part."""
    size: int
    """The number of received bytes."""
    sha256: str = field(repr=False)
    """The digest of all received bytes, kept or not."""

    @classmethod
    def of_text(cls, name: str, text: str) -> FormPart:
        """Return a field with a text."""
        content = text.encode()
        digest = hashlib.sha256(content).hexdigest()
        return cls(name, None, Headers(()), content, len(content), digest)

    @property
    def content_type(self) -> str | None:
        """The media type of the part, by its header."""
        return self.headers.get("content-type")

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8", "replace")

    @property
    def is_whole(self) -> bool:
        """Whether all received bytes were kept."""
        return len(self.content) == self.size


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as it was received."""

    id: str
    """The `x-request-id` of the response."""
    method: str
    path: str
    """The path as it was sent, percent-encoded, without the query."""
    query: Mapping[str, str]
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    """The kept bytes: all, or the first `keep_bytes` of a large body."""
    size: int
    """The number of received bytes of the body."""
    parts: tuple[FormPart, ...] = field(default=(), repr=False)
    """The parts of a multipart form."""
    target: str = ""
    """The path and the query as they were sent."""
    connection: int = 0
    """The number of its connection, from 1; equal numbers mean that it was reused."""

    @property
    def kept_bytes(self) -> int:
        """The bytes of the body that are kept in memory."""
        if not self.parts:
            return len(self.body)
        return len(self.body) + sum(len(part.content) for part in self.parts)

    def json(self) -> Any:
        """Return the parsed JSON body."""
        return parse(self.body)

    @property
    def form(self) -> dict[str, str]:
        """The fields of a multipart form, without files; the last one of repeated fields."""
        return {part.name: part.text for part in self.parts if part.filename is None}

    @property
    def files(self) -> dict[str, FormPart]:
        """The files of a multipart form, by field name."""
        return {part.name: part for part in self.parts if part.filename is not None}

    def query_values(self, name: str) -> list[str]:
        """Return all values of a query parameter."""
        query = parse_qsl(self.target.partition("?")[2], keep_blank_values=True)
        return [value for each, value in query if each == name]

    def values(self, name: str) -> list[str]:
        """Return all values of a form field, such as `timestamp_granularities[]`."""
        return [part.text for part in self.parts if part.name == name]


def origin_form(target: str) -> str:
    """Return the target of a request without scheme and host.

    Those are for proxies, but all servers must accept them (RFC 9112, 3.2.2).
    """
    return target if target.startswith("/") else re.sub(r"(?i)^https?://[^/?]*", "", target)


def split_target(target: str) -> tuple[str, dict[str, str]]:
    """Split the target of a request into its path and its query."""
    path, _, query = origin_form(target).partition("?")
    return path, dict(parse_qsl(query, keep_blank_values=True)) if query else {}


def key_of(request: ReceivedRequest) -> str:
    """Return the API key of a request; empty if there is none."""
    credentials = request.headers.get("authorization", "")
    return credentials[7:].strip() if credentials[:7].lower() == "bearer " else ""


def scopes_of(headers: Headers) -> tuple[str, ...]:
    """Return the scopes of a request: its key, and the value of its scope header."""
    key = headers.get("authorization", "").partition(" ")[2].strip()
    return tuple(filter(None, (key, headers.get("x-groq-local-scope"))))


def plain_path(path: str) -> str:
    """Return a path without `/openai/v1` and outer slashes."""
    return path.removeprefix(_PREFIX).strip("/")


def same_path(path: str, wanted: str) -> bool:
    """Say whether a path equals the expected one, which may omit `/openai/v1`."""
    return plain_path(path) == plain_path(wanted)


class RequestLog:
    """The last received requests, which any thread may read."""

    def __init__(self, keep: int) -> None:
        self._changed = threading.Condition()
        self._keep = keep
        self._bytes = 0
        self._requests: deque[ReceivedRequest] = deque()

    def add(self, request: ReceivedRequest) -> None:
        """Add a request, and drop the oldest ones beyond the limit."""
        with self._changed:
            self._requests.append(request)
            self._bytes += _size_of(request)
            while len(self._requests) > self._keep or (
                self._bytes > _MOST_BYTES and len(self._requests) > 1
            ):
                self._bytes -= _size_of(self._requests.popleft())
            self._changed.notify_all()

    def all(self, scope: str | None = None) -> list[ReceivedRequest]:
        """Return the kept requests, oldest first, of a scope or all."""
        with self._changed:
            return [each for each in self._requests if not scope or _is_in(each, scope)]

    def clear(self, scope: str | None = None) -> None:
        """Drop the requests of a scope, or all."""
        with self._changed:
            kept = [each for each in self._requests if scope and not _is_in(each, scope)]
            self._requests = deque(kept)
            self._bytes = sum(map(_size_of, kept))

    def wait_for(self, count: int, timeout: float) -> bool:
        """Wait for that many requests, and return whether they have arrived."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._requests) >= count, timeout)


def _is_in(request: ReceivedRequest, scope: str) -> bool:
    return scope in scopes_of(request.headers)


def _size_of(request: ReceivedRequest) -> int:
    return request.kept_bytes + request.headers.size + len(request.target)


@dataclass(frozen=True)
class Expectation:
    """The requests that an assertion expects; fields that are `None` match anything."""

    path: str | None = None
    method: str | None = None
    json: Mapping[str, Any] | None = None
    headers: Mapping[str, str] | None = None
    query: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    scope: str | None = None

    def is_met_by(self, request: ReceivedRequest) -> bool:
        """Say whether a request includes everything that is expected."""
        if self.path is not None and not same_path(request.path, self.path):
            return False
        if self.scope is not None and self.scope not in scopes_of(request.headers):
            return False
        if self.method is not None and request.method != self.method.upper():
            return False
        if self.json is not None and not _contains(_json_or_nothing(request), self.json):
            return False
        return (
            _contains(request.headers, self.headers or {})
            and _contains(request.query, self.query or {})
            and _contains(request.form, self.form or {})
        )

    def __str__(self) -> str:
        given = [(name, value) for name, value in vars(self).items() if value is not None]
        return ", ".join(f"{name}={value!r}" for name, value in given) or "anything"


def _json_or_nothing(request: ReceivedRequest) -> dict[str, Any]:
    try:
        return object_of(request.json())
    except ValueError:
        return {}


def _contains(have: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(name in have and have[name] == value for name, value in wanted.items())


def describe(requests: Iterable[ReceivedRequest]) -> str:
    """List requests for an assertion message, one per line, without headers."""
    lines = [f"  {request.method} {request.path} {_excerpt(request)}" for request in requests]
    return "\n".join(lines) or "  nothing"


def _excerpt(request: ReceivedRequest) -> str:
    if request.parts:
        return " ".join(f"{part.name}={part.filename or part.text!r}" for part in request.parts)
    text = request.body[:400].decode("utf-8", "replace")
    return text if request.size <= 400 else f"{text}… ({request.size} bytes)"
