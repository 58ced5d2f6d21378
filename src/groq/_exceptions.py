"""The exceptions of the package, all of them subclasses of `GroqError`."""

# Subclasses narrow the type of `status_code` to their own status:
# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

from typing_extensions import override

from . import _library as library
from ._library import httpx
from ._rate_limits import REFUSED_FOR_LIMITS, LimitExceeded, RateLimit, retry_after
from ._secrets import without_credentials, without_userinfo
from ._text import printable
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
    """The base class of all errors of this package."""


class APIError(GroqError):
    """A request failed, on the way or at the server.

    Errors can be pickled and copied. A copy keeps the server's response, but only the method and
    the URL of the request, so that neither the key nor the prompt leaves the process with it.
    """

    message: str
    request: httpx.Request
    body: object | None
    """The response body: decoded if it was JSON, else its text; `None` without one."""
    code: str | None
    """The server's code for the error, such as `tool_use_failed`."""
    type: str | None
    """The server's name for the kind of error, such as `invalid_request_error`."""
    param: str | None
    """The invalid parameter."""
    failed_generation: str | None
    """The model's output, if the error is that it did not fit the schema or the tools."""
    status_code: int | None = None
    """The HTTP status, or that of an error event in mid-stream, if it has one."""

    def __init__(self, message: str, request: httpx.Request, *, body: object | None) -> None:
        super().__init__(message)
        self.message = message
        self.request = request
        self.body = body
        details = error_details(body)
        self.code = _str_or_none(details.get("code"))
        self.type = _str_or_none(details.get("type"))
        self.param = _str_or_none(details.get("param"))
        self.failed_generation = _str_or_none(details.get("failed_generation"))
        if sys.version_info >= (3, 11) and (hint := self.hint):
            self.add_note(hint)

    @property
    def text(self) -> str:
        """The server's message; `message` if there is none."""
        details = error_details(self.body)
        message = details.get("message") or details.get("error") or self.body
        if not message or not isinstance(message, str):
            return self.message
        is_page = message.lstrip().startswith("<")  # from a proxy in front
        return f"Error code: {self.status_code}" if is_page else message.strip()

    @property
    def hint(self) -> str | None:
        """The replacement of a retired model, or the full name of one without its prefix.

        Tracebacks show it from Python 3.11 on.
        """
        if self.code not in ("model_decommissioned", "model_not_found"):
            return None
        from ._catalog import model_hint

        named = re.search(r"model `([^`]{1,200})`", self.text)
        is_retired = self.code == "model_decommissioned"
        return model_hint(named[1], is_retired=is_retired) if named else None

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        state = self.__dict__.copy()
        state["request"] = _without_secrets(self.request)
        response = state.get("response")
        if response is not None:
            state["response"] = _read_copy(response, state["request"])
        return restore, (type(self), self.args, state)


class APIResponseValidationError(APIError):
    """A response cannot be parsed: it is not JSON, or does not fit the expected type."""

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
    """The server answered with an error status."""

    response: httpx.Response
    status_code: int
    request_id: str | None
    """The `x-request-id` header, which Groq's support asks for."""

    def __init__(self, message: str, *, response: httpx.Response, body: object | None) -> None:
        super().__init__(message, response.request, body=body)
        self.response = response
        self.status_code = response.status_code
        self.request_id = response.headers.get("x-request-id")

    @property
    def rate_limit(self) -> RateLimit | None:
        """The rate limits in the response's headers, or `None`."""
        return RateLimit.from_headers(self.response.headers)

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks to wait; `None` without a valid value."""
        return retry_after(self.response.headers)

    @property
    def limit_exceeded(self) -> LimitExceeded | None:
        """The rate limit that the request exceeded; `None` if the message names none."""
        return limit_exceeded(self.status_code, self.body)


class RequestTooLargeError(APIError):
    """A request was not sent because it is larger than a rate limit, and cannot succeed.

    Only a client with a `limiter` raises this error.
    """

    limit_exceeded: LimitExceeded
    """The limit, and the size of the request."""


class APIConnectionError(APIError):
    """The connection failed before or during the response; `__cause__` says why."""

    response: httpx.Response | None = None
    """The response, if its head arrived before the connection was lost."""
    reason: str | None = None
    """The message of the transport, such as `[Errno 111] Connection refused`."""
    is_of_transport: bool = False
    """Whether an exception of the transport caused it, which is retried."""

    def __init__(self, *, message: str = "Connection error.", request: httpx.Request) -> None:
        super().__init__(message, request, body=None)

    @override
    def __str__(self) -> str:
        if self.reason is None:
            return self.message
        # Query parameters may be secret, as user and password are.
        url = without_credentials(self.request.url).copy_with(query=None)
        return f"{self.message} {self.reason} ({self.request.method} {url})"


class APITimeoutError(APIConnectionError):
    """A request, or a read of its response, took longer than its `timeout`."""

    def __init__(self, request: httpx.Request) -> None:
        super().__init__(message="Request timed out.", request=request)


class BadRequestError(APIStatusError):
    """400: the request is invalid; see `code`, `param` and `failed_generation`."""

    status_code: Literal[400] = 400


class AuthenticationError(APIStatusError):
    """401: the key is missing or wrong."""

    status_code: Literal[401] = 401


class PermissionDeniedError(APIStatusError):
    """403: the key does not have permission."""

    status_code: Literal[403] = 403


class NotFoundError(APIStatusError):
    """404: the model, file, batch or path does not exist."""

    status_code: Literal[404] = 404


class ConflictError(APIStatusError):
    """409: the request conflicts with another one."""

    status_code: Literal[409] = 409


class UnprocessableEntityError(APIStatusError):
    """422: the request is well-formed but cannot be processed."""

    status_code: Literal[422] = 422


class FailedDependencyError(APIStatusError):
    """424: a remote tool failed, such as an MCP server that does not respond."""

    status_code: Literal[424] = 424


class RateLimitError(APIStatusError):
    """429: a rate limit is exceeded; see `retry_after`, `rate_limit` and `limit_exceeded`."""

    status_code: Literal[429] = 429


class InternalServerError(APIStatusError):
    """500 or above: the server failed."""


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
    """Return the details of an error body: the value of `error`, or the whole of a flat body."""
    if not is_mapping(body):
        return {}
    inner = body.get("error")
    return inner if is_mapping(inner) else body


def limit_exceeded(status: int, body: object) -> LimitExceeded | None:
    """Return the rate limit that an error response names, in its JSON or text, or `None`."""
    if status not in REFUSED_FOR_LIMITS:
        return None
    message = error_details(body).get("message", body)
    return LimitExceeded.from_message(message) if isinstance(message, str) else None


def shown(text: str) -> str:
    """Return the start of a body, to be shown in errors."""
    return repr(text[:200]) + (" …" if len(text) > 200 else "")


def transport_error(
    cause: Exception, request: httpx.Request, response: httpx.Response | None = None
) -> APIError:
    """Return the error for an exception of the transport, before or during the response."""
    if response is not None and library.is_a(cause, "DecodingError"):
        encoding = response.headers.get("content-encoding")
        return APIResponseValidationError(
            response,
            None,
            message="Data returned by API invalid for expected schema. "
            f"The body cannot be decompressed as {encoding!r}.",
        )
    reason = _reason(cause)
    if library.is_timeout(cause):
        error: APIConnectionError = APITimeoutError(request)
        if not isinstance(cause, TimeoutError):
            reason = type(cause).__name__  # which names the step, unlike the message
    else:
        message = "Connection error."
        if response is not None:
            message += " The response was cut off."
        if hint := _hint(cause):
            message += f" {hint}"
        error = APIConnectionError(message=message, request=request)
    error.response = response
    error.reason = reason
    error.is_of_transport = True
    return error


_SECRET_MESSAGES = ("LocalProtocolError", "InvalidURL")
"""Exceptions whose message quotes a header or a URL, which may hold a secret."""


def _reason(cause: BaseException) -> str:
    """Return the system's message about a failure, else that of the transport."""
    with_message = [
        error
        for error in _chain(cause)
        if str(error).strip() and type(error).__name__ not in _SECRET_MESSAGES
    ]
    of_system = [error for error in with_message if isinstance(error, OSError) and error.errno]
    for error in of_system or with_message:
        return printable(without_userinfo(str(error).strip()[:200]))
    return type(cause).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and its causes; of a group, its first exception."""
    while error is not None:
        yield error
        group: Sequence[BaseException] = getattr(error, "exceptions", ())
        error = group[0] if group else error.__cause__ or error.__context__


def _hint(cause: BaseException) -> str | None:
    """Return advice on a failure that retries do not fix."""
    import ssl

    for reason in _chain(cause):
        # Some libraries wrap it in an error of the same class with a shorter message.
        if isinstance(reason, ssl.SSLCertVerificationError) and hasattr(reason, "verify_message"):
            return f"The server's certificate cannot be verified: {reason.verify_message}."
        if isinstance(reason, RuntimeError) and "loop" in str(reason):
            return "A client belongs to the event loop of its first call; create one for each loop."
    return None


def _str_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _without_secrets(request: httpx.Request) -> httpx.Request:
    url = without_credentials(request.url).copy_with(query=None)  # a parameter may be a secret
    return library.of(request).Request(request.method, url)


def _read_copy(response: httpx.Response, request: httpx.Request) -> httpx.Response:
    """Copy the status, the headers and the body as far as it was read, decompressed."""
    dropped = (b"set-cookie", b"content-encoding", b"content-length", b"transfer-encoding")
    headers = [(k, v) for k, v in response.headers.raw if k.lower() not in dropped]
    content = response.content if response.is_closed and library.is_read(response) else b""
    return library.of(response).Response(
        response.status_code, headers=headers, content=content, request=request
    )


def restore(kind: type[_ErrorT], args: tuple[Any, ...], state: dict[str, Any]) -> _ErrorT:
    """Rebuild an error that was pickled or copied."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
