"""Headers of requests: merged, checked and encoded."""

from __future__ import annotations

import re
from collections.abc import Mapping

from typing_extensions import Self, override

from .. import _library as library
from .._exceptions import GroqError
from .._library import httpx
from .._types import Headers, NotGiven, Omit

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""A valid header name (RFC 9110, 5.6.2)."""

_FIELD_VALUE = re.compile(
    r"(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?"
)
"""A valid header value (RFC 9110, 5.5)."""

_SINGLE = frozenset({"accept", "authorization", "content-type", "host", "user-agent"})
"""Headers that have one value, as do those that begin with `x-stainless-`."""

_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
"""Headers that say where the body ends, which the client alone knows."""


def merge_headers(
    defaults: Mapping[str, str | Omit], custom: Mapping[str, str | Omit]
) -> dict[str, str | Omit]:
    """Merge headers, of which the custom ones win.

    A header with a single value is replaced whatever its case, and any other header is replaced
    by one of the same spelling. Two spellings of a header that may have several values are both
    sent. `Omit` removes all spellings.
    """
    merged = dict(defaults)
    for name, value in custom.items():
        if name not in merged or isinstance(value, Omit):
            lower = name.lower()
            if lower in _SINGLE or lower.startswith("x-stainless-") or isinstance(value, Omit):
                for other in [other for other in merged if other.lower() == lower]:
                    del merged[other]
        merged[name] = value
    return merged


def check_header(name: str, value: object) -> str:
    """Return the value if it can be sent. Raises `GroqError`, which does not show it, if not."""
    if not _TOKEN.fullmatch(name):
        raise GroqError(f"Expected a header name of letters, digits and dashes, not {name!r}")
    if not isinstance(value, str):
        raise TypeError(f"Expected text for the header {name!r}, not {type(value).__name__}")
    if problem := _problem(value):
        raise GroqError(f"The value of the header {name!r} {problem}")
    return value


def check_api_key(key: object) -> str:
    """Return the key if it can be sent. Raises `GroqError`, which does not show it, if not."""
    if not isinstance(key, str):
        raise TypeError(f"Expected a str for `api_key`, not {type(key).__name__}")
    if not key.strip():
        raise GroqError("The api_key is empty; pass `api_key` or set GROQ_API_KEY")
    if problem := _problem(key):
        raise GroqError(f"The api_key {problem}")
    return key


def _problem(value: str) -> str | None:
    """Return why a value cannot be sent in a header, without the value; `None` if it can."""
    if _FIELD_VALUE.fullmatch(value):
        return None
    if any(character in value for character in "\r\n\0"):
        return "has a line break or a NUL in it"
    # `value.encode` would raise an exception that holds the value.
    if any(ord(character) > 255 for character in value):
        return "has characters outside latin-1"
    if value != value.strip(" \t"):
        return "begins or ends with white space"
    return "has control characters in it"


def request_headers(
    method: str,
    given: Headers | NotGiven,
    defaults: Mapping[str, str | Omit],
    *,
    retries_taken: int,
    timeout: Mapping[str, float | None],
) -> dict[str, str]:
    """Return the headers of one attempt, which are not checked yet."""
    custom: Headers = {} if isinstance(given, NotGiven) else given
    headers = merge_headers(defaults, custom) if custom else dict(defaults)
    if method.lower() == "get" and header_of(custom, "content-type") is None:
        headers.pop("Content-Type", None)
    named = {name.lower() for name in headers}
    if "x-stainless-retry-count" not in named:
        headers["X-Stainless-Retry-Count"] = str(retries_taken)
    if "x-stainless-read-timeout" not in named and timeout["read"] is not None:
        headers["X-Stainless-Read-Timeout"] = str(timeout["read"])
    return {name: value for name, value in headers.items() if not isinstance(value, Omit)}


class EncodedHeaders:
    """Checks and encodes the headers of requests, and keeps the result for the next request."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: tuple[dict[str, str], list[tuple[bytes, bytes]], bytes, httpx.Headers] | None
        self._last = None

    @override
    def __reduce__(self) -> tuple[type[Self], tuple[()]]:
        return type(self), ()  # the kept headers contain the API key

    def of(
        self, http: httpx.Client | httpx.AsyncClient, headers: dict[str, str], host: bytes
    ) -> httpx.Headers:
        """Return the headers of a request, with those of the HTTP client and `Host`.

        Raises `GroqError` for a value that cannot be sent.
        """
        inherited = http.headers.raw
        last = self._last  # read once, because threads share it
        if last is not None and last[:3] == (headers, inherited, host):
            return last[3]
        encoded = library.of(http).Headers(_encode_headers(headers, inherited, host))
        self._last = dict(headers), inherited, host, encoded
        return encoded


def _encode_headers(
    headers: dict[str, str], inherited: list[tuple[bytes, bytes]], host: bytes
) -> list[tuple[bytes, bytes]]:
    """Return the headers as bytes, with those of the HTTP client that they do not replace."""
    for name, value in headers.items():
        check_header(name, value)
    # As bytes, because httpx encodes text as ASCII.
    own = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    lower = {name.lower() for name, _ in own}
    if not lower.isdisjoint(_FRAMING):
        raise GroqError(
            "Expected no header Content-Length or Transfer-Encoding: the client sets them, "
            "as the body needs it"
        )
    if b"accept-encoding" not in lower:
        # Only encodings that can be decompressed within a limit, whatever the client supports.
        own.append((b"Accept-Encoding", b"gzip, deflate"))
        lower.add(b"accept-encoding")
    kept = [(name, value) for name, value in inherited if name.lower() not in lower]
    if not any(name.lower() == b"host" for name, _ in (*kept, *own)):
        kept.insert(0, (b"Host", host))
    return [*kept, *own]


def media_type(headers: Headers | NotGiven) -> str:
    value = None if isinstance(headers, NotGiven) else header_of(headers, "content-type")
    return value.partition(";")[0].strip().lower() if isinstance(value, str) else ""


def header_of(headers: Mapping[str, str | Omit], name: str) -> str | Omit | None:
    """Return the value of a header, whatever the case of its name, or `None`."""
    lower = name.lower()
    return next((value for key, value in headers.items() if key.lower() == lower), None)
