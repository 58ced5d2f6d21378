"""Builds the request of an attempt. `with_own_body` prepares the body before the first one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, cast

from .. import _library as library
from .._library import httpx
from .._types import RequestFiles, is_dict
from . import codec
from .forms import form_body
from .headers import EncodedHeaders
from .options import BinaryContent, FinalRequestOptions, with_extra
from .uploads import BodyStream, OneWay, Source, uploads

_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})
"""Methods whose requests have a `Content-Length` even without a body."""


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
        url = url.copy_with(params=http.params.merge(url.params))
    body: Any
    length: int | None
    if stream is not None:
        body = http_library.StreamAdapter(stream)
        length = stream.length
    else:
        content = b""
        if options.content is not None:
            content = bytes(cast("bytes", options.content))  # or a bytearray; others are streamed
        elif method != "GET":
            content = _encode_json(options) or b""
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
        return form_body(options, headers)
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


def _encode_json(options: FinalRequestOptions) -> bytes | None:
    if options.json_data is None and not options.extra_json:
        return None
    return codec.encode(with_extra(options.json_data, options.extra_json))


def with_own_body(options: FinalRequestOptions, *, has_hook: bool) -> FinalRequestOptions:
    """Return a copy whose body does not change while the call lasts, so that each attempt sends it.

    Files are opened, iterators are read, and JSON is encoded. If the client `has_hook`, a method
    that may change the options of an attempt, JSON is copied instead and encoded at each attempt.
    """
    options = options.copy()
    if options.is_form or options.files:
        if options.files:
            options.files = cast("RequestFiles", uploads(options.files))  # the form takes both
        if is_dict(options.json_data):
            options.json_data = _with_lists(options.json_data)
        if is_dict(options.extra_json):
            options.extra_json = _with_lists(options.extra_json)
    elif options.content is not None:
        if not isinstance(options.content, (bytes, bytearray)):
            options.content = _content_stream(options.content)
    elif has_hook:
        if options.json_data is not None:
            options.json_data = codec.loads(codec.encode(options.json_data))
        if options.extra_json:
            extra = cast("Any", codec.loads(codec.encode(options.extra_json)))  # it was a mapping
            # An omitted value removes the argument of this name.
            omitted = {k: v for k, v in options.extra_json.items() if type(v) in codec.OMITTED}
            options.extra_json = {**extra, **omitted}
    elif options.method.upper() != "GET":
        options.content = _encode_json(options)
    return options


def _with_lists(values: dict[str, object]) -> dict[str, object]:
    """Replace iterators by lists, which can be read more than once."""
    return {
        name: list(cast("Iterator[object]", value)) if isinstance(value, Iterator) else value
        for name, value in values.items()
    }
