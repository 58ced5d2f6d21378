"""Builds the request of one attempt. `open_files` opens the files before the first one."""

from __future__ import annotations

from typing import IO, Any, cast

from .. import _library as library
from .._library import httpx
from .._types import RequestFiles, is_dict
from . import codec
from .forms import form_body
from .headers import EncodedHeaders
from .options import BinaryContent, FinalRequestOptions
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


def open_files(options: FinalRequestOptions) -> FinalRequestOptions:
    """Return the options with their files opened and measured, before anything is sent.

    All attempts share these, so that each sends every file in full.
    """
    if options.is_form or options.files:
        options = options.copy()
        if options.files:
            options.files = cast("RequestFiles", uploads(options.files))  # the form takes both
        # Iterators become lists, because each attempt encodes the form again.
        if is_dict(options.json_data):
            options.json_data = codec.without_omitted(options.json_data)
        if is_dict(options.extra_json):
            options.extra_json = codec.without_omitted(options.extra_json)
    elif options.content is not None and not isinstance(options.content, (bytes, bytearray)):
        options = options.copy()
        options.content = _content_stream(options.content)
    return options
