"""`APIResponse` and the other response classes, and the wrappers that make methods return them."""

from __future__ import annotations

import contextlib
import datetime
import functools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import aclosing, closing
from types import TracebackType
from typing import (
    Any,
    Generic,
    Protocol,
    TypeGuard,
    TypeVar,
    cast,
    get_origin,
    overload,
)

from typing_extensions import ParamSpec, override

from . import _library as library
from ._constants import RAW_RESPONSE_HEADER
from ._exceptions import APIResponseValidationError, GroqError, transport_error
from ._http import reading
from ._http.downloads import async_write_whole, write_whole
from ._http.options import FinalRequestOptions
from ._library import httpx
from ._parsing import bind_page, body_text, parse_body, parse_json
from ._rate_limits import RateLimit
from ._streaming import (
    AsyncStream,
    Stream,
    StreamLimits,
    make_stream,
)
from ._types import is_class

P = ParamSpec("P")
R = TypeVar("R")
_T = TypeVar("_T")
_APIResponseT = TypeVar("_APIResponseT", bound="APIResponse[Any]")
_AsyncAPIResponseT = TypeVar("_AsyncAPIResponseT", bound="AsyncAPIResponse[Any]")


class ResponseClient(StreamLimits, Protocol):
    """The interface that a response needs of its client: how to read a body."""

    default_stream_cls: Any

    @property
    def is_strict(self) -> bool: ...


class BaseAPIResponse(Generic[R]):
    """The part that sync and async responses share: the status and the headers."""

    http_response: httpx.Response
    """The `httpx.Response`."""
    retries_taken: int
    """The number of attempts that failed before this one."""

    def __init__(
        self,
        *,
        raw: httpx.Response,
        cast_to: type[R],
        client: ResponseClient,
        stream: bool,
        stream_cls: type[Stream[Any] | AsyncStream[Any]] | None,
        options: FinalRequestOptions,
        retries_taken: int = 0,
    ) -> None:
        self.http_response = raw
        self.retries_taken = retries_taken
        self._cast_to = cast_to
        self._client = client
        self._is_sse_stream = stream
        self._stream_cls = stream_cls
        self._options = options
        self._parsed: dict[Any, Any] = {}
        self.post_parser: Callable[[Any], Any] | None = None
        """Applied by the method to the parsed response, if set."""

    @property
    def headers(self) -> httpx.Headers:
        """The headers of the response."""
        return self.http_response.headers

    @property
    def http_request(self) -> httpx.Request:
        """The request of this response: the last one, after retries and redirects."""
        return self.http_response.request

    @property
    def status_code(self) -> int:
        """The HTTP status code."""
        return self.http_response.status_code

    @property
    def url(self) -> httpx.URL:
        """The URL of the request."""
        return self.http_response.url

    @property
    def method(self) -> str:
        """The method of the request."""
        return self.http_request.method

    @property
    def http_version(self) -> str:
        """The HTTP version, such as `HTTP/1.1`."""
        return self.http_response.http_version

    @property
    def elapsed(self) -> datetime.timedelta:
        """The time from the request until the response was closed.

        Raises `RuntimeError` before that.
        """
        return self.http_response.elapsed

    @property
    def is_closed(self) -> bool:
        """Whether the body was read completely or discarded."""
        return self.http_response.is_closed

    @property
    def request_id(self) -> str | None:
        """The `x-request-id` header, which Groq's support asks for."""
        request_id: str | None = self.http_response.headers.get("x-request-id")
        return request_id

    @property
    def rate_limit(self) -> RateLimit | None:
        """The rate limits in the headers, or `None`."""
        return RateLimit.from_headers(self.http_response.headers)

    @override
    def __repr__(self) -> str:
        response = self.http_response
        status = f"{response.status_code} {response.reason_phrase}"
        return f"<{type(self).__name__} [{status}] type={self._cast_to}>"

    def _parse(self, to: Any | None) -> Any:
        """Parse a body that was read, or return a stream of one that was not."""
        kind = self._cast_to if to is None else to
        is_stream_class = _is_stream(get_origin(kind) or kind)
        if self._is_sse_stream and (to is None or is_stream_class):
            return self._as_stream(to)
        if is_stream_class:
            raise TypeError("Expected a type to parse to; a Stream is for calls with stream=True")
        body = parse_body(kind, self.http_response, is_strict=self._client.is_strict)
        parsed = bind_page(body, self._client, self._options)
        return parsed if to is not None or self.post_parser is None else self.post_parser(parsed)

    def _as_stream(self, to: Any | None = None) -> Stream[Any] | AsyncStream[Any]:
        """Return the body as a stream, which reads it during iteration."""
        stream_cls = to or self._stream_cls or self._client.default_stream_cls
        if stream_cls is None:
            raise MissingStreamClassError
        return make_stream(
            stream_cls, self._cast_to, self.http_response, self._client, self._options
        )


class AsyncAPIResponse(BaseAPIResponse[R]):
    """A response with its status, headers and body, and `parse` for the model in it."""

    @overload
    async def parse(self, *, to: type[_T]) -> _T: ...
    @overload
    async def parse(self) -> R: ...
    async def parse(self, *, to: type[_T] | None = None) -> R | _T:
        """Return the body as the declared type of the call, or as `to`.

        `to` may be a subclass of `groq.BaseModel`, `dict`, `list`, a union, `str`, `bytes`,
        `httpx.Response` or an `AsyncStream`. The result is cached for each type.

        Raises `APIResponseValidationError` for a body that cannot be parsed as JSON, and
        `APIConnectionError` for one that is cut off.
        """
        if to not in self._parsed:
            if not self._is_sse_stream:
                await self.read()
            self._parsed[to] = self._parse(to)
        return cast("R | _T", self._parsed[to])  # parsed to that type

    async def read(self) -> bytes:
        """Read the whole body and return it decompressed."""
        with _groq_errors(self.http_response):
            return await reading.async_read(self.http_response, self._client)

    async def text(self) -> str:
        """Read the whole body and return it as text."""
        await self.read()
        return body_text(self.http_response)

    async def json(self) -> object:
        """Read the whole body and return it as parsed JSON."""
        return parse_json(self.http_response, await self.read())

    async def close(self) -> None:
        """Release the connection and discard the unread part of the body."""
        await self.http_response.aclose()

    async def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Iterate over the decompressed body, in pieces of `chunk_size` bytes or as they arrive."""
        response = self.http_response
        regrouped = reading.Regrouper(chunk_size, b"")
        with _groq_errors(response):
            body = reading.async_decompressed(response)
            try:
                async for arrived in body:
                    for piece in regrouped.add(arrived):
                        yield piece
                for piece in regrouped.rest():
                    yield piece
            finally:
                await library.async_discard(body, response)

    async def iter_raw(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Iterate over the body without decompressing it, in pieces of `chunk_size` bytes."""
        with _groq_errors(self.http_response):
            async for piece in self.http_response.aiter_raw(chunk_size):
                yield piece

    async def iter_text(self, chunk_size: int | None = None) -> AsyncIterator[str]:
        """Iterate over the text, in pieces of `chunk_size` characters or as they arrive."""
        decoder = reading.text_decoder(self.http_response)
        regrouped = reading.Regrouper(chunk_size, "")
        pieces: Any = self.iter_bytes()  # a generator, which must be closed
        with _groq_errors(self.http_response):
            async with aclosing(pieces):
                async for piece in pieces:
                    for text in regrouped.add(decoder.decode(piece)):
                        yield text
            for text in (*regrouped.add(decoder.decode(b"", final=True)), *regrouped.rest()):
                yield text

    async def iter_lines(self) -> AsyncIterator[str]:
        """Iterate over the lines of the body, without their line breaks."""
        lines = reading.Lines(self.http_response, self._client)
        texts: Any = self.iter_text()  # a generator, which must be closed
        async with aclosing(texts):
            async for text in texts:
                for line in lines.add(text):
                    yield line
        for line in lines.rest():
            yield line


# ----------------------------------------------------------------------------- binary responses


class AsyncBinaryAPIResponse(AsyncAPIResponse[bytes]):
    """A binary response, such as speech, that is read completely.

    response = await client.audio.speech.create(...)
    await response.write_to_file("speech.wav")
    """

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        return self.http_response.content

    async def write_to_file(self, file: str | os.PathLike[str]) -> None:
        """Write the body to a file; no partial file is left if that fails."""
        await async_write_whole(file, self.iter_bytes())

    async def stream_to_file(
        self, file: str | os.PathLike[str], *, chunk_size: int | None = None
    ) -> None:
        """Write the body to a file, as `write_to_file` does."""
        await async_write_whole(file, self.iter_bytes(chunk_size))


class AsyncStreamedBinaryAPIResponse(AsyncAPIResponse[bytes]):
    """A binary response that is read on demand."""

    async def stream_to_file(
        self, file: str | os.PathLike[str], *, chunk_size: int | None = None
    ) -> None:
        """Write the body to a file as it arrives, in pieces of `chunk_size` bytes.

        Raises if the download is cut short, and leaves no partial file.
        """
        await async_write_whole(file, self.iter_bytes(chunk_size))


# ------------------------------------------------------------------------------------- wrappers
#
# Resources keep the results of these functions in `Final` attributes, whose types are inferred from
# the method, so that its parameters and overloads are not repeated.
def async_to_raw_response_wrapper(
    func: Callable[P, Awaitable[R]],
) -> Callable[P, Awaitable[AsyncAPIResponse[R]]]:
    """Wrap a method to return the whole response instead of the parsed model."""

    @functools.wraps(func)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> AsyncAPIResponse[R]:
        return cast(
            "AsyncAPIResponse[R]", await func(*args, **_with_raw_response_header(kwargs, "raw"))
        )

    return wrapped


def async_to_streamed_response_wrapper(
    func: Callable[P, Awaitable[R]],
) -> Callable[P, AsyncResponseContextManager[AsyncAPIResponse[R]]]:
    """Wrap a method to return a context manager for an unread response."""

    @functools.wraps(func)
    def wrapped(
        *args: P.args, **kwargs: P.kwargs
    ) -> AsyncResponseContextManager[AsyncAPIResponse[R]]:
        async def request() -> AsyncAPIResponse[R]:
            return cast(
                "AsyncAPIResponse[R]",
                await func(*args, **_with_raw_response_header(kwargs, "stream")),
            )

        return AsyncResponseContextManager(request)

    return wrapped


def async_to_custom_raw_response_wrapper(
    func: Callable[P, Awaitable[object]], response_cls: type[_AsyncAPIResponseT]
) -> Callable[P, Awaitable[_AsyncAPIResponseT]]:
    """Wrap a method to return the whole response, as a response class of its own."""

    @functools.wraps(func)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> _AsyncAPIResponseT:
        response: Any = await func(*args, **_with_raw_response_header(kwargs, "raw"))
        return _as_class(response, response_cls)

    return wrapped


def async_to_custom_streamed_response_wrapper(
    func: Callable[P, Awaitable[object]], response_cls: type[_AsyncAPIResponseT]
) -> Callable[P, AsyncResponseContextManager[_AsyncAPIResponseT]]:
    """Wrap a method to return a context manager for an unread response of its own class."""

    @functools.wraps(func)
    def wrapped(
        *args: P.args, **kwargs: P.kwargs
    ) -> AsyncResponseContextManager[_AsyncAPIResponseT]:
        async def request() -> _AsyncAPIResponseT:
            response: Any = await func(*args, **_with_raw_response_header(kwargs, "stream"))
            return _as_class(response, response_cls)

        return AsyncResponseContextManager(request)

    return wrapped


class AsyncResponseContextManager(Generic[_AsyncAPIResponseT]):
    """Sends a request at the start of an `async with` block, and releases its connection."""

    def __init__(self, request_func: Callable[[], Awaitable[_AsyncAPIResponseT]]) -> None:
        self._request_func = request_func
        self._response: _AsyncAPIResponseT | None = None

    async def __aenter__(self) -> _AsyncAPIResponseT:
        self._response = await self._request_func()
        return self._response

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._response is not None:
            await self._response.close()


# >>> sync half: produced by scripts/mirror.py


class APIResponse(BaseAPIResponse[R]):
    """A response with its status, headers and body, and `parse` for the model in it."""

    @overload
    def parse(self, *, to: type[_T]) -> _T: ...
    @overload
    def parse(self) -> R: ...
    def parse(self, *, to: type[_T] | None = None) -> R | _T:
        """Return the body as the declared type of the call, or as `to`.

        `to` may be a subclass of `groq.BaseModel`, `dict`, `list`, a union, `str`, `bytes`,
        `httpx.Response` or a `Stream`. The result is cached for each type.

        Raises `APIResponseValidationError` for a body that cannot be parsed as JSON, and
        `APIConnectionError` for one that is cut off.
        """
        if to not in self._parsed:
            if not self._is_sse_stream:
                self.read()
            self._parsed[to] = self._parse(to)
        return cast("R | _T", self._parsed[to])  # parsed to that type

    def read(self) -> bytes:
        """Read the whole body and return it decompressed."""
        with _groq_errors(self.http_response):
            return reading.read(self.http_response, self._client)

    def text(self) -> str:
        """Read the whole body and return it as text."""
        self.read()
        return body_text(self.http_response)

    def json(self) -> object:
        """Read the whole body and return it as parsed JSON."""
        return parse_json(self.http_response, self.read())

    def close(self) -> None:
        """Release the connection and discard the unread part of the body."""
        self.http_response.close()

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Iterate over the decompressed body, in pieces of `chunk_size` bytes or as they arrive."""
        response = self.http_response
        regrouped = reading.Regrouper(chunk_size, b"")
        with _groq_errors(response):
            body = reading.decompressed(response)
            try:
                for arrived in body:
                    for piece in regrouped.add(arrived):
                        yield piece
                for piece in regrouped.rest():
                    yield piece
            finally:
                library.discard(body, response)

    def iter_raw(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Iterate over the body without decompressing it, in pieces of `chunk_size` bytes."""
        with _groq_errors(self.http_response):
            for piece in self.http_response.iter_raw(chunk_size):
                yield piece

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        """Iterate over the text, in pieces of `chunk_size` characters or as they arrive."""
        decoder = reading.text_decoder(self.http_response)
        regrouped = reading.Regrouper(chunk_size, "")
        pieces: Any = self.iter_bytes()  # a generator, which must be closed
        with _groq_errors(self.http_response):
            with closing(pieces):
                for piece in pieces:
                    for text in regrouped.add(decoder.decode(piece)):
                        yield text
            for text in (*regrouped.add(decoder.decode(b"", final=True)), *regrouped.rest()):
                yield text

    def iter_lines(self) -> Iterator[str]:
        """Iterate over the lines of the body, without their line breaks."""
        lines = reading.Lines(self.http_response, self._client)
        texts: Any = self.iter_text()  # a generator, which must be closed
        with closing(texts):
            for text in texts:
                for line in lines.add(text):
                    yield line
        for line in lines.rest():
            yield line


# ----------------------------------------------------------------------------- binary responses


class BinaryAPIResponse(APIResponse[bytes]):
    """A binary response, such as speech, that is read completely.

    response = client.audio.speech.create(...)
    response.write_to_file("speech.wav")
    """

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        return self.http_response.content

    def write_to_file(self, file: str | os.PathLike[str]) -> None:
        """Write the body to a file; no partial file is left if that fails."""
        write_whole(file, self.iter_bytes())

    def stream_to_file(
        self, file: str | os.PathLike[str], *, chunk_size: int | None = None
    ) -> None:
        """Write the body to a file, as `write_to_file` does."""
        write_whole(file, self.iter_bytes(chunk_size))


class StreamedBinaryAPIResponse(APIResponse[bytes]):
    """A binary response that is read on demand."""

    def stream_to_file(
        self, file: str | os.PathLike[str], *, chunk_size: int | None = None
    ) -> None:
        """Write the body to a file as it arrives, in pieces of `chunk_size` bytes.

        Raises if the download is cut short, and leaves no partial file.
        """
        write_whole(file, self.iter_bytes(chunk_size))


# ------------------------------------------------------------------------------------- wrappers
#
# Resources keep the results of these functions in `Final` attributes, whose types are inferred from
# the method, so that its parameters and overloads are not repeated.
def to_raw_response_wrapper(
    func: Callable[P, R],
) -> Callable[P, APIResponse[R]]:
    """Wrap a method to return the whole response instead of the parsed model."""

    @functools.wraps(func)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> APIResponse[R]:
        return cast("APIResponse[R]", func(*args, **_with_raw_response_header(kwargs, "raw")))

    return wrapped


def to_streamed_response_wrapper(
    func: Callable[P, R],
) -> Callable[P, ResponseContextManager[APIResponse[R]]]:
    """Wrap a method to return a context manager for an unread response."""

    @functools.wraps(func)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseContextManager[APIResponse[R]]:
        def request() -> APIResponse[R]:
            return cast(
                "APIResponse[R]",
                func(*args, **_with_raw_response_header(kwargs, "stream")),
            )

        return ResponseContextManager(request)

    return wrapped


def to_custom_raw_response_wrapper(
    func: Callable[P, object], response_cls: type[_APIResponseT]
) -> Callable[P, _APIResponseT]:
    """Wrap a method to return the whole response, as a response class of its own."""

    @functools.wraps(func)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> _APIResponseT:
        response: Any = func(*args, **_with_raw_response_header(kwargs, "raw"))
        return _as_class(response, response_cls)

    return wrapped


def to_custom_streamed_response_wrapper(
    func: Callable[P, object], response_cls: type[_APIResponseT]
) -> Callable[P, ResponseContextManager[_APIResponseT]]:
    """Wrap a method to return a context manager for an unread response of its own class."""

    @functools.wraps(func)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseContextManager[_APIResponseT]:
        def request() -> _APIResponseT:
            response: Any = func(*args, **_with_raw_response_header(kwargs, "stream"))
            return _as_class(response, response_cls)

        return ResponseContextManager(request)

    return wrapped


class ResponseContextManager(Generic[_APIResponseT]):
    """Sends a request at the start of a `with` block, and releases its connection."""

    def __init__(self, request_func: Callable[[], _APIResponseT]) -> None:
        self._request_func = request_func
        self._response: _APIResponseT | None = None

    def __enter__(self) -> _APIResponseT:
        self._response = self._request_func()
        return self._response

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._response is not None:
            self._response.close()


# <<<


def _with_raw_response_header(kwargs: dict[str, Any], form: str) -> dict[str, Any]:
    """Add the header that makes a method return the response itself, as `raw` or as `stream`."""
    return {
        **kwargs,
        "extra_headers": {**(kwargs.get("extra_headers") or {}), RAW_RESPONSE_HEADER: form},
    }


@contextlib.contextmanager
def _groq_errors(response: httpx.Response) -> Generator[None, None, None]:
    """Raise errors of reading a body as errors of this package."""
    try:
        yield
    except library.errors() as error:
        if library.is_a(error, "StreamConsumed"):
            raise StreamAlreadyConsumed from error
        raise transport_error(error, response.request, response) from error
    except UnicodeError as error:  # such as UTF-16 without a byte order mark
        message = f"The text of the response cannot be decoded as {response.encoding!r}"
        raise APIResponseValidationError(response, None, message=message) from error


class MissingStreamClassError(TypeError):
    """A stream was requested without the type of its items."""

    def __init__(self) -> None:
        super().__init__(
            "Expected a `stream_cls` with `stream=True`, such as `groq.Stream[YourModel]`"
        )


class StreamAlreadyConsumed(GroqError):
    """A body was read a second time, but was not kept the first time."""

    def __init__(self) -> None:
        super().__init__(
            "The body has been read already and was not kept; call `read` first to keep it"
        )


_ResponseT = TypeVar("_ResponseT", bound=BaseAPIResponse[Any])


def _as_class(response: BaseAPIResponse[Any], response_cls: type[_ResponseT]) -> _ResponseT:
    """Return the response as an instance of another class."""
    return response_cls(
        raw=response.http_response,
        cast_to=bytes,
        client=response._client,  # pyright: ignore[reportPrivateUsage]  # its own
        stream=False,
        stream_cls=None,
        options=response._options,  # pyright: ignore[reportPrivateUsage]  # its own
        retries_taken=response.retries_taken,
    )


def is_response_class(kind: object) -> TypeGuard[type[BaseAPIResponse[Any]]]:
    """Say whether a type is one of this package's response classes."""
    return is_class(kind) and issubclass(kind, BaseAPIResponse)


def _is_stream(kind: Any) -> bool:
    return is_class(kind) and issubclass(kind, (Stream, AsyncStream))
