"""The default clients of httpx2."""

from __future__ import annotations

from typing import Any

from .clients import close_now, close_soon, lean_transport, with_defaults
from .library import load

load("httpx2")  # raises an error that says how to install it, if it is not there

import httpx2  # noqa: E402


class DefaultHttpx2Client(httpx2.Client):
    """An `httpx2.Client` with this package's timeout, limits and redirects, where not given.

    Pass it as `http_client` to change one thing and keep the rest. It closes when it is collected.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults("httpx2", kwargs))

    def _init_transport(self, *given: Any, **options: Any) -> httpx2.BaseTransport:
        lean: httpx2.BaseTransport | None = lean_transport(self, *given, **options)
        return lean or super()._init_transport(*given, **options)

    def __del__(self) -> None:
        close_now(self)


class DefaultAsyncHttpx2Client(httpx2.AsyncClient):
    """An `httpx2.AsyncClient` with this package's timeout, limits and redirects, where not given.

    Pass it as `http_client` to change one thing and keep the rest. It closes when it is collected
    while its event loop runs.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults("httpx2", kwargs))

    def _init_transport(self, *given: Any, **options: Any) -> httpx2.AsyncBaseTransport:
        lean: httpx2.AsyncBaseTransport | None = lean_transport(self, *given, **options)
        return lean or super()._init_transport(*given, **options)

    def __del__(self) -> None:
        close_soon(self)


HttpClient = DefaultHttpx2Client
AsyncHttpClient = DefaultAsyncHttpx2Client
