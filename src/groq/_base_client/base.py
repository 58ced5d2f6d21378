"""`BaseClient`: the options of a client, and what it decides about requests and responses."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Protocol,
    TypeVar,
    Union,
    cast,
)

from typing_extensions import Self, override

from .. import _library as library
from .._constants import (
    DEFAULT_MAX_BODY_BYTES,
    DEFAULT_MAX_RETRIES,
    DEFAULT_MAX_UNPACKED_BYTES,
    TIMEOUT,
)
from .._exceptions import STATUS_ERRORS, APIConnectionError, APIStatusError, InternalServerError
from .._http import codec, deadlines, httpcore_fixes, retries
from .._http.clients import HttpxClientT, LazyClient
from .._http.headers import EncodedHeaders, merge_headers, request_headers
from .._http.options import (
    FinalRequestOptions,
    check_bytes,
    check_mapping,
    check_max_retries,
    check_seconds,
    check_timeout,
)
from .._http.platform_headers import platform_headers
from .._http.requests import http_request
from .._http.urls import base_url_of, is_same_origin, join_url, with_query
from .._library import AsyncHttpClient, HttpClient, HttpTimeout, HttpURL, httpx
from .._parsing import bind_page, parse_body
from .._response import BaseAPIResponse, is_response_class
from .._secrets import without_credentials, without_secret_names
from .._streaming import AsyncStream, Stream, make_stream
from .._text import MAX_ERROR_TEXT, printable
from .._types import NotGiven, Omit, ResponseT, not_given
from .._version import __version__

if TYPE_CHECKING:
    from ..telemetry import Telemetry

logger = logging.getLogger("groq._base_client")
"""Programs silence this logger by its name."""

_MOST_RETRIES = 10**9
"""Stands for unlimited retries, because nothing can be subtracted from infinity."""

_ValueT = TypeVar("_ValueT")
_DefaultStreamT = TypeVar("_DefaultStreamT", bound=Union[Stream[Any], AsyncStream[Any]])


class Limiter(Protocol):
    """The interface of a `RateLimiter`, which sends requests when the limits allow it."""

    def send(
        self,
        send: Callable[[], httpx.Response],
        request: httpx.Request,
        options: FinalRequestOptions,
    ) -> httpx.Response:
        """Call `send`, perhaps later and more than once, and return the unread response."""
        ...

    def async_send(
        self,
        send: Callable[[], Awaitable[httpx.Response]],
        request: httpx.Request,
        options: FinalRequestOptions,
    ) -> Awaitable[httpx.Response]:
        """Call `send`, perhaps later and more than once, and return the unread response."""
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
        http_client: HttpxClientT | HttpClient | AsyncHttpClient | None = None,
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
        kind = self._http_client_kind
        if http_client is not None and not library.is_a(http_client, kind):
            raise TypeError(
                f"Invalid `http_client` argument; Expected an instance of `httpx.{kind}` "
                f"but got {type(http_client)}"
            )
        http_client = cast("HttpxClientT | None", http_client)  # or that of httpx2
        _check_limits(
            deadline=deadline,
            stream_idle_timeout=stream_idle_timeout,
            max_unpacked_bytes=max_unpacked_bytes,
            max_body_bytes=max_body_bytes,
        )
        check_mapping("default_query", custom_query)
        chosen = library.choose(http_client, http_library)
        self._http_library = http_library
        self._http = LazyClient(http_client, kind, chosen)
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
            return None
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
            shown = body if len(text) < MAX_ERROR_TEXT else text
            message = f"Error code: {response.status_code} - {shown}"
        if len(message) > MAX_ERROR_TEXT:
            message = f"{message[:MAX_ERROR_TEXT]} … ({len(message):,} characters)"
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

    def _log(self, retries_taken: int, started: float, response: httpx.Response) -> None:
        """Log one response of an attempt: the last one, or one that redirects."""
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


def merged_defaults(
    name: str,
    own: Mapping[str, _ValueT],
    merged: Mapping[str, _ValueT] | None,
    replacing: Mapping[str, _ValueT] | None,
) -> Mapping[str, _ValueT]:
    """Return the default headers or query of a copy: `own` with `merged`, or else `replacing`."""
    if merged is not None and replacing is not None:
        raise ValueError(
            f"`default_{name}` and `set_default_{name}` arguments are mutually exclusive"
        )
    check_mapping(f"default_{name}", merged)
    return {**own, **(merged or {})} if replacing is None else replacing


_CHECKS = {
    "deadline": check_seconds,
    "stream_idle_timeout": check_seconds,
    "max_unpacked_bytes": check_bytes,
    "max_body_bytes": check_bytes,
}


def _check_limits(**options: object) -> None:
    """Raise `TypeError` or `ValueError` for an invalid time or size."""
    for name, value in options.items():
        if name in _CHECKS and not isinstance(value, NotGiven):
            _CHECKS[name](name, value)


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
