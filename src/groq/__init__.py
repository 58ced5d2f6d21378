"""A client of the Groq API: `Groq` and `AsyncGroq`.

An independent implementation, not affiliated with Groq. https://console.groq.com/docs
"""

from typing import TYPE_CHECKING

from ._client import (
    AsyncClient,
    AsyncGroq,
    Client,
    Groq,
    ProxiesTypes,
    RequestOptions,
    Timeout,
    Transport,
)
from ._base_client import DefaultAsyncHttpxClient, DefaultHttpxClient
from ._constants import (
    DEFAULT_CONNECTION_LIMITS,
    DEFAULT_MAX_RETRIES,
    DEFAULT_TIMEOUT,
)
from ._exceptions import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    GroqError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)
from ._files import file_from_path
from ._logging import setup_logging as _setup_logging
from ._rate_limits import RateLimit, RateLimitWindow
from ._response import APIResponse, AsyncAPIResponse
from ._streaming import AsyncStream, Stream
from ._types import NOT_GIVEN, NoneType, NotGiven, Omit, not_given, omit
from ._version import __title__, __version__

if TYPE_CHECKING:
    from . import types
    from ._aiohttp import DefaultAioHttpClient
    from ._models import BaseModel

__all__ = [
    "types",
    "__version__",
    "__title__",
    "NoneType",
    "Transport",
    "ProxiesTypes",
    "NotGiven",
    "NOT_GIVEN",
    "not_given",
    "Omit",
    "omit",
    "GroqError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "APIConnectionError",
    "APIResponseValidationError",
    "BadRequestError",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "ConflictError",
    "UnprocessableEntityError",
    "RateLimitError",
    "InternalServerError",
    "Timeout",
    "RequestOptions",
    "Client",
    "AsyncClient",
    "Stream",
    "AsyncStream",
    "APIResponse",
    "AsyncAPIResponse",
    "Groq",
    "AsyncGroq",
    "file_from_path",
    "BaseModel",
    "DEFAULT_TIMEOUT",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_CONNECTION_LIMITS",
    "DefaultHttpxClient",
    "DefaultAsyncHttpxClient",
    "DefaultAioHttpClient",
    "RateLimit",
    "RateLimitWindow",
]

_setup_logging()

_LAZY = {"BaseModel": "_models", "DefaultAioHttpClient": "_aiohttp"}
"""What loads when it is first asked for: pydantic's machinery, and aiohttp."""


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _LAZY:
        value = getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    if name in ("types", "resources"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
