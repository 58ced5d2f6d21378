"""`SyncAPIClient` and `AsyncAPIClient`: options, requests, and the two loops that send."""

from __future__ import annotations

import contextlib
import logging
import time
import warnings
from collections.abc import Awaitable, Mapping
from functools import cached_property
from types import TracebackType
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    Protocol,
    TypeVar,
    Union,
    cast,
    overload,
)

from typing_extensions import Self, override

from . import _library as library
from ._constants import (
    DEFAULT_MAX_BODY_BYTES,
    DEFAULT_MAX_RETRIES,
    DEFAULT_MAX_UNPACKED_BYTES,
    TIMEOUT,
)
from ._constants import (
    INITIAL_RETRY_DELAY as INITIAL_RETRY_DELAY,
)
from ._constants import (
    MAX_RETRY_DELAY as MAX_RETRY_DELAY,
)
from ._exceptions import (
    STATUS_ERRORS,
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    InternalServerError,
    transport_error,
)
from ._http import codec, deadlines, httpcore_fixes, reading, retries
from ._http.clients import HttpxClientT, LazyClient
from ._http.deadlines import Deadline
from ._http.headers import (
    EncodedHeaders,
    merge_headers,
    request_headers,
)
from ._http.options import (
    BinaryContent,
    FinalRequestOptions,
    check_bytes,
    check_mapping,
    check_max_retries,
    check_seconds,
    check_timeout,
    make_request_options,
)
from ._http.platform_headers import platform_headers
from ._http.redirects import redirect_refusal
from ._http.requests import http_request, open_files
from ._http.urls import base_url_of, is_same_origin, join_url, with_query
from ._library import AsyncHttpClient, HttpClient, HttpTimeout, HttpURL, httpx
from ._parsing import bind_page, parse_body
from ._rate_limits import REFUSED_FOR_LIMITS
from ._response import APIResponse, AsyncAPIResponse, BaseAPIResponse, is_response_class
from ._secrets import keep_public_headers, without_credentials, without_secret_names
from ._streaming import AsyncStream, Stream, make_stream
from ._text import printable
from ._types import Body, NotGiven, Omit, RequestFiles, RequestOptions, ResponseT, not_given
from ._version import __version__

if TYPE_CHECKING:
    from ._http.httpx_clients import DefaultAsyncHttpxClient, DefaultHttpxClient
    from .telemetry import Telemetry

    SyncHttpxClientWrapper = DefaultHttpxClient
    AsyncHttpxClientWrapper = DefaultAsyncHttpxClient
else:
    _DEFAULT_CLIENTS = {
        "DefaultHttpxClient": "DefaultHttpxClient",
        "DefaultAsyncHttpxClient": "DefaultAsyncHttpxClient",
        # What groq 1.7.0 calls the clients that it makes itself.
        "SyncHttpxClientWrapper": "DefaultHttpxClient",
        "AsyncHttpxClientWrapper": "DefaultAsyncHttpxClient",
    }

    def __getattr__(name: str) -> Any:
        """Import the default HTTP clients on first use."""
        if name not in _DEFAULT_CLIENTS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from ._http import httpx_clients

        return getattr(httpx_clients, _DEFAULT_CLIENTS[name])


_MOST_RETRIES = 10**9
"""The number that stands for unlimited retries: from infinity, those taken cannot be counted."""

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncAPIClient",
    "BaseClient",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "SyncAPIClient",
    "make_request_options",
]

logger = logging.getLogger(__name__)
"""Programs silence this logger by its name."""

_StreamT = TypeVar("_StreamT", bound=Stream[Any])
_AsyncStreamT = TypeVar("_AsyncStreamT", bound=AsyncStream[Any])
_DefaultStreamT = TypeVar("_DefaultStreamT", bound=Union[Stream[Any], AsyncStream[Any]])


# --------------------------------------------------------------------------------- base client


class Limiter(Protocol):
    """The interface of a `RateLimiter`, which sends requests when the limits allow it."""

    def send(
        self,
        client: SyncAPIClient,
        request: httpx.Request,
        options: FinalRequestOptions,
        retries_taken: int,
    ) -> httpx.Response:
        """Send a request and return the unread response."""
        ...

    def async_send(
        self,
        client: AsyncAPIClient,
        request: httpx.Request,
        options: FinalRequestOptions,
        retries_taken: int,
    ) -> Awaitable[httpx.Response]:
        """Send a request and return the unread response."""
        ...


class BaseClient(Generic[HttpxClientT, _DefaultStreamT]):
    """The part that sync and async clients share: everything except I/O."""

    max_retries: int
    """The number of retries after the first attempt."""
    timeout: float | httpx.Timeout | None
    """Seconds for each step of a request, an `httpx.Timeout`, or `None` for no timeout."""
    deadline: float | None
    """Seconds for a whole call, with its retries, waits and the response body; or `None`."""
    stream_idle_timeout: float | None
    """Seconds that a stream may pause between events, comments not counted; or `None`."""
    max_unpacked_bytes: int
    """The largest decompressed response that is held in memory, and the largest event of a stream,
    in bytes."""
    max_body_bytes: int
    """The largest response that is held in memory, in bytes."""
    limiter: Limiter | None
    """Delays calls to stay within the rate limits; `None` sends them at once."""
    telemetry: Telemetry | None = None
    """Records each call; `None` records nothing."""
    default_stream_cls: type[_DefaultStreamT]
    _response_cls: type[BaseAPIResponse[Any]]
    _http_client_kind: str
    _http: LazyClient[HttpxClientT]

    def __init__(
        self,
        *,
        base_url: str | HttpURL,
        http_client: HttpxClientT | None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        max_retries: int = DEFAULT_MAX_RETRIES,
        custom_headers: Mapping[str, str] | None = None,
        custom_query: Mapping[str, object] | None = None,
        _strict_response_validation: bool = False,
        deadline: float | None = None,
        stream_idle_timeout: float | None = None,
        max_unpacked_bytes: int = DEFAULT_MAX_UNPACKED_BYTES,
        limiter: Limiter | None = None,
        http_library: str | None = None,
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
    ) -> None:
        check_max_retries(max_retries)
        check_timeout(timeout)
        _check_limits(
            deadline=deadline,
            stream_idle_timeout=stream_idle_timeout,
            max_unpacked_bytes=max_unpacked_bytes,
            max_body_bytes=max_body_bytes,
        )
        check_mapping("default_query", custom_query)
        chosen = library.choose(http_client, http_library)
        self._http_library = http_library
        self._http = LazyClient(http_client, self._http_client_kind, chosen)
        self._encoded_headers = EncodedHeaders()
        self.base_url = base_url
        self.timeout = _timeout(timeout, http_client, chosen)
        self.max_retries = max_retries
        self.deadline = deadline
        self.stream_idle_timeout = stream_idle_timeout
        self.max_unpacked_bytes = max_unpacked_bytes
        self.max_body_bytes = max_body_bytes
        self.limiter = limiter
        self._custom_headers: Mapping[str, str] = custom_headers or {}
        self._custom_query: Mapping[str, object] = custom_query or {}
        self._strict_response_validation = _strict_response_validation

    @property
    def _client(self) -> HttpxClientT:
        """The HTTP client, which is created at the first request and can be replaced."""
        try:
            return self._http.get()
        except RuntimeError as error:  # another thread closed this client after the call began
            raise self._closed_error("GET", self._base_url) from error

    @_client.setter
    def _client(self, http_client: HttpxClientT) -> None:
        self._http = LazyClient(http_client, self._http_client_kind, library.of(http_client))

    @property
    def is_strict(self) -> bool:
        """Whether a response that does not fit its declared type is an error."""
        return self._strict_response_validation

    @property
    def base_url(self) -> httpx.URL:
        """The base URL of the API, with a trailing slash."""
        return self._base_url

    @base_url.setter
    def base_url(self, url: str | HttpURL) -> None:
        self._base_url = base_url_of(self._http.library, url)
        self._base_url_text = str(self._base_url)

    @property
    def auth_headers(self) -> dict[str, str]:
        """The headers that identify the caller."""
        return {}

    @property
    def custom_auth(self) -> httpx.Auth | None:
        """An authentication scheme of httpx, for subclasses to override."""
        return None

    @property
    def user_agent(self) -> str:
        """The `User-Agent` header."""
        return f"Groq/Python {__version__}"

    @property
    def default_headers(self) -> dict[str, str | Omit]:
        """The headers of every request: the client's own, overridden by `default_headers`."""
        own: dict[str, str | Omit] = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": self.user_agent,
            **platform_headers(),
            **self.auth_headers,
        }
        return merge_headers(own, self._custom_headers) if self._custom_headers else own

    @property
    def default_query(self) -> dict[str, object]:
        """The query parameters of every request."""
        return dict(self._custom_query)

    def _copy_options(self, **given: Any) -> dict[str, Any]:
        """Return the options of a copy: the given ones, else this client's."""
        _check_limits(**given)
        return {
            name: getattr(self, name) if isinstance(value, NotGiven) else value
            for name, value in given.items()
        }

    def _copied_library(self, name: str | None, *, is_shared: bool) -> dict[str, Any]:
        """Return the `http_library` option of a copy, if it was given.

        It is left out otherwise, because the constructor of a subclass may lack this option.
        """
        name = name or (self._http_library if is_shared else None)
        return {} if name is None else {"http_library": name}

    def _copy_headers(
        self, merged: Mapping[str, str] | None, replacing: Mapping[str, str] | None
    ) -> Mapping[str, str]:
        if merged is not None and replacing is not None:
            raise ValueError(
                "`default_headers` and `set_default_headers` arguments are mutually exclusive"
            )
        check_mapping("default_headers", merged)
        return {**self._custom_headers, **(merged or {})} if replacing is None else replacing

    def _copy_query(
        self, merged: Mapping[str, object] | None, replacing: Mapping[str, object] | None
    ) -> Mapping[str, object]:
        if merged is not None and replacing is not None:
            raise ValueError(
                "`default_query` and `set_default_query` arguments are mutually exclusive"
            )
        check_mapping("default_query", merged)
        return {**self._custom_query, **(merged or {})} if replacing is None else replacing

    def is_closed(self) -> bool:
        """Say whether `close` was called."""
        return self._http.is_closed

    @override
    def __repr__(self) -> str:
        url = str(without_credentials(self._base_url))
        return f"{type(self).__name__}(base_url={url!r}{', closed' if self.is_closed() else ''})"

    # ------------------------------------------------------------------------------------ copies

    def _own_state(self) -> dict[str, Any]:
        """Return the attributes without the resources, which are bound to this client."""
        kind = type(self)
        return {
            name: value
            for name, value in self.__dict__.items()
            if not isinstance(getattr(kind, name, None), cached_property)
        }

    def __copy__(self) -> Self:
        copied = self.__class__.__new__(self.__class__)
        copied.__dict__.update(self._own_state())
        return copied

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.__copy__()  # connections cannot be copied, and options are never mutated

    def __getstate__(self) -> dict[str, Any]:
        """Return the options, without credentials and secret headers.

        The HTTP client is not pickled; the unpickled client has a default one of the same library.
        """
        state = self._own_state()
        state["_http"] = self._http.library.name
        state["_base_url"] = state["_base_url_text"] = str(without_credentials(self._base_url))
        state["_custom_headers"] = without_secret_names(self._custom_headers)
        state["_custom_query"] = without_secret_names(self._custom_query)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        http_library = library.load(state["_http"])
        self._http = LazyClient(None, self._http_client_kind, http_library)
        self._base_url = http_library.URL(state["_base_url"])

    # ---------------------------------------------------------------------------------- requests

    def _build_request(
        self, options: FinalRequestOptions, *, retries_taken: int = 0
    ) -> httpx.Request:
        """Build the request of one attempt."""
        timeout = self._timeout_of(options)
        # Credentials in the URL are sent in a header, which `_auth_for` returns.
        url = without_credentials(join_url(self._http.library, self._base_url_text, options.url))
        defaults = self.default_headers
        if "://" in options.url and not is_same_origin(self._base_url, url):
            identifying = {name.lower() for name in self.auth_headers}
            defaults = {k: v for k, v in defaults.items() if k.lower() not in identifying}
        headers = request_headers(
            options.method, options.headers, defaults, retries_taken=retries_taken, timeout=timeout
        )
        if options.params or self._custom_query:
            url = with_query(url, {**self.default_query, **options.params})
        request = http_request(self._client, options, url, headers, timeout, self._encoded_headers)
        if options.deadline is not None:
            deadlines.set_deadline(request, options.deadline)
            httpcore_fixes.trace_deadline(self._client, request, options.deadline)
        return request

    def _auth_for(
        self, http: httpx.Client | httpx.AsyncClient, options: FinalRequestOptions
    ) -> Any:
        """Return the authentication of a request, such as user and password in its URL."""
        if self.custom_auth is not None:
            return self.custom_auth
        url = join_url(self._http.library, self._base_url_text, options.url)
        if url.userinfo and http.auth is None:
            return self._http.library.BasicAuth(url.username, url.password)
        return self._http.library.USE_CLIENT_DEFAULT

    def _timeout_of(self, options: FinalRequestOptions) -> dict[str, float | None]:
        """Return the timeout of each step of an attempt, in seconds, within the deadline."""
        given = self.timeout if isinstance(options.timeout, NotGiven) else options.timeout
        timeout = library.timeout_steps(given)
        if options.deadline is None:
            return timeout
        return {step: options.deadline.cut(seconds) for step, seconds in timeout.items()}

    def _start_call(self, options: FinalRequestOptions) -> FinalRequestOptions:
        """Open the files to upload, and set the deadline of the call."""
        options = open_files(options)
        if self.deadline is not None:
            options = options.copy()
            options.deadline = Deadline(self.deadline)
        return options

    def _check_open(self, options: FinalRequestOptions) -> None:
        if self.is_closed():
            url = join_url(self._http.library, self._base_url_text, options.url)
            raise self._closed_error(options.method.upper(), url)

    def _closed_error(self, method: str, url: httpx.URL) -> APIConnectionError:
        return APIConnectionError(
            message="Connection error. The client has been closed; make a new one.",
            request=self._http.library.Request(method, without_credentials(url)),
        )

    # ----------------------------------------------------------------------------------- retries

    def _delay_before_retry(
        self,
        options: FinalRequestOptions,
        retries_taken: int,
        request: httpx.Request,
        response: httpx.Response | None = None,
    ) -> float | None:
        """Return the delay before another attempt, in seconds; `None` if there will be none.

        Without a response, the connection failed, which is retried.
        """
        remaining = self._most_retries(options) - retries_taken
        if remaining <= 0 or (response is not None and not self._should_retry(response)):
            return None
        if self.is_closed() or not retries.can_resend(request.stream):
            return None  # the client is closed, or the body cannot be sent again
        headers = None if response is None else response.headers
        delay = self._calculate_retry_timeout(remaining, options, headers)
        if options.deadline is not None and delay >= options.deadline.left():
            return None
        logger.debug("Trying again in %.2f s; %s retries are left", delay, remaining - 1)
        return delay

    def _should_retry(self, response: httpx.Response) -> bool:
        """Say whether a response is retried."""
        refusal = response.content if library.is_read(response) else b""
        return retries.should_retry_status(
            response.status_code, response.headers, codec.text(refusal, None)
        )

    def _calculate_retry_timeout(
        self,
        remaining_retries: int,
        options: FinalRequestOptions,
        response_headers: httpx.Headers | None = None,
    ) -> float:
        """Return the delay before another attempt, in seconds."""
        # The signature is that of groq 1.7.0, because subclasses override this method.
        taken = self._most_retries(options) - remaining_retries
        return retries.delay(taken, response_headers)

    def _most_retries(self, options: FinalRequestOptions) -> int:
        """Return how often a call may be retried, at most `_MOST_RETRIES`."""
        return min(options.get_max_retries(self.max_retries), _MOST_RETRIES)

    # --------------------------------------------------------------------------------- responses

    def _make_status_error(
        self, err_msg: str, *, body: object, response: httpx.Response
    ) -> APIStatusError:
        """Return the error for a status."""
        status = response.status_code
        kind = STATUS_ERRORS.get(status, InternalServerError if status >= 500 else APIStatusError)
        return kind(err_msg, response=response, body=body)

    def _status_error(self, response: httpx.Response) -> APIStatusError:
        """Return the error for a response whose body has been read, as far as it arrived."""
        content = response.content
        text = codec.text(content, response.encoding).strip()
        body: object = text
        message = text or f"Error code: {response.status_code}"
        with contextlib.suppress(ValueError, RecursionError):
            body = codec.loads(content)
            message = f"Error code: {response.status_code} - {body if len(text) < 4096 else text}"
        if len(message) > 4096:
            message = f"{message[:4096]} … ({len(message):,} characters)"
        return self._make_status_error(message, body=body, response=response)

    def _process_response(
        self,
        *,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        response: httpx.Response,
        stream: bool,
        stream_cls: type[Stream[Any] | AsyncStream[Any]] | None,
        retries_taken: int,
    ) -> Any:
        """Convert a response to the declared return type of the call."""
        if options.observer is not None:
            options.observer.record_response(response, retries_taken)
        is_response = is_response_class(cast_to)
        if not (is_response or options.raw_response):
            if not stream:
                parsed = parse_body(cast_to, response, is_strict=self.is_strict)
                return bind_page(parsed, self, options)
            kind = stream_cls or self.default_stream_cls
            return make_stream(kind, cast_to, response, self, options)
        response_cls = cast_to if is_response_class(cast_to) else self._response_cls
        return response_cls(
            raw=response,
            client=self,
            cast_to=bytes if is_response else cast_to,
            stream=stream,
            stream_cls=stream_cls,
            options=options,
            retries_taken=retries_taken,
        )

    def _log(self, response: httpx.Response, retries_taken: int, started: float) -> None:
        if logger.isEnabledFor(logging.INFO):
            logger.info(
                "%s %s: %d, request id %s, attempt %d, %.0f ms",
                response.request.method,
                response.request.url.copy_with(query=None),  # a parameter may be a secret
                response.status_code,
                printable(response.headers.get("x-request-id", "none")),
                retries_taken + 1,
                (time.monotonic() - started) * 1000,
            )


def _check_limits(**options: object) -> None:
    """Raise `TypeError` or `ValueError` for an invalid time or size."""
    for names, check in (
        (("deadline", "stream_idle_timeout"), check_seconds),
        (("max_unpacked_bytes", "max_body_bytes"), check_bytes),
    ):
        for name in names:
            if name in options and not isinstance(options[name], NotGiven):
                check(name, options[name])


def _timeout(
    timeout: float | HttpTimeout | None | NotGiven,
    http_client: httpx.Client | httpx.AsyncClient | None,
    http_library: library.Library,
) -> float | httpx.Timeout | None:
    """Return the timeout of a client: its own, else one that its HTTP client was given."""
    if not isinstance(timeout, NotGiven):
        return cast("float | httpx.Timeout | None", timeout)  # or httpx2's, which is used alike
    if http_client is not None and http_client.timeout != http_library.Timeout(5.0):
        return http_client.timeout
    return http_library.Timeout(**TIMEOUT)


class AsyncAPIClient(BaseClient["httpx.AsyncClient", AsyncStream[Any]]):
    """An asynchronous client."""

    default_stream_cls = AsyncStream
    _response_cls = AsyncAPIResponse
    _http_client_kind = "AsyncClient"

    def __init__(
        self,
        *,
        base_url: str | HttpURL,
        http_client: httpx.AsyncClient | AsyncHttpClient | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        max_retries: int = DEFAULT_MAX_RETRIES,
        custom_headers: Mapping[str, str] | None = None,
        custom_query: Mapping[str, object] | None = None,
        _strict_response_validation: bool = False,
        deadline: float | None = None,
        stream_idle_timeout: float | None = None,
        max_unpacked_bytes: int = DEFAULT_MAX_UNPACKED_BYTES,
        limiter: Limiter | None = None,
        http_library: str | None = None,
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
    ) -> None:
        if http_client is not None and not library.is_a(http_client, "AsyncClient"):
            raise TypeError(
                "Invalid `http_client` argument; Expected an instance of `httpx.AsyncClient` "
                f"but got {type(http_client)}"
            )
        super().__init__(
            base_url=base_url,
            http_client=cast("httpx.AsyncClient | None", http_client),  # or that of httpx2
            timeout=timeout,
            max_retries=max_retries,
            custom_headers=custom_headers,
            custom_query=custom_query,
            _strict_response_validation=_strict_response_validation,
            deadline=deadline,
            stream_idle_timeout=stream_idle_timeout,
            max_unpacked_bytes=max_unpacked_bytes,
            limiter=limiter,
            http_library=http_library,
            max_body_bytes=max_body_bytes,
        )

    async def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        http_client = self._http.close()
        if http_client is not None:
            await http_client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()

    async def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
        """Change the options of an attempt; a hook for subclasses."""
        return options

    def _has_options_hook(self) -> bool:
        """Say whether `_prepare_options` is overridden, by a subclass or on this client."""
        hook = getattr(self._prepare_options, "__func__", None)
        return hook is not AsyncAPIClient._prepare_options

    async def _prepare_request(self, request: httpx.Request) -> None:
        """Change the request of an attempt; a hook for subclasses."""

    @overload
    async def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: Literal[True],
        stream_cls: type[_AsyncStreamT],
    ) -> _AsyncStreamT: ...
    @overload
    async def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: Literal[False] = False,
        stream_cls: None = None,
    ) -> ResponseT: ...
    @overload
    async def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool = False,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT: ...
    async def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool = False,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT:
        """Send a request, with retries, and return its parsed response.

        Raises `APIStatusError` for an error status, `APIConnectionError` without a response, and
        `APIResponseValidationError` for a response that cannot be parsed.
        """
        if self.telemetry is None:
            return await self._request(cast_to, options, stream=stream, stream_cls=stream_cls)
        with self.telemetry.observe(options, self._base_url_text) as observer:
            options = options.copy()  # the caller may send them again, with another client
            options.observer = observer
            result = await self._request(cast_to, options, stream=stream, stream_cls=stream_cls)
            observer.record_result(result)
            return result

    async def _request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool,
        stream_cls: type[_AsyncStreamT] | None,
    ) -> ResponseT | _AsyncStreamT:
        options = self._start_call(options)
        if self._has_options_hook():
            options = options.with_own_json()  # the hook may change the JSON in place
        is_read = not (stream or options.raw_response == "stream")
        retries_taken = 0
        while True:
            prepared = await self._prepare_options(options.copy())
            self._check_open(prepared)
            request = self._build_request(prepared, retries_taken=retries_taken)
            await self._prepare_request(request)
            try:
                response = await self._attempt(request, prepared, retries_taken, is_read=is_read)
            except APIConnectionError as error:
                delay = None
                if retries.should_retry_error(error):
                    delay = self._delay_before_retry(options, retries_taken, request)
                if delay is None:
                    raise
            else:
                if response.is_success:
                    break
                if response.status_code in REFUSED_FOR_LIMITS:
                    # The body may say that the request exceeds a limit and can never succeed.
                    # Others are read only without a retry, which a slow body must not delay.
                    await reading.async_read_error(response)
                delay = self._delay_before_retry(options, retries_taken, request, response)
                if delay is None:
                    await reading.async_read_error(response)
                    raise self._status_error(response)
                await response.aclose()
            await self._sleep_for_retry(delay)
            retries_taken += 1
        return cast(
            "ResponseT | _AsyncStreamT",  # by `cast_to` and `stream_cls`
            self._process_response(
                cast_to=cast_to,
                options=prepared,
                response=response,
                stream=stream,
                stream_cls=stream_cls,
                retries_taken=retries_taken,
            ),
        )

    async def _attempt(
        self,
        request: httpx.Request,
        options: FinalRequestOptions,
        retries_taken: int,
        *,
        is_read: bool,
    ) -> httpx.Response:
        """Send one request within the limits and the deadline, and read a success if `is_read`."""
        response = None
        try:
            async with deadlines.async_until(options.deadline):
                if self.limiter is None:
                    response = await self._send(request, options, retries_taken)
                else:
                    response = await self.limiter.async_send(self, request, options, retries_taken)
                if response.is_success and is_read:
                    await self._read(response)
                return response
        except deadlines.DeadlineError as cause:
            raise transport_error(cause, request, response) from cause

    async def _send(
        self, request: httpx.Request, options: FinalRequestOptions, retries_taken: int
    ) -> httpx.Response:
        """Send one request, follow its redirects, and return the unread response.

        Raises `APIConnectionError` if the transport fails. A hook's exception is not changed.
        """
        http = self._client
        auth = self._auth_for(http, options)
        follows = options.follow_redirects
        if follows is None:
            follows = http.follow_redirects
        started = time.monotonic()
        history: list[httpx.Response] = []
        while True:
            try:
                response = await httpcore_fixes.async_send(
                    http, request, auth=auth, follow_redirects=False
                )
            except library.errors() as cause:
                if not library.is_from_transport(cause):
                    raise
                retries.raise_file_error(request.stream)
                raise transport_error(cause, request) from cause
            response.history = list(history)
            self._log(response, retries_taken, started)
            following = response.next_request if follows else None
            if following is None and not (follows and response.has_redirect_location):
                if options.deadline is not None:
                    deadlines.set_body_deadline(response, options.deadline)
                return response
            # An error while closing would hide what becomes of the redirect.
            with contextlib.suppress(*library.errors()):
                await response.aclose()
            refusal = redirect_refusal(
                response,
                following,
                redirects_taken=len(history),
                max_redirects=http.max_redirects,
                sends_body_elsewhere=bool(options.follow_redirects),
            )
            if following is None or refusal is not None:
                raise APIConnectionError(message=f"Connection error. {refusal}", request=request)
            if not is_same_origin(request.url, following.url):
                keep_public_headers(following.headers)
            history.append(response)
            request = following
            # httpx has copied the `Authorization` header if the origin is the same, and dropped it
            # if not. An `auth` would add it for any origin.
            auth = None

    async def _read(self, response: httpx.Response) -> None:
        """Read the body. Raises `APIConnectionError` if it is lost on the way."""
        try:
            await reading.async_read(response, self)
        except BaseException as cause:
            await response.aclose()
            if isinstance(cause, library.errors()):
                raise transport_error(cause, response.request, response) from cause
            raise

    async def _sleep_for_retry(self, delay: float) -> None:
        await _async_sleep(delay)

    @overload
    async def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: Literal[False] = False,
    ) -> ResponseT: ...
    @overload
    async def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: Literal[True],
        stream_cls: type[_AsyncStreamT],
    ) -> _AsyncStreamT: ...
    @overload
    async def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: bool,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT: ...
    async def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: bool = False,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT:
        """Send a GET request to a path without a method of its own."""
        final = FinalRequestOptions(method="get", url=path, **options)
        return await self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    @overload
    async def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: Literal[False] = False,
    ) -> ResponseT: ...
    @overload
    async def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: Literal[True],
        stream_cls: type[_AsyncStreamT],
    ) -> _AsyncStreamT: ...
    @overload
    async def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: bool,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT: ...
    async def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: bool = False,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT:
        """Send a POST request to a path without a method of its own."""
        final = _with_body("post", path, body, content, files, options)
        return await self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    async def put(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a PUT request to a path without a method of its own."""
        final = _with_body("put", path, body, content, files, options)
        return await self.request(cast_to, final)

    async def patch(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a PATCH request to a path without a method of its own."""
        final = _with_body("patch", path, body, content, files, options)
        return await self.request(cast_to, final)

    async def delete(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a DELETE request to a path without a method of its own."""
        final = _with_body("delete", path, body, content, None, options)
        return await self.request(cast_to, final)


# >>> sync half: produced by scripts/mirror.py


class SyncAPIClient(BaseClient["httpx.Client", Stream[Any]]):
    """A synchronous client."""

    default_stream_cls = Stream
    _response_cls = APIResponse
    _http_client_kind = "Client"

    def __init__(
        self,
        *,
        base_url: str | HttpURL,
        http_client: httpx.Client | HttpClient | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        max_retries: int = DEFAULT_MAX_RETRIES,
        custom_headers: Mapping[str, str] | None = None,
        custom_query: Mapping[str, object] | None = None,
        _strict_response_validation: bool = False,
        deadline: float | None = None,
        stream_idle_timeout: float | None = None,
        max_unpacked_bytes: int = DEFAULT_MAX_UNPACKED_BYTES,
        limiter: Limiter | None = None,
        http_library: str | None = None,
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
    ) -> None:
        if http_client is not None and not library.is_a(http_client, "Client"):
            raise TypeError(
                "Invalid `http_client` argument; Expected an instance of `httpx.Client` "
                f"but got {type(http_client)}"
            )
        super().__init__(
            base_url=base_url,
            http_client=cast("httpx.Client | None", http_client),  # or that of httpx2
            timeout=timeout,
            max_retries=max_retries,
            custom_headers=custom_headers,
            custom_query=custom_query,
            _strict_response_validation=_strict_response_validation,
            deadline=deadline,
            stream_idle_timeout=stream_idle_timeout,
            max_unpacked_bytes=max_unpacked_bytes,
            limiter=limiter,
            http_library=http_library,
            max_body_bytes=max_body_bytes,
        )

    def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        http_client = self._http.close()
        if http_client is not None:
            http_client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
        """Change the options of an attempt; a hook for subclasses."""
        return options

    def _has_options_hook(self) -> bool:
        """Say whether `_prepare_options` is overridden, by a subclass or on this client."""
        hook = getattr(self._prepare_options, "__func__", None)
        return hook is not SyncAPIClient._prepare_options

    def _prepare_request(self, request: httpx.Request) -> None:
        """Change the request of an attempt; a hook for subclasses."""

    @overload
    def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: Literal[True],
        stream_cls: type[_StreamT],
    ) -> _StreamT: ...
    @overload
    def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: Literal[False] = False,
        stream_cls: None = None,
    ) -> ResponseT: ...
    @overload
    def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool = False,
        stream_cls: type[_StreamT] | None = None,
    ) -> ResponseT | _StreamT: ...
    def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool = False,
        stream_cls: type[_StreamT] | None = None,
    ) -> ResponseT | _StreamT:
        """Send a request, with retries, and return its parsed response.

        Raises `APIStatusError` for an error status, `APIConnectionError` without a response, and
        `APIResponseValidationError` for a response that cannot be parsed.
        """
        if self.telemetry is None:
            return self._request(cast_to, options, stream=stream, stream_cls=stream_cls)
        with self.telemetry.observe(options, self._base_url_text) as observer:
            options = options.copy()  # the caller may send them again, with another client
            options.observer = observer
            result = self._request(cast_to, options, stream=stream, stream_cls=stream_cls)
            observer.record_result(result)
            return result

    def _request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool,
        stream_cls: type[_StreamT] | None,
    ) -> ResponseT | _StreamT:
        options = self._start_call(options)
        if self._has_options_hook():
            options = options.with_own_json()  # the hook may change the JSON in place
        is_read = not (stream or options.raw_response == "stream")
        retries_taken = 0
        while True:
            prepared = self._prepare_options(options.copy())
            self._check_open(prepared)
            request = self._build_request(prepared, retries_taken=retries_taken)
            self._prepare_request(request)
            try:
                response = self._attempt(request, prepared, retries_taken, is_read=is_read)
            except APIConnectionError as error:
                delay = None
                if retries.should_retry_error(error):
                    delay = self._delay_before_retry(options, retries_taken, request)
                if delay is None:
                    raise
            else:
                if response.is_success:
                    break
                if response.status_code in REFUSED_FOR_LIMITS:
                    # The body may say that the request exceeds a limit and can never succeed.
                    # Others are read only without a retry, which a slow body must not delay.
                    reading.read_error(response)
                delay = self._delay_before_retry(options, retries_taken, request, response)
                if delay is None:
                    reading.read_error(response)
                    raise self._status_error(response)
                response.close()
            self._sleep_for_retry(delay)
            retries_taken += 1
        return cast(
            "ResponseT | _StreamT",  # by `cast_to` and `stream_cls`
            self._process_response(
                cast_to=cast_to,
                options=prepared,
                response=response,
                stream=stream,
                stream_cls=stream_cls,
                retries_taken=retries_taken,
            ),
        )

    def _attempt(
        self,
        request: httpx.Request,
        options: FinalRequestOptions,
        retries_taken: int,
        *,
        is_read: bool,
    ) -> httpx.Response:
        """Send one request within the limits and the deadline, and read a success if `is_read`."""
        response = None
        try:
            with deadlines.until(options.deadline):
                if self.limiter is None:
                    response = self._send(request, options, retries_taken)
                else:
                    response = self.limiter.send(self, request, options, retries_taken)
                if response.is_success and is_read:
                    self._read(response)
                return response
        except deadlines.DeadlineError as cause:
            raise transport_error(cause, request, response) from cause

    def _send(
        self, request: httpx.Request, options: FinalRequestOptions, retries_taken: int
    ) -> httpx.Response:
        """Send one request, follow its redirects, and return the unread response.

        Raises `APIConnectionError` if the transport fails. A hook's exception is not changed.
        """
        http = self._client
        auth = self._auth_for(http, options)
        follows = options.follow_redirects
        if follows is None:
            follows = http.follow_redirects
        started = time.monotonic()
        history: list[httpx.Response] = []
        while True:
            try:
                response = httpcore_fixes.send(http, request, auth=auth, follow_redirects=False)
            except library.errors() as cause:
                if not library.is_from_transport(cause):
                    raise
                retries.raise_file_error(request.stream)
                raise transport_error(cause, request) from cause
            response.history = list(history)
            self._log(response, retries_taken, started)
            following = response.next_request if follows else None
            if following is None and not (follows and response.has_redirect_location):
                if options.deadline is not None:
                    deadlines.set_body_deadline(response, options.deadline)
                return response
            # An error while closing would hide what becomes of the redirect.
            with contextlib.suppress(*library.errors()):
                response.close()
            refusal = redirect_refusal(
                response,
                following,
                redirects_taken=len(history),
                max_redirects=http.max_redirects,
                sends_body_elsewhere=bool(options.follow_redirects),
            )
            if following is None or refusal is not None:
                raise APIConnectionError(message=f"Connection error. {refusal}", request=request)
            if not is_same_origin(request.url, following.url):
                keep_public_headers(following.headers)
            history.append(response)
            request = following
            # httpx has copied the `Authorization` header if the origin is the same, and dropped it
            # if not. An `auth` would add it for any origin.
            auth = None

    def _read(self, response: httpx.Response) -> None:
        """Read the body. Raises `APIConnectionError` if it is lost on the way."""
        try:
            reading.read(response, self)
        except BaseException as cause:
            response.close()
            if isinstance(cause, library.errors()):
                raise transport_error(cause, response.request, response) from cause
            raise

    def _sleep_for_retry(self, delay: float) -> None:
        _sleep(delay)

    @overload
    def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: Literal[False] = False,
    ) -> ResponseT: ...
    @overload
    def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: Literal[True],
        stream_cls: type[_StreamT],
    ) -> _StreamT: ...
    @overload
    def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: bool,
        stream_cls: type[_StreamT] | None = None,
    ) -> ResponseT | _StreamT: ...
    def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: bool = False,
        stream_cls: type[_StreamT] | None = None,
    ) -> ResponseT | _StreamT:
        """Send a GET request to a path without a method of its own."""
        final = FinalRequestOptions(method="get", url=path, **options)
        return self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    @overload
    def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: Literal[False] = False,
    ) -> ResponseT: ...
    @overload
    def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: Literal[True],
        stream_cls: type[_StreamT],
    ) -> _StreamT: ...
    @overload
    def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: bool,
        stream_cls: type[_StreamT] | None = None,
    ) -> ResponseT | _StreamT: ...
    def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: bool = False,
        stream_cls: type[_StreamT] | None = None,
    ) -> ResponseT | _StreamT:
        """Send a POST request to a path without a method of its own."""
        final = _with_body("post", path, body, content, files, options)
        return self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    def put(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a PUT request to a path without a method of its own."""
        final = _with_body("put", path, body, content, files, options)
        return self.request(cast_to, final)

    def patch(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a PATCH request to a path without a method of its own."""
        final = _with_body("patch", path, body, content, files, options)
        return self.request(cast_to, final)

    def delete(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a DELETE request to a path without a method of its own."""
        final = _with_body("delete", path, body, content, None, options)
        return self.request(cast_to, final)


# <<<


async def _async_sleep(delay: float) -> None:
    import anyio

    await anyio.sleep(delay)


def _sleep(delay: float) -> None:
    time.sleep(delay)


def _with_body(
    method: str,
    path: str,
    body: Body | None,
    content: BinaryContent,
    files: RequestFiles | None,
    options: RequestOptions,
) -> FinalRequestOptions:
    if body is not None and content is not None:
        raise TypeError("Passing both `body` and `content` is not supported; pass one of them")
    if isinstance(body, bytes):
        warnings.warn(
            "Passing raw bytes as `body` is deprecated and will be removed in a future version. "
            "Please pass raw bytes via the `content` parameter instead.",
            DeprecationWarning,
            stacklevel=3,
        )
        body, content = None, body
    return FinalRequestOptions(
        method=method, url=path, json_data=body, content=content, files=files, **options
    )
