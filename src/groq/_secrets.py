"""Secrets, removed from what is shown, kept, or sent to another server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ._library import httpx

_PUBLIC_HEADERS = frozenset(
    {
        *("accept", "accept-encoding", "connection", "content-length", "content-type", "host"),
        *("transfer-encoding", "user-agent"),
    }
)
"""The headers that may be sent to any server."""


def without_credentials(url: httpx.URL) -> httpx.URL:
    """Return the URL without user and password."""
    return url.copy_with(userinfo=b"") if url.userinfo else url


def without_userinfo(text: str) -> str:
    """Return text with user and password removed from all URLs in it."""
    return re.sub(r"//[^/?#\s]*@", "//", text)


def after_userinfo(url: str) -> str:
    """Remove everything that may be a user and password from a URL that cannot be parsed."""
    return url.rpartition("@")[2]


def keep_public_headers(headers: httpx.Headers) -> None:
    """Remove every header that may be secret: all but those known to be safe."""
    for name in list(headers):
        if name not in _PUBLIC_HEADERS and not name.startswith("x-stainless-"):
            del headers[name]


_SECRET_NAME = re.compile(
    "auth|cookie|credential|key|pass|secret|session|signature|token", re.IGNORECASE
)
"""Found in the names of headers and query parameters whose value may be secret."""


def without_secret_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return headers or query parameters without those whose name suggests a secret."""
    return {name: value for name, value in values.items() if not _SECRET_NAME.search(name)}
