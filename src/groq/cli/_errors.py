"""Error messages for the person at the terminal."""

from __future__ import annotations

from .. import _library as library
from .._exceptions import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    GroqError,
    error_details,
)
from .._secrets import without_credentials

_MAX_CHARS = 500
"""The most characters of a server's or a model's text that are shown."""

CHECK_THE_CONNECTION = "`groq doctor` checks the connection"
_MODELS = "`groq models` lists the available models"
_ADVICE_BY_CODE = {"model_not_found": _MODELS, "model_decommissioned": _MODELS}
_ADVICE_BY_STATUS = {
    401: "check GROQ_API_KEY; create a key at https://console.groq.com/keys",
    403: "this key or network is not allowed to do that; see https://console.groq.com/settings",
    413: "send less, or request higher limits: https://console.groq.com/settings/limits",
    498: "no flexible capacity is left; try again in a moment",
}


class CommandError(Exception):
    """A command failed for a reason that the user can fix."""

    def __init__(self, message: str, *, status: int = 2) -> None:
        super().__init__(message)
        self.status = status
        """The exit code."""


def input_errors() -> tuple[type[Exception], ...]:
    """Return the errors of values, from arguments or the environment, that cannot be sent."""
    return (GroqError, ValueError, *library.classes("InvalidURL"))


def explain(error: APIError) -> list[str]:
    """Return what happened, and what to do about it, a line each."""
    lines = [_description(error), _advice(error)]
    if error.failed_generation:
        lines.append(f"the model wrote: {error.failed_generation[:_MAX_CHARS]}")
    return [line for line in lines if line]


def _description(error: APIError) -> str:
    if isinstance(error, APITimeoutError):
        return f"no answer in time from {without_credentials(error.request.url)}"
    if isinstance(error, APIConnectionError):
        cause = str(error.__cause__ or "").strip()
        reason = f" ({cause[:_MAX_CHARS]})" if cause and cause not in error.message else ""
        return f"{error.message}{reason} {without_credentials(error.request.url)}"
    detail = error_details(error.body).get("message")
    # The HTML page of a proxy is cut to one line, too.
    message = " ".join((detail if isinstance(detail, str) and detail else error.message).split())[
        :_MAX_CHARS
    ]
    if not isinstance(error, APIStatusError):
        return message
    request = f" (request {error.request_id})" if error.request_id else ""
    return f"{error.status_code}: {message}{request}"


def _advice(error: APIError) -> str | None:
    if isinstance(error, APITimeoutError):
        return "`--timeout SECONDS` allows more time"
    if isinstance(error, APIConnectionError):
        if "certificate" in error.message:
            return "if your network has its own certificates, set SSL_CERT_FILE to their file"
        return CHECK_THE_CONNECTION
    if error.hint:
        return error.hint
    if error.code in _ADVICE_BY_CODE:
        return _ADVICE_BY_CODE[error.code]
    if error.status_code == 429:
        wait = error.retry_after if isinstance(error, APIStatusError) else None
        again = "in a while" if wait is None else f"in {wait:g} s"
        return f"try again {again}; your limits: https://console.groq.com/settings/limits"
    if error.status_code is not None and error.status_code >= 500:
        return "the server has a problem; try again later, or see https://groqstatus.com"
    return _ADVICE_BY_STATUS.get(error.status_code or 0)
