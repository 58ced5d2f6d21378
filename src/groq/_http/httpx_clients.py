"""The default clients of httpx."""

from __future__ import annotations

from typing import Any

import httpx

from .clients import close_now, close_soon, lean_transport, with_defaults


class DefaultHttpxClient(httpx.Client):
    """An `httpx.Client` with this package's timeout, limits and redirects, where not given.

    Pass it as `http_client` to change one thing and keep the rest. It closes when it is collected.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults("httpx", kwargs))

    def _init_transport(self, *given: Any, **options: Any) -> httpx.BaseTransport:
        lean: httpx.BaseTransport | None = lean_transport(self, *given, **options)
        return lean or super()._init_transport(*given, **options)

    def __del__(self) -> None:
        close_now(self)


class DefaultAsyncHttpxClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` with this package's timeout, limits and redirects, where not given.

    Pass it as `http_client` to change one thing and keep the rest. It closes when it is collected
    while its event loop runs.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults("httpx", kwargs))

    def _init_transport(self, *given: Any, **options: Any) -> httpx.AsyncBaseTransport:
        lean: httpx.AsyncBaseTransport | None = lean_transport(self, *given, **options)
        return lean or super()._init_transport(*given, **options)

    def __del__(self) -> None:
        close_soon(self)


HttpClient = DefaultHttpxClient
AsyncHttpClient = DefaultAsyncHttpxClient
