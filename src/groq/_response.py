"""`APIResponse` and the other response classes, and the wrappers that make methods return them."""

from __future__ import annotations

import contextlib
import datetime
import functools
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import aclosing, closing
from pathlib import Path
from types import TracebackType
from typing import (
    IO,
    Annotated,
    Any,
    Generic,
    Protocol,
    TypeGuard,
    TypeVar,
    cast,
    get_args,
    get_origin,
    overload,
)

from typing_extensions import ParamSpec, override

from ._constants import RAW_RESPONSE_HEADER
from ._exceptions import APIResponseValidationError, GroqError, shown, transport_error
from ._http import codec, library, reading
from ._http.library import httpx
from ._http.requests import FinalRequestOptions
from ._rate_limits import RateLimit
from ._streaming import (
    AsyncStream,
    Stream,
    StreamLimits,
    make_stream,
)
from ._types import NoneType, is_class

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
        return _text(self.http_response)

    async def json(self) -> object:
        """Read the whole body and return it as parsed JSON."""
        return _json(self.http_response, await self.read())

    async def close(self) -> None:
        """Release the connection and discard the unread part of the body."""
        await self.http_response.aclose()

    async def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Iterate over the decompressed body, in pieces of `chunk_size` bytes or as they arrive."""
        response = self.http_response
        with _groq_errors(response):
            if not reading.is_packed(response):
                async for piece in response.aiter_bytes(chunk_size):
                    yield piece
                return
            regrouped = reading.Regrouper(chunk_size or 1, b"")
            body = reading.async_pieces(response)
            try:
                async for unpacked in body:
                    for piece in regrouped.add(unpacked) if chunk_size else (unpacked,):
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
        response = self.http_response
        reading.check_encoding(response)
        if not reading.is_packed(response):
            with _groq_errors(response):
                async for text in response.aiter_text(chunk_size):
                    yield text
            return
        decoder = reading.text_decoder(response)
        regrouped = reading.Regrouper(chunk_size or 1, "")
        pieces: Any = self.iter_bytes()  # a generator, which must be closed
        async with aclosing(pieces):
            async for piece in pieces:
                text = decoder.decode(piece)
                for each in regrouped.add(text) if chunk_size else (text,):
                    yield each
        for each in (*regrouped.add(decoder.decode(b"", final=True)), *regrouped.rest()):
            yield each

    async def iter_lines(self) -> AsyncIterator[str]:
        """Iterate over the lines of the body, without their line breaks."""
        response = self.http_response
        reading.check_encoding(response)
        if not reading.is_packed(response):
            with _groq_errors(response):
                async for line in response.aiter_lines():
                    yield line
            return
        lines = reading.Lines(response, self._client.max_unpacked_bytes)
        texts: Any = self.iter_text()  # a generator, which must be closed
        async with aclosing(texts):
            async for text in texts:
                for line in lines.add(text):
                    yield line
        for line in lines.rest():
            yield line


# ------------------------------------------------------------------------------- binary answers


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
        return cast("AsyncAPIResponse[R]", await func(*args, **_asking(kwargs, "raw")))

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
            return cast("AsyncAPIResponse[R]", await func(*args, **_asking(kwargs, "stream")))

        return AsyncResponseContextManager(_async_later(request))

    return wrapped


def async_to_custom_raw_response_wrapper(
    func: Callable[P, Awaitable[object]], response_cls: type[_AsyncAPIResponseT]
) -> Callable[P, Awaitable[_AsyncAPIResponseT]]:
    """Wrap a method to return the whole response, as a response class of its own."""

    @functools.wraps(func)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> _AsyncAPIResponseT:
        response: Any = await func(*args, **_asking(kwargs, "raw"))
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
            response: Any = await func(*args, **_asking(kwargs, "stream"))
            return _as_class(response, response_cls)

        return AsyncResponseContextManager(_async_later(request))

    return wrapped


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
        return _text(self.http_response)

    def json(self) -> object:
        """Read the whole body and return it as parsed JSON."""
        return _json(self.http_response, self.read())

    def close(self) -> None:
        """Release the connection and discard the unread part of the body."""
        self.http_response.close()

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Iterate over the decompressed body, in pieces of `chunk_size` bytes or as they arrive."""
        response = self.http_response
        with _groq_errors(response):
            if not reading.is_packed(response):
                for piece in response.iter_bytes(chunk_size):
                    yield piece
                return
            regrouped = reading.Regrouper(chunk_size or 1, b"")
            body = reading.pieces(response)
            try:
                for unpacked in body:
                    for piece in regrouped.add(unpacked) if chunk_size else (unpacked,):
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
        response = self.http_response
        reading.check_encoding(response)
        if not reading.is_packed(response):
            with _groq_errors(response):
                for text in response.iter_text(chunk_size):
                    yield text
            return
        decoder = reading.text_decoder(response)
        regrouped = reading.Regrouper(chunk_size or 1, "")
        pieces: Any = self.iter_bytes()  # a generator, which must be closed
        with closing(pieces):
            for piece in pieces:
                text = decoder.decode(piece)
                for each in regrouped.add(text) if chunk_size else (text,):
                    yield each
        for each in (*regrouped.add(decoder.decode(b"", final=True)), *regrouped.rest()):
            yield each

    def iter_lines(self) -> Iterator[str]:
        """Iterate over the lines of the body, without their line breaks."""
        response = self.http_response
        reading.check_encoding(response)
        if not reading.is_packed(response):
            with _groq_errors(response):
                for line in response.iter_lines():
                    yield line
            return
        lines = reading.Lines(response, self._client.max_unpacked_bytes)
        texts: Any = self.iter_text()  # a generator, which must be closed
        with closing(texts):
            for text in texts:
                for line in lines.add(text):
                    yield line
        for line in lines.rest():
            yield line


# ------------------------------------------------------------------------------- binary answers


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
        return cast("APIResponse[R]", func(*args, **_asking(kwargs, "raw")))

    return wrapped


def to_streamed_response_wrapper(
    func: Callable[P, R],
) -> Callable[P, ResponseContextManager[APIResponse[R]]]:
    """Wrap a method to return a context manager for an unread response."""

    @functools.wraps(func)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseContextManager[APIResponse[R]]:
        def request() -> APIResponse[R]:
            return cast("APIResponse[R]", func(*args, **_asking(kwargs, "stream")))

        return ResponseContextManager(_later(request))

    return wrapped


def to_custom_raw_response_wrapper(
    func: Callable[P, object], response_cls: type[_APIResponseT]
) -> Callable[P, _APIResponseT]:
    """Wrap a method to return the whole response, as a response class of its own."""

    @functools.wraps(func)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> _APIResponseT:
        response: Any = func(*args, **_asking(kwargs, "raw"))
        return _as_class(response, response_cls)

    return wrapped


def to_custom_streamed_response_wrapper(
    func: Callable[P, object], response_cls: type[_APIResponseT]
) -> Callable[P, ResponseContextManager[_APIResponseT]]:
    """Wrap a method to return a context manager for an unread response of its own class."""

    @functools.wraps(func)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseContextManager[_APIResponseT]:
        def request() -> _APIResponseT:
            response: Any = func(*args, **_asking(kwargs, "stream"))
            return _as_class(response, response_cls)

        return ResponseContextManager(_later(request))

    return wrapped


# <<<


# These two classes are not generated from each other: the async one holds a coroutine, which was
# created at once, the sync one a function that is called later.


class ResponseContextManager(Generic[_APIResponseT]):
    """Sends a request at the start of a `with` block and releases its connection at the end."""

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


class AsyncResponseContextManager(Generic[_AsyncAPIResponseT]):
    """Sends a request at the start of an `async with` block, and releases its connection."""

    def __init__(self, api_request: Awaitable[_AsyncAPIResponseT]) -> None:
        self._api_request = api_request
        self._response: _AsyncAPIResponseT | None = None

    async def __aenter__(self) -> _AsyncAPIResponseT:
        self._response = await self._api_request
        return self._response

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._response is not None:
            await self._response.close()


def _later(request: Callable[[], R]) -> Callable[[], R]:
    return request


def _async_later(request: Callable[[], Awaitable[R]]) -> Awaitable[R]:
    return request()


def _asking(kwargs: dict[str, Any], how: str) -> dict[str, Any]:
    """Add the header that makes a method return the response itself."""
    return {
        **kwargs,
        "extra_headers": {**(kwargs.get("extra_headers") or {}), RAW_RESPONSE_HEADER: how},
    }


# ---------------------------------------------------------------------------------------- files


@contextlib.contextmanager
def _whole_file(file: str | os.PathLike[str]) -> Generator[IO[bytes], None, None]:
    """Open a temporary file that replaces `file` once it is complete.

    An existing file keeps its mode and its hard links. A pipe, a device or an open file of a
    process, such as `/dev/stdout`, is written to directly.
    """
    is_open_elsewhere = os.fsdecode(file).startswith(("/dev/", "/proc/"))
    if is_open_elsewhere or (os.path.exists(file) and not os.path.isfile(file)):
        with open(file, "ab") as target:  # what was written to it before stays
            yield target
        return
    path = Path(os.path.realpath(file))
    partial = path.with_name(f".{secrets.token_hex(8)}.part")  # of any name, if it is long
    try:
        with open(partial, "xb") as target:
            yield target
        _put_in_place(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _put_in_place(partial: Path, path: Path) -> None:
    if not path.exists():
        partial.replace(path)
    elif path.stat().st_nlink == 1:
        shutil.copymode(path, partial)
        partial.replace(path)
    else:  # a new file would part it from its other names
        with open(partial, "rb") as whole, open(path, "wb") as target:
            shutil.copyfileobj(whole, target)


def write_whole(file: str | os.PathLike[str], pieces: Iterator[bytes]) -> None:
    """Write a file from its pieces."""
    with _whole_file(file) as target:
        for piece in pieces:
            target.write(piece)


async def async_write_whole(file: str | os.PathLike[str], pieces: AsyncIterator[bytes]) -> None:
    """Write a file from its pieces, in a thread because disks block."""
    from anyio import to_thread

    with _whole_file(file) as target:
        async for piece in pieces:
            await to_thread.run_sync(target.write, piece)


# -------------------------------------------------------------------------------------- parsing


def parse_body(kind: Any, response: httpx.Response, *, is_strict: bool) -> Any:
    """Convert a body that was read to the declared return type of a call.

    Raises `APIResponseValidationError` if it claims to be JSON and is not, and, if `is_strict`, if
    it does not fit the type.
    """
    content_type = response.headers.get("content-type", "").partition(";")[0].strip()
    is_json = content_type.endswith("json")
    if is_json and _is_groq_model(kind):
        return _decode(kind, response, is_strict=is_strict)  # nearly every answer
    bare = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if bare is NoneType:
        return None
    if bare is str:
        return _text(response)
    if bare is bytes:
        return response.content
    if bare is bool or bare is int or bare is float:
        return _scalar(bare, response)
    origin = get_origin(bare) or bare
    if is_class(origin) and issubclass(origin, library.classes("Response")):
        if origin not in library.classes("Response"):
            raise ValueError("Expected httpx.Response itself as `cast_to`, not a subclass of it")
        return response
    if codec.is_model(origin) and not _is_groq_model(origin):
        raise TypeError(
            "Pydantic models must subclass our base model type, e.g. `from groq import BaseModel`"
        )
    if is_json:
        return _decode(kind, response, is_strict=is_strict)
    # A wrong content type is more common than a body that is not JSON.
    if codec.is_model(origin) and _is_json(response.content):
        return _decode(kind, response, is_strict=is_strict)
    if is_strict:
        raise APIResponseValidationError(
            response,
            _text(response),
            message=f"Expected Content-Type response header to be `application/json` but "
            f"received `{content_type or '*'}` instead.",
        )
    return _text(response)


def _scalar(kind: type[_T], response: httpx.Response) -> _T:
    """Read a body that is one word or one number, whatever its content type."""
    text = _text(response)
    value: object = text.strip().lower() == "true" if kind is bool else text
    try:
        return kind(value)  # type: ignore[call-arg]  # `bool`, `int` or `float`
    except ValueError as error:
        raise APIResponseValidationError(response, text) from error


def _is_json(content: bytes) -> bool:
    try:
        codec.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _is_groq_model(kind: Any) -> bool:
    from ._models import BaseModel

    return is_class(kind) and issubclass(kind, BaseModel)


def _text(response: httpx.Response) -> str:
    """Return the body as text, even if its charset is unknown."""
    return codec.text(response.content, response.encoding)


def bind_page(parsed: Any, client: object, options: FinalRequestOptions) -> Any:
    """Bind a page to its call, so that it can fetch the next page."""
    bind: Any = getattr(parsed.__class__, "_bind_call", None)  # `_page` imports pydantic
    if bind is not None:
        bind(parsed, client, options)
    return parsed


def _decode(kind: Any, response: httpx.Response, *, is_strict: bool) -> Any:
    try:
        if is_strict:
            parsed = codec.validate(kind, response.content)
        else:
            parsed = codec.decode(kind, response.content)
    except (ValueError, RecursionError) as error:
        raise _not_readable(response, error, is_strict=is_strict) from error
    if _is_groq_model(type(parsed)):
        object.__setattr__(parsed, "_groq_request_id", response.headers.get("x-request-id"))
    return parsed


def _json(response: httpx.Response, content: bytes) -> object:
    try:
        return codec.loads(content)
    except (ValueError, RecursionError) as error:
        raise _not_readable(response, error, is_strict=False) from error


def _not_readable(
    response: httpx.Response, cause: Exception, *, is_strict: bool
) -> APIResponseValidationError:
    if is_strict:
        with contextlib.suppress(ValueError, RecursionError):
            return APIResponseValidationError(response, codec.loads(response.content))
    text = response.content.decode("utf-8", "replace")
    what = "nests too deep" if isinstance(cause, RecursionError) else "cannot be read as JSON"
    return APIResponseValidationError(
        response,
        text,
        message=f"Data returned by API invalid for expected schema. The body {what}: {shown(text)}",
    )


@contextlib.contextmanager
def _groq_errors(response: httpx.Response) -> Generator[None, None, None]:
    """Raise errors of reading a body as errors of this package."""
    try:
        yield
    except library.errors() as error:
        if library.is_a(error, "StreamConsumed"):
            raise StreamAlreadyConsumed from error
        raise transport_error(error, response.request, response) from error


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
