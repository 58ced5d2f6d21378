"""Builds the request of one attempt. `open_files` opens the files before the first one."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import AsyncIterable, Iterable, Mapping
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, TypeAlias, Union, cast
from urllib.parse import quote

from typing_extensions import Self, override

from .._constants import RAW_RESPONSE_HEADER
from .._exceptions import GroqError
from .._types import (
    Body,
    Headers,
    NotGiven,
    Omit,
    Query,
    RequestFiles,
    RequestOptions,
    is_dict,
    is_iterable,
    is_list,
    is_mapping,
    not_given,
)
from . import codec, library
from .deadlines import Deadline
from .library import HttpTimeout, HttpURL, httpx
from .uploads import BodyStream, OneWay, Part, Source, Upload, is_unicode, uploads

if TYPE_CHECKING:
    from ..telemetry import ObservedCall

BinaryContent: TypeAlias = Union[
    bytes, bytearray, IO[bytes], Iterable[bytes], AsyncIterable[bytes], None
]
"""A body that is sent as it is."""


class FinalRequestOptions:
    """Everything that a request is built from.

    The hook `_prepare_options` receives a copy for each attempt.
    """

    method: str
    url: str
    params: Query
    headers: Headers | NotGiven
    max_retries: int | NotGiven
    timeout: float | HttpTimeout | None | NotGiven
    files: RequestFiles | None
    idempotency_key: str | None
    follow_redirects: bool | None
    content: BinaryContent
    json_data: Body | None
    extra_json: Mapping[str, object] | None
    is_form: bool
    """Whether the body is a form, even without a file."""
    deadline: Deadline | None
    """When the call has to be over; set when it begins."""
    observer: ObservedCall | None
    """The telemetry of the call, if it is on."""

    def __init__(
        self,
        *,
        method: str,
        url: str,
        params: Query | None = None,
        headers: Headers | NotGiven = not_given,
        max_retries: int | NotGiven = not_given,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        files: RequestFiles | None = None,
        idempotency_key: str | None = None,
        follow_redirects: bool | None = None,
        content: BinaryContent = None,
        json_data: Body | None = None,
        extra_json: Mapping[str, object] | None = None,
        is_form: bool = False,
    ) -> None:
        if not isinstance(max_retries, NotGiven):
            check_max_retries(max_retries)
        check_timeout(timeout)
        check_mapping("extra_body", extra_json)
        self.method = method
        self.url = url
        self.params = params or {}
        self.headers = headers
        self.max_retries = max_retries
        self.timeout = timeout
        self.files = files
        self.idempotency_key = idempotency_key
        self.follow_redirects = follow_redirects
        self.content = content
        self.json_data = json_data
        self.extra_json = extra_json
        # Callers of `client.post` ask for a form with a header, as in groq 1.7.0.
        self.is_form = is_form or _media_type(self.headers) == "multipart/form-data"
        self.deadline = None
        self.observer = None
        # The JSON that was encoded, and its bytes. Copies share the list, so that iterators are
        # read once and each attempt sends the same bytes.
        self._encoded: list[tuple[object, object, bytes]] | None = []

    @classmethod
    def construct(cls, **values: Any) -> Self:
        """Make options from keywords, as the constructor does."""
        return cls(**values)

    def copy(self) -> Self:
        """Return a copy that can be changed independently."""
        copied = self.__class__.__new__(self.__class__)
        copied.__dict__.update(self.__dict__)
        return copied

    def get_max_retries(self, max_retries: int) -> int:
        """Return the retries of this request: its own if set, else those of the client."""
        return max_retries if isinstance(self.max_retries, NotGiven) else self.max_retries

    @property
    def raw_response(self) -> str | None:
        """The form in which the caller wants the response: `raw`, `stream` or `None`."""
        if isinstance(self.headers, NotGiven):
            return None
        value = header_of(self.headers, RAW_RESPONSE_HEADER)
        return value if isinstance(value, str) else None

    def with_own_json(self) -> Self:
        """Return a copy whose JSON a hook may change in place, for each attempt anew."""
        copied = self.copy()
        if self.json_data is not None and not (self.files or self.is_form):
            copied.json_data = codec.loads(codec.encode(self.json_data))
        copied._encoded = None
        return copied

    def encode_json(self) -> bytes | None:
        """Return the body as JSON, or `None` without a body."""
        if self.json_data is None and not self.extra_json:
            return None
        if self._encoded is None:
            return codec.encode(with_extra(self.json_data, self.extra_json))
        for data, extra, body in self._encoded:
            if data is self.json_data and extra is self.extra_json:
                return body
        body = codec.encode(with_extra(self.json_data, self.extra_json))
        self._encoded.append((self.json_data, self.extra_json, body))
        return body


def with_extra(body: Body | None, extra: Mapping[str, object] | None) -> Body:
    """Merge `extra_body` over the arguments. Raises `TypeError` if the body is not a mapping."""
    if not extra:
        return body
    if body is None:
        return dict(extra)
    if not is_mapping(body):
        raise TypeError(
            f"Expected a body that is a dict to merge extra_body into, not {type(body).__name__}"
        )
    return {**body, **extra}


# --------------------------------------------------------------------------------------- options


def check_max_retries(value: object) -> None:
    """Raise `TypeError` or `ValueError` for an invalid number of retries."""
    if value is None:
        raise TypeError(
            "max_retries cannot be None. Pass `0` for no retries, `math.inf` for unlimited "
            "retries, or `groq.DEFAULT_MAX_RETRIES` for the default"
        )
    if value == math.inf:
        return
    if not isinstance(value, int):
        raise TypeError(f"Expected a whole number for `max_retries` but received {value!r}")
    if value < 0:
        raise ValueError(f"Expected 0 or more for `max_retries` but received {value!r}")


def check_timeout(value: object) -> None:
    """Raise `TypeError` or `ValueError` for an invalid timeout."""
    # A tuple has a number for each step; the HTTP library checks it.
    if isinstance(value, (NotGiven, tuple)) or library.is_a(value, "Timeout"):
        return
    check_seconds("timeout", value)


def check_seconds(name: str, value: object) -> None:
    """Raise `TypeError` or `ValueError` unless the value is a number of seconds or `None`."""
    if value is None:
        return
    if not isinstance(value, (int, float)):
        raise TypeError(f"Expected seconds or None for `{name}` but received {value!r}")
    if not value >= 0:
        raise ValueError(f"Expected 0 or more seconds for `{name}` but received {value!r}")


def check_bytes(name: str, value: object) -> None:
    """Raise `TypeError` or `ValueError` unless the value is a number of bytes."""
    if not isinstance(value, (int, float)):  # `math.inf` for no limit
        raise TypeError(f"Expected a number of bytes for `{name}` but received {value!r}")
    if not value >= 0:
        raise ValueError(f"Expected 0 or more bytes for `{name}` but received {value!r}")


def check_mapping(name: str, value: object) -> None:
    """Raise `TypeError`, which does not show the value, unless it is a mapping or `None`."""
    if value is not None and not is_mapping(value):
        raise TypeError(f"Expected a dict for `{name}` but received {type(value).__name__}")


# --------------------------------------------------------------------------------------- headers

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""A valid header name (RFC 9110, 5.6.2)."""

_FIELD_VALUE = re.compile(
    r"(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?"
)
"""A valid header value (RFC 9110, 5.5)."""

_PLAIN = frozenset(
    {
        *("accept", "accept-encoding", "connection", "content-length", "content-type", "host"),
        *("transfer-encoding", "user-agent"),
    }
)
"""The headers that may be sent to any server."""

_SINGLE = frozenset({"accept", "authorization", "content-type", "host", "user-agent"})
"""Headers that have one value, as do those that begin with `x-stainless-`."""

_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
"""Headers that say where the body ends, which the client alone knows."""


_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})
"""Methods whose requests have a `Content-Length` even without a body."""


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
        if name not in merged:
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
    options: FinalRequestOptions,
    defaults: Mapping[str, str | Omit],
    *,
    retries_taken: int,
    timeout: Mapping[str, float | None],
) -> dict[str, str]:
    """Return the headers of one attempt, which are not checked yet."""
    custom: Headers = {} if isinstance(options.headers, NotGiven) else options.headers
    headers = merge_headers(defaults, custom) if custom else dict(defaults)
    if options.method.lower() == "get" and header_of(custom, "content-type") is None:
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


def _media_type(headers: Headers | NotGiven) -> str:
    value = None if isinstance(headers, NotGiven) else header_of(headers, "content-type")
    return value.partition(";")[0].strip().lower() if isinstance(value, str) else ""


def header_of(headers: Mapping[str, str | Omit], name: str) -> str | Omit | None:
    """Return the value of a header, whatever the case of its name, or `None`."""
    lower = name.lower()
    return next((value for key, value in headers.items() if key.lower() == lower), None)


# ------------------------------------------------------------------------------------------- URL


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
            f"{_without_userinfo(str(url))!r}"
        )
    # Programs that come from the openai package have this path in their base URL.
    path = parsed.raw_path.removesuffix(b"/").removesuffix(b"/openai/v1") + b"/"
    return parsed if path == parsed.raw_path else parsed.copy_with(raw_path=path)


def _without_userinfo(url: str) -> str:
    """Remove everything that may be a user and password from a URL that cannot be parsed."""
    return url.rpartition("@")[2]


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


def remove_secrets(headers: httpx.Headers) -> None:
    """Remove every header that may be secret: all but those known to be safe."""
    for name in list(headers):
        if name not in _PLAIN and not name.startswith("x-stainless-"):
            del headers[name]


_SECRET = re.compile(
    "auth|cookie|credential|key|pass|secret|session|signature|token", re.IGNORECASE
)
"""Found in the names of headers and query parameters whose value may be secret."""


def without_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return headers or query parameters without those whose name suggests a secret."""
    return {name: value for name, value in values.items() if not _SECRET.search(name)}


def with_query(url: httpx.URL, query: Query) -> httpx.URL:
    """Add query parameters: lists are comma-separated, dicts are `name[key]`, `None` is omitted."""
    pairs = dict(_query_pairs(query))
    return url.copy_merge_params(pairs) if pairs else url


def _query_pairs(query: Mapping[str, object], outer: str = "") -> Iterable[tuple[str, str]]:
    for key, value in query.items():
        name = f"{outer}[{key}]" if outer else key
        if is_mapping(value):
            yield from _query_pairs(value, name)
        elif is_iterable(value):
            yield name, ",".join(_query_text(each) for each in value if each is not None)
        elif value is not None and type(value) not in codec.OMITTED:
            yield name, _query_text(value)


def _query_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


# ------------------------------------------------------------------------------------------ body


def http_request(
    http: httpx.Client | httpx.AsyncClient,
    options: FinalRequestOptions,
    url: httpx.URL,
    headers: dict[str, str],
    timeout: dict[str, float | None],
    encoded_headers: EncodedHeaders,
) -> httpx.Request:
    """Build a request, with the headers, cookies and parameters of the HTTP client."""
    method = options.method.upper()
    http_library = library.of(http)
    stream = body_stream(options, headers)
    if http.params:
        url = url.copy_merge_params(http.params)
    body: Any
    length: int | None
    if stream is not None:
        body = http_library.BodyStream(stream)
        length = stream.length
    else:
        content = b""
        if options.content is not None:
            content = bytes(cast("bytes", options.content))  # or a bytearray; others are streamed
        elif method != "GET":
            content = options.encode_json() or b""
        body = http_library.ByteStream(content)
        length = len(content)
    # httpx encodes all headers again unless the body is a stream.
    request: httpx.Request = http_library.Request(
        method,
        url,
        headers=encoded_headers.of(http, headers, url.netloc),
        stream=body,
        cookies=http.cookies or None,
        extensions={"timeout": timeout},
    )
    if length is None:
        request.headers["Transfer-Encoding"] = "chunked"
    elif length or stream is not None or method in _WITH_BODY:
        request.headers["Content-Length"] = str(length)
    if stream is None:
        request.read()
    return request


def body_stream(options: FinalRequestOptions, headers: dict[str, str]) -> BodyStream | None:
    """Return a streamed body, a form or content that is not bytes, and set its headers.

    Returns `None` if the body is not streamed.
    """
    if options.is_form or options.files:
        return _form(options, headers)
    content = options.content
    if content is None or isinstance(content, (bytes, bytearray)):
        return None
    return _content_stream(content)


def _content_stream(content: BinaryContent | BodyStream) -> BodyStream:
    if isinstance(content, BodyStream):
        return content
    if hasattr(content, "read"):
        return BodyStream([Source(cast("IO[bytes]", content))])
    return BodyStream([OneWay(content)])


def _form(options: FinalRequestOptions, headers: dict[str, str]) -> BodyStream:
    boundary = _boundary_of(headers)
    if boundary is None:
        boundary = secrets.token_hex(16)
        for name in [name for name in headers if name.lower() == "content-type"]:
            del headers[name]
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
    parts: list[Part] = []
    fields = with_extra(options.json_data, options.extra_json)
    for name, value in _form_fields(cast("Mapping[str, object]", fields or {})):
        parts.append(_part_head(boundary, name) + value.encode() + b"\r\n")
    for upload in _open_uploads(options.files):
        disposition = f'; filename="{_quote(upload.filename)}"'
        extra = merge_headers({"Content-Type": upload.media_type}, upload.headers)
        parts += [_part_head(boundary, upload.name, disposition, extra), upload.source, b"\r\n"]
    return BodyStream([*parts, f"--{boundary}--\r\n".encode()])


def _open_uploads(files: Any) -> list[Upload]:
    """Return the uploads that were opened before the first attempt, else open the files now."""
    if is_list(files) and files and isinstance(files[0], Upload):
        return files
    return uploads(files or [])


def _boundary_of(headers: Headers) -> str | None:
    """Return the boundary that the caller set in the content type of a form, if any."""
    if _media_type(headers) != "multipart/form-data":
        return None
    found = re.search(r'boundary="?([^";]+)', str(header_of(headers, "content-type")))
    return found.group(1) if found else None


def _part_head(
    boundary: str, name: str, disposition: str = "", headers: Headers | None = None
) -> bytes:
    lines = [
        f"--{boundary}",
        f'Content-Disposition: form-data; name="{_quote(name)}"{disposition}',
    ]
    lines += [
        f"{header}: {check_header(header, value)}" for header, value in (headers or {}).items()
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _quote(text: str) -> str:
    """Escape a name for a form, as HTML's multipart/form-data encoding algorithm does."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _form_fields(fields: Mapping[str, object], outer: str = "") -> Iterable[tuple[str, str]]:
    for key, value in fields.items():
        name = f"{outer}[{key}]" if outer else key
        if type(value) in codec.OMITTED:
            continue
        if is_mapping(value):
            yield from _form_fields(value, name)
        elif is_iterable(value):
            for each in value:
                yield f"{name}[]", _form_text(name, each)
        else:
            yield name, _form_text(name, value)


def _form_text(name: str, value: object) -> str:
    if value is None or isinstance(value, (str, bool, int, float)):
        text = _query_text(value)
        if not is_unicode(text):
            raise ValueError(f"Expected Unicode text at `{name}` but received a lone surrogate")
        return text
    raise TypeError(f"Expected text or a number at `{name}` but received {type(value).__name__}")


def open_files(options: FinalRequestOptions) -> FinalRequestOptions:
    """Return the options with their files opened and measured, before anything is sent.

    All attempts share these, so that each sends every file in full.
    """
    files = options.files
    if files:
        options = options.copy()
        options.files = cast("RequestFiles", uploads(files))  # the form takes both
        if is_dict(options.json_data):
            options.json_data = codec.without_omitted(options.json_data)
    elif options.content is not None and not isinstance(options.content, (bytes, bytearray)):
        options = options.copy()
        options.content = _content_stream(options.content)
    return options


def make_request_options(
    *,
    query: Query | None = None,
    extra_headers: Headers | None = None,
    extra_query: Query | None = None,
    extra_body: Body | None = None,
    idempotency_key: str | None = None,
    timeout: float | HttpTimeout | None | NotGiven = not_given,
    is_form: bool = False,
) -> RequestOptions:
    """Gather the options that every method takes beside its own arguments, if they are given."""
    for name, value in (
        ("extra_headers", extra_headers),
        ("extra_query", extra_query),
        ("extra_body", extra_body),
    ):
        check_mapping(name, value)
    options: RequestOptions = {}
    if is_form:
        options["is_form"] = True
    if extra_headers is not None:
        options["headers"] = extra_headers
    if extra_body is not None:
        options["extra_json"] = cast("Mapping[str, object]", extra_body)
    if query is not None:
        options["params"] = query
    if extra_query is not None:
        options["params"] = {**options.get("params", {}), **extra_query}
    if not isinstance(timeout, NotGiven):
        options["timeout"] = timeout
    if idempotency_key is not None:
        options["idempotency_key"] = idempotency_key
    return options
