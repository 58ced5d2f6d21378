"""The clients below `Groq` and `AsyncGroq`: what sends requests, whatever the API.

`base` has the options and the decisions, `requester` the loop that sends and retries, and `clients`
the methods for HTTP verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._constants import INITIAL_RETRY_DELAY as INITIAL_RETRY_DELAY
from .._constants import MAX_RETRY_DELAY as MAX_RETRY_DELAY
from .._exceptions import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
)
from .._http.options import make_request_options
from .base import BaseClient
from .clients import AsyncAPIClient, SyncAPIClient
from .requester import AsyncStreamT, StreamT

if TYPE_CHECKING:
    from .._http.httpx_clients import DefaultAsyncHttpxClient, DefaultHttpxClient

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
        from .._http import httpx_clients

        return getattr(httpx_clients, _DEFAULT_CLIENTS[name])


# Programs import them by these names.
_StreamT, _AsyncStreamT = StreamT, AsyncStreamT

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
