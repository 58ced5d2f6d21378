"""URLs of requests: joined, compared, and given a path segment or a query."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import quote

from .. import _library as library
from .._exceptions import GroqError
from .._library import HttpURL, httpx
from .._secrets import after_userinfo
from .._types import Query, is_iterable, is_mapping
from . import codec


def path_segment(name: str, value: str) -> str:
    """Return a path parameter as one segment of a path, percent-encoded.

    Raises `ValueError` if it is empty, `.` or `..`, percent-encoded or not, because these lead to
    another path.
    """
    if not value:
        raise ValueError(f"Expected a non-empty value for `{name}` but received {value!r}")
    if re.fullmatch(r"(\.|%2e){1,2}", value, re.IGNORECASE):
        raise ValueError(f"Expected an id for `{name}`, not a path, but received {value!r}")
    # RFC 3986 allows these characters in a segment (pchar); an id stays as readable as it was.
    return quote(value, safe="!$&'()*+,;=:@")


def base_url_of(http_library: library.Library, url: str | HttpURL) -> httpx.URL:
    """Return a base URL with a trailing slash and without `/openai/v1`, which each call adds.

    Raises `GroqError`, which does not show credentials, if it is not an HTTP URL.
    """
    try:
        parsed = http_library.URL(str(url))
    except (http_library.InvalidURL, ValueError):  # the latter from `idna`
        parsed = http_library.URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise GroqError(
            "Expected a base_url like 'https://api.groq.com' but received "
            f"{after_userinfo(str(url))!r}"
        )
    # Programs that come from the openai package have this path in their base URL.
    path = parsed.raw_path.removesuffix(b"/").removesuffix(b"/openai/v1") + b"/"
    return parsed if path == parsed.raw_path else parsed.copy_with(raw_path=path)


@lru_cache(maxsize=256)
def join_url(http_library: library.Library, base: str, path: str) -> httpx.URL:
    """Append a path to the base URL; an absolute URL is returned as it is."""
    url = http_library.URL(path)
    if not url.is_relative_url:
        return url
    base_url = http_library.URL(base)
    return base_url.copy_with(raw_path=base_url.raw_path + url.raw_path.lstrip(b"/"))


def is_same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Say whether two URLs have the same origin, or the second is the first upgraded to TLS.

    https://html.spec.whatwg.org/multipage/browsers.html#same-origin
    """

    def port(url: httpx.URL) -> int | None:
        return url.port or {"http": 80, "https": 443}.get(url.scheme)

    if one.host != other.host:
        return False
    if (one.scheme, other.scheme) == ("http", "https"):
        return (port(one), port(other)) == (80, 443)
    return one.scheme == other.scheme and port(one) == port(other)


def with_query(url: httpx.URL, query: Query) -> httpx.URL:
    """Add query parameters: lists are comma-separated, dicts are `name[key]`, `None` is omitted."""
    pairs = dict(_query_pairs(query))
    return url.copy_merge_params(pairs) if pairs else url


def _query_pairs(query: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in flat_fields(query):
        if is_iterable(value):
            yield name, ",".join(query_text(each) for each in value if each is not None)
        elif value is not None:
            yield name, query_text(value)


def flat_fields(fields: Mapping[str, object], outer: str = "") -> Iterator[tuple[str, object]]:
    """Yield the names and values of fields; those of an inner dict are named `outer[inner]`.

    A list is one value. Omitted values are left out.
    """
    for key, value in fields.items():
        name = f"{outer}[{key}]" if outer else key
        if is_mapping(value):
            yield from flat_fields(value, name)
        elif type(value) not in codec.OMITTED:
            yield name, value


def query_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
