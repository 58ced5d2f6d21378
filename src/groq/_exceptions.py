"""What can go wrong, as exceptions: all of them are a `GroqError`."""

# A subclass narrows its status to the one that it stands for, which nobody assigns:
# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

from typing_extensions import override

from ._http import library
from ._http.library import httpx
from ._rate_limits import REFUSED_FOR_LIMITS, LimitExceeded, RateLimit, retry_after
from ._text import printable, without_userinfo
from ._types import is_mapping

__all__ = [
    "BadRequestError",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "ConflictError",
    "UnprocessableEntityError",
    "RateLimitError",
    "InternalServerError",
]

_ErrorT = TypeVar("_ErrorT", bound="GroqError")


class GroqError(Exception):
    """The base of every error that this package raises on its own account."""


class APIError(GroqError):
    """A request that failed, on the way or at the server.

    Errors can be pickled and copied. A copy keeps what the server said; of the request it keeps
    method and URL alone, so that neither key nor prompt leaves the process with it.
    """

    message: str
    request: httpx.Request
    body: object | None
    """The body of the answer: decoded if it was JSON, else its text; `None` if there was none."""
    code: str | None
    """The server's name for what went wrong, such as `tool_use_failed`."""
    type: str | None
    """The server's name for the kind of error, such as `invalid_request_error`."""
    param: str | None
    """The parameter that the server objects to."""
    failed_generation: str | None
    """What the model wrote, where that did not fit what was asked for."""
    status_code: int | None = None
    """The HTTP status; in mid-stream the one that the error event names, if it names one."""

    def __init__(self, message: str, request: httpx.Request, *, body: object | None) -> None:
        super().__init__(message)
        self.message = message
        self.request = request
        self.body = body
        details = error_details(body)
        self.code = _text(details.get("code"))
        self.type = _text(details.get("type"))
        self.param = _text(details.get("param"))
        self.failed_generation = _text(details.get("failed_generation"))
        if sys.version_info >= (3, 11) and (hint := self.hint):
            self.add_note(hint)

    @property
    def text(self) -> str:
        """What the server says, in its own words; `message` where it says nothing."""
        details = error_details(self.body)
        told = details.get("message") or details.get("error") or self.body
        if not told or not isinstance(told, str):
            return self.message
        is_page = told.lstrip().startswith("<")  # from a proxy in front
        return f"Error code: {self.status_code}" if is_page else told.strip()

    @property
    def hint(self) -> str | None:
        """What to use in place of a model that is gone; tracebacks show it, from Python 3.11 on."""
        if self.code not in ("model_decommissioned", "model_not_found"):
            return None
        from ._catalog import replacement_hint

        named = re.search(r"model `([^`]{1,200})`", self.text)
        return replacement_hint(named[1]) if named else None

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        state = self.__dict__.copy()
        state["request"] = _without_secrets(self.request)
        response = state.get("response")
        if response is not None:
            state["response"] = _read_copy(response, state["request"])
        return restored, (type(self), self.args, state)


class APIResponseValidationError(APIError):
    """An answer that cannot be read as what was asked for: not JSON, or not of its shape."""

    response: httpx.Response
    status_code: int

    def __init__(
        self, response: httpx.Response, body: object | None, *, message: str | None = None
    ) -> None:
        super().__init__(
            message or "Data returned by API invalid for expected schema.",
            response.request,
            body=body,
        )
        self.response = response
        self.status_code = response.status_code


class APIStatusError(APIError):
    """An answer whose status says that the request failed."""

    response: httpx.Response
    status_code: int
    request_id: str | None
    """What `x-request-id` says: give it to Groq's support."""

    def __init__(self, message: str, *, response: httpx.Response, body: object | None) -> None:
        super().__init__(message, response.request, body=body)
        self.response = response
        self.status_code = response.status_code
        self.request_id = response.headers.get("x-request-id")

    @property
    def rate_limit(self) -> RateLimit | None:
        """The rate limits that the answer reports; `None` if it reports none."""
        return RateLimit.from_headers(self.response.headers)

    @property
    def retry_after(self) -> float | None:
        """How long the server asks to wait, in seconds; `None` if it names no sane time."""
        return retry_after(self.response.headers)

    @property
    def limit_exceeded(self) -> LimitExceeded | None:
        """The rate limit that the request was refused for; `None` if the message names none."""
        if self.status_code not in REFUSED_FOR_LIMITS:
            return None
        message = error_details(self.body).get("message", self.body)
        return LimitExceeded.from_message(message) if isinstance(message, str) else None


class RequestTooLargeError(APIError):
    """A request that exceeds a known rate limit by itself: it was not sent, for it cannot succeed.

    A client with a `limiter` raises it.
    """

    limit_exceeded: LimitExceeded
    """The limit, and what the request would take of it."""


class APIConnectionError(APIError):
    """A request that got no answer, or lost it on the way; `__cause__` says how."""

    response: httpx.Response | None = None
    """The answer, if its head came before the connection was lost."""
    reason: str | None = None
    """What the transport says about it, such as `[Errno 111] Connection refused`."""

    def __init__(self, *, message: str = "Connection error.", request: httpx.Request) -> None:
        super().__init__(message, request, body=None)

    @override
    def __str__(self) -> str:
        if self.reason is None:
            return self.message
        # Parameters of a URL may be secret, as its user and password are.
        url = without_credentials(self.request.url).copy_with(query=None)
        return f"{self.message} {self.reason} ({self.request.method} {url})"


class APITimeoutError(APIConnectionError):
    """A request, or a read in mid-stream, that took longer than its `timeout`."""

    def __init__(self, request: httpx.Request) -> None:
        super().__init__(message="Request timed out.", request=request)


class BadRequestError(APIStatusError):
    """400: the request is invalid; `code` and `failed_generation` say more."""

    status_code: Literal[400] = 400


class AuthenticationError(APIStatusError):
    """401: the key is missing or wrong."""

    status_code: Literal[401] = 401


class PermissionDeniedError(APIStatusError):
    """403: the key may not do this."""

    status_code: Literal[403] = 403


class NotFoundError(APIStatusError):
    """404: there is no such model, file, batch or path."""

    status_code: Literal[404] = 404


class ConflictError(APIStatusError):
    """409: another request got in the way."""

    status_code: Literal[409] = 409


class UnprocessableEntityError(APIStatusError):
    """422: the request is well formed and makes no sense."""

    status_code: Literal[422] = 422


class FailedDependencyError(APIStatusError):
    """424: a remote tool failed, such as an MCP server that does not answer."""

    status_code: Literal[424] = 424


class RateLimitError(APIStatusError):
    """429: too many requests or tokens; `retry_after` and `rate_limit` say until when."""

    status_code: Literal[429] = 429


class InternalServerError(APIStatusError):
    """500 and above: the server failed."""


STATUS_ERRORS: Mapping[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    424: FailedDependencyError,
    429: RateLimitError,
}


def error_details(body: object) -> Mapping[str, object]:
    """Find what an error body says of itself: under `error`, or at the top if it is flat."""
    if not is_mapping(body):
        return {}
    inner = body.get("error")
    return inner if is_mapping(inner) else body


def shown(text: str) -> str:
    """Return the start of a body, as errors show it."""
    return repr(text[:200]) + (" …" if len(text) > 200 else "")


def transport_error(
    cause: Exception, request: httpx.Request, response: httpx.Response | None = None
) -> APIError:
    """Return the error for what the transport raised, before the response or in its body."""
    if response is not None and library.is_a(cause, "DecodingError"):
        encoding = response.headers.get("content-encoding")
        return APIResponseValidationError(
            response,
            None,
            message="Data returned by API invalid for expected schema. "
            f"The body cannot be decompressed as {encoding!r}.",
        )
    reason = type(cause).__name__  # of a timeout it tells what took too long
    if library.is_timeout(cause):
        error: APIConnectionError = APITimeoutError(request)
    else:
        reason = _reason(cause)
        message = "Connection error."
        if response is not None:
            message += " The answer was cut off."
        if hint := _hint(cause):
            message += f" {hint}"
        error = APIConnectionError(message=message, request=request)
    error.response = response
    error.reason = reason
    return error


_UNTOLD = ("LocalProtocolError", "InvalidURL")
"""What these say holds what was to be sent: a header or a URL, with the secrets in it."""


def _reason(cause: BaseException) -> str:
    """Return what the system says about a failure, or else what the transport does."""
    chain = list(_chain(cause))
    told = [each for each in chain if str(each).strip() and type(each).__name__ not in _UNTOLD]
    of_system = [each for each in told if isinstance(each, OSError) and each.errno]
    for each in of_system or told:
        return printable(without_userinfo(str(each).strip()[:200]))
    return type(cause).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception, then those that led to it; of a group the first."""
    while error is not None:
        yield error
        group: Sequence[BaseException] = getattr(error, "exceptions", ())
        error = group[0] if group else error.__cause__ or error.__context__


def _hint(cause: BaseException) -> str | None:
    """Say what to do about a failure that another attempt does not mend."""
    import ssl

    for reason in _chain(cause):
        # Some wrap it in an error of this class which says less.
        if isinstance(reason, ssl.SSLCertVerificationError) and hasattr(reason, "verify_message"):
            return f"The server's certificate cannot be verified: {reason.verify_message}."
        if isinstance(reason, RuntimeError) and "loop" in str(reason):
            return "A client belongs to the event loop that it first ran in; make one for each."
    return None


def without_credentials(url: httpx.URL) -> httpx.URL:
    """Return the URL without the user and password that may stand in it."""
    return url.copy_with(userinfo=b"") if url.userinfo else url


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _without_secrets(request: httpx.Request) -> httpx.Request:
    return library.of(request).Request(request.method, without_credentials(request.url))


def _read_copy(response: httpx.Response, request: httpx.Request) -> httpx.Response:
    """Copy status, headers and what was read; the body is no longer compressed in the copy."""
    dropped = (b"set-cookie", b"content-encoding", b"content-length", b"transfer-encoding")
    headers = [(k, v) for k, v in response.headers.raw if k.lower() not in dropped]
    content = response.content if response.is_closed and library.is_read(response) else b""
    return library.of(response).Response(
        response.status_code, headers=headers, content=content, request=request
    )


def restored(kind: type[_ErrorT], args: tuple[Any, ...], state: dict[str, Any]) -> _ErrorT:
    """Make an error again from what was pickled or copied of it."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
